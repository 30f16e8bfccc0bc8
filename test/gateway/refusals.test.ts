import t from 'tap';
import type { Line } from '../../engine/recording/lines.ts';
import { AUDIT_SERVER, AuditTrail } from '../../gateway/audit-trail.ts';
import { MemoryRecorder } from '../../gateway/record/memory/memory-recorder.ts';
import { type Refusal, RefusalBook, type Refused, type Summary } from '../../gateway/refusals.ts';
import { ManualClock } from '../fixtures/house.ts';

const stranger = (n: number): Refusal => ({
	code: 'ERR_TOKEN_MISSING',
	status: 401,
	remote: `10.0.0.${n}`,
	server: 'files',
});
const known = { id: 'laptop', kind: 'agent', issuer: 'sluice', groups: [], scopes: [], claims: {} } as const;

function book() {
	const clock = new ManualClock();
	const summaries: Summary[] = [];
	const full: Refused[] = [];
	const record = {
		refused: async (refused: Refused) => void full.push(refused),
		refusals: async (summary: Summary) => void summaries.push(summary),
	};
	return { clock, summaries, full, book: new RefusalBook(record, clock) };
}

t.test('strangers are counted by source, one record a minute', async (t) => {
	const { clock, summaries, book: refusals } = book();
	for (let n = 0; n < 50; n++) refusals.stranger(stranger(n % 2));
	t.same(summaries, [], 'nothing yet');
	clock.pass(60_000);
	t.equal(summaries.length, 1);
	t.same([summaries[0]!.total, summaries[0]!.others, summaries[0]!.samples.length], [50, 0, 10]);
	t.same(
		summaries[0]!.counts.map(({ remote, count }) => [remote, count]),
		[
			['10.0.0.0', 25],
			['10.0.0.1', 25],
		],
	);
	clock.pass(600_000);
	t.equal(summaries.length, 1, 'a quiet minute writes nothing');
	refusals.stranger(stranger(1));
	clock.pass(60_000);
	t.equal(summaries[1]?.total, 1, 'the next minute begins at nothing');
});

t.test('a flood from everywhere takes bounded room', async (t) => {
	const { clock, summaries, book: refusals } = book();
	for (let n = 0; n < 5_000; n++) refusals.stranger({ ...stranger(0), remote: `source ${n}` });
	clock.pass(60_000);
	t.same([summaries[0]!.total, summaries[0]!.counts.length, summaries[0]!.others], [5_000, 1_000, 4_000]);
});

t.test('who is known is recorded in full, each time', async (t) => {
	const { summaries, full, book: refusals } = book();
	for (let n = 0; n < 3; n++) refusals.refused({ ...stranger(n), principal: known, bytes: Buffer.from(`{"n":${n}}`) });
	await refusals.close();
	t.same(
		full.map(({ bytes }) => String(bytes)),
		['{"n":0}', '{"n":1}', '{"n":2}'],
	);
	t.same(summaries, []);
});

t.test('closing writes down what was counted', async (t) => {
	const { summaries, book: refusals } = book();
	refusals.stranger(stranger(1));
	await refusals.close();
	t.equal(summaries[0]?.total, 1);
});

t.test('in the trail', async (t) => {
	const clock = new ManualClock();
	const recorder = new MemoryRecorder();
	const refusals = new RefusalBook(new AuditTrail(recorder, clock), clock);
	refusals.stranger(stranger(1));
	refusals.refused({ ...stranger(2), principal: known, bytes: Buffer.from('{"method":"x"}') });
	refusals.refused({ ...stranger(3), code: 'ERR_SESSION_UNKNOWN', status: 404, principal: known });
	await refusals.close();
	const sessions: { id: string }[] = [];
	for await (const session of recorder.sessions()) sessions.push(session);
	t.equal(sessions.length, 1, 'one session holds it all');
	const { id } = sessions[0]!;
	t.equal((await recorder.header(id))?.server.name, AUDIT_SERVER);
	const lines: Line[] = [];
	for await (const line of recorder.lines(id)) lines.push(line);
	t.match(lines, [
		{ type: 'frame', by: 'gateway', verdict: 'deny', code: 'ERR_TOKEN_MISSING', delivered: null, principal: known },
		{ type: 'event', event: 'refused', detail: { code: 'ERR_SESSION_UNKNOWN', by: { id: 'laptop' } } },
		{ type: 'event', event: 'refused', detail: { total: 1, counts: [{ remote: '10.0.0.1', count: 1 }] } },
	]);
});
