import t, { type Test } from 'tap';
import type { Line } from '../../../engine/recording/lines.ts';
import { rebuild } from '../../../engine/replay.ts';
import type { SessionReader } from '../../../gateway/record/types.ts';
import type { SnapshotRow } from '../../../gateway/sessions/snapshots.ts';
import { Snapshots } from '../../../gateway/sessions/snapshots.ts';
import type { Table } from '../../../gateway/store/table.ts';
import { call, request, result } from '../../fixtures/frames.ts';
import { FakeExchange, houseUnderTest, reason, stubPolicy } from '../../fixtures/house.ts';

const box = { seal: (text: string) => text, open: (text: string) => text };
const policy = stubPolicy((input) => ({
	reasons: input.tool?.name === 'pay' && input.kind === 'request' ? [reason('hold', 'a/hold')] : [],
	labels: input.kind === 'request' ? [{ rule: 'a/b', level: 'enforce', label: input.method, scope: 'session' }] : [],
}));

async function begun(t: Test, every = 10) {
	const house = await houseUnderTest(t.testdir(), policy, { snapshotEvery: every });
	t.teardown(() => house.close());
	const id = await house.begin();
	/** A call that the server answers. */
	const ask = async (n: number) => {
		await house.client(id, call(n, 'read'));
		await house.upstream.says(result(n, {}), house.upstream.sent.at(-1)!.exchange);
	};
	/** From which `seq` on the record is read. */
	const recalled = async () => {
		let from = -1;
		const reader: SessionReader = {
			sessions: () => house.recorder.sessions(),
			header: (session) => house.recorder.header(session),
			lines: (session, start) => {
				from = start ?? 0;
				return house.recorder.lines(session, start);
			},
		};
		const header = (await house.recorder.header(id))!;
		const state = await house.snapshots.recall(header, reader);
		const whole = await rebuild(header, house.recorder.lines(id));
		t.strictSame(state.snapshot(), whole.snapshot(), 'the same facts as from the whole record');
		return from;
	};
	/** Snapshots are written beside the frames: looks until there is one. */
	const written = async () => {
		for (let tries = 0; tries < 500; tries++) {
			const from = await recalled();
			if (from > 0) return from;
			await new Promise((resolve) => setImmediate(resolve));
		}
		throw new Error('no snapshot was written');
	};
	return { house, id, ask, recalled, written };
}

t.test('a session that goes on is read from its last snapshot, not from its beginning', async (t) => {
	const { house, id, ask, recalled, written } = await begun(t);
	t.equal(await recalled(), 0, 'there is none yet');
	for (let n = 1; n <= 30; n++) await ask(n);
	t.ok((await written()) > 10);
	// As after a restart, with an answer to what was asked before the snapshot.
	const again = house.restarted();
	const exchange = new FakeExchange();
	const bytes = Buffer.from(JSON.stringify(request(99, 'tools/list')));
	await again.frame(
		{ server: 'files', transport: { kind: 'http', remote: '127.0.0.1' }, headers: {} },
		id,
		{ bytes },
		exchange,
	);
	t.match((await house.lines(id)).at(-1), { verdict: 'allow' });
});

t.test('none is taken while something is held, or before the record has it', async (t) => {
	const { house, id, ask, recalled, written } = await begun(t);
	const held = house.client(id, call(100, 'pay'));
	const waits = async () => (await house.lines(id)).some((line) => line.type === 'event' && line.event === 'held');
	while (!(await waits())) await new Promise((resolve) => setImmediate(resolve));
	await new Promise((resolve) => setImmediate(resolve));
	for (let n = 1; n <= 20; n++) await ask(n);
	for (let turn = 0; turn < 100; turn++) {
		if ((await recalled()) !== 0) t.fail('its release could not be understood without it');
		await new Promise((resolve) => setImmediate(resolve));
	}
	house.clock.pass(46_000);
	await held;
	for (let n = 21; n <= 30; n++) await ask(n);
	t.ok((await written()) > 0);
});

t.test('what could not be recorded is in no snapshot', async (t) => {
	let full = false;
	const house = await houseUnderTest(t.testdir(), policy, {
		snapshotEvery: 4,
		recorder: (real) => ({
			open: (header) => real.open(header),
			healthy: true,
			close: () => real.close(),
			async append(session: string, lines: readonly Line[]) {
				if (full) throw new Error('disk full');
				await real.append(session, lines);
			},
		}),
	});
	t.teardown(() => house.close());
	const id = await house.begin();
	full = true;
	for (let n = 1; n <= 12; n++) await house.client(id, call(n, 'lost'));
	full = false;
	const header = (await house.recorder.header(id))!;
	const state = await house.snapshots.recall(header, house.recorder);
	t.equal(state.calls(state.t).total, 0);
	await house.client(id, call(20, 'read'));
	const after = await house.snapshots.recall(header, house.recorder);
	t.equal(after.calls(after.t).total, 1);
});

t.test('one of another version is not used; one of a session that is over is removed', async (t) => {
	const { house, id, ask, recalled, written } = await begun(t);
	for (let n = 1; n <= 10; n++) await ask(n);
	await written();
	const header = (await house.recorder.header(id))!;
	const table = (row: SnapshotRow) => ({ get: () => ({ value: row }) }) as unknown as Table<SnapshotRow>;
	const newer = table({ version: 99, seq: 5, sealed: 'what nobody can read' });
	const state = await new Snapshots(newer, box).recall(header, house.recorder);
	t.equal(state.calls(state.t).total, 10);
	await house.sessions.end(
		{ server: 'files', transport: { kind: 'http', remote: '127.0.0.1' }, headers: {} },
		id,
		'delete',
	);
	t.equal(await recalled(), 0, 'it is gone');
});
