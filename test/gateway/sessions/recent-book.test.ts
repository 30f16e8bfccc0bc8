import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import type { Label } from '../../../engine/policy/judgement.ts';
import type { Line } from '../../../engine/recording/lines.ts';
import type { Principal } from '../../../engine/session/types.ts';
import { MemoryRecorder } from '../../../gateway/record/memory/memory-recorder.ts';
import { RecentBook } from '../../../gateway/sessions/recent-book.ts';
import type { RecentRow } from '../../../gateway/sessions/recent-rows.ts';
import type { SessionBinding } from '../../../gateway/sessions/sessions.ts';
import { type ProcessIdentity, thisProcess } from '../../../gateway/store/process-identity.ts';
import { openStore, type Store } from '../../../gateway/store/store.ts';
import { agent, call, origin } from '../../fixtures/frames.ts';
import { ManualClock } from '../../fixtures/house.ts';

const HOUR = 3_600_000_000_000n;
const box = { seal: (text: string) => `sealed ${text}`, open: (text: string) => text.slice('sealed '.length) };
const CALL = { from: 'client', members: [{ kind: 'request', method: 'tools/call' }] } as const;

/** Books of several processes on one store, and one clock for all. */
async function shared(t: Test) {
	const store = await openStore(t.testdir());
	const clock = new ManualClock();
	const recorder = new MemoryRecorder();
	const books: RecentBook[] = [];
	/** What was begun is done: writes are committed in their order, so each step is through when one after it is. */
	const settle = async () => {
		for (let i = 0; i < 8; i++) {
			await new Promise((resolve) => setImmediate(resolve));
			await store.table('meta').put('turn', i);
		}
	};
	t.teardown(async () => {
		for (const book of books) await book.close();
		await store.close();
	});
	const open = () => {
		const sessions = store.table<SessionBinding>('sessions');
		const table = store.table<RecentRow>('recent');
		const book = new RecentBook({ memoryNs: HOUR, clock, table, box, sessions, reader: recorder });
		books.push(book);
		return new Process(book, clock);
	};
	return { store, clock, recorder, open, settle };
}

/** One process, as far as its book goes. */
class Process {
	readonly book: RecentBook;
	readonly #clock: ManualClock;
	#seq = 0;
	constructor(book: RecentBook, clock: ManualClock) {
		this.book = book;
		this.#clock = clock;
	}
	call(session: string, server = 'db', labels: readonly Label[] = [], who: Principal = agent): void {
		const at = { session, seq: ++this.#seq, server, atNs: this.#clock.now() };
		this.book.note(who, at, { message: CALL, judgement: { verdict: 'allow', labels } });
	}
	/** `labels · total · last minute · by server` */
	sees(who: Principal = agent): string {
		const { labels, calls } = this.book.of(who, this.#clock.now());
		return `${labels} · ${calls.total} · ${calls.last_minute} · ${JSON.stringify(Object.fromEntries(Object.entries(calls.by_server).sort()))}`;
	}
}
const label = (name: string, more: Partial<Label> = {}): Label => ({
	label: name,
	rule: 'a/b',
	scope: 'principal',
	...more,
});
const rows = (store: Store) => store.table<RecentRow>('recent').list();

t.test('what one process saw, another sees within a second', async (t) => {
	const { clock, open, settle } = await shared(t);
	const [run, wrap] = [open(), open()];
	await run.book.join(agent, 's1');
	await wrap.book.join(agent, 's2');
	t.equal(wrap.sees(), ' · 0 · 0 · {}');
	run.call('s1', 'db', [label('tainted', { forNs: 90e9 }), label('here', { scope: 'session' })]);
	run.call('s1', 'mail');
	t.equal(run.sees(), 'tainted · 2 · 2 · {"db":1,"mail":1}', 'its own at once');
	clock.pass(400);
	await settle();
	clock.pass(400);
	wrap.call('s2', 'db');
	t.equal(wrap.sees(), 'tainted · 3 · 3 · {"db":2,"mail":1}');
	t.equal(wrap.sees({ ...agent, issuer: 'elsewhere' }), ' · 0 · 0 · {}', 'a principal is issuer and id');
	clock.pass(59_300);
	await settle();
	t.equal(wrap.sees(), 'tainted · 3 · 1 · {"db":2,"mail":1}', 'a minute goes by in all of them');
	t.equal(run.sees(), 'tainted · 3 · 1 · {"db":2,"mail":1}');
	clock.pass(30_000);
	t.equal(run.sees(), ' · 3 · 0 · {"db":2,"mail":1}', 'so does the time of the label');
	clock.pass(3_600_000);
	await settle();
	t.equal(wrap.sees(), ' · 0 · 0 · {}', 'and the memory');
});

t.test('a call that is judged again leaves itself out', async (t) => {
	const { clock, open } = await shared(t);
	const one = open();
	await one.book.join(agent, 's1');
	const atNs = clock.now();
	one.call('s1');
	one.call('s1', 'mail');
	t.match(one.book.of(agent, clock.now(), { server: 'db', atNs }), {
		calls: { total: 1, last_minute: 1, by_server: { mail: 1 } },
	});
	clock.pass(61_000);
	t.match(one.book.of(agent, clock.now(), { server: 'db', atNs }).calls, { total: 1, last_minute: 0 });
});

t.test('what was judged counts, what was denied does not, each call of a batch does', async (t) => {
	const { clock, open } = await shared(t);
	const one = open();
	await one.book.join(agent, 's1');
	const note = (verdict: 'hold' | 'deny', from: 'client' | 'server', calls: number) =>
		one.book.note(
			agent,
			{ session: 's1', seq: 1, server: 'db', atNs: clock.now() },
			{
				message: { from, members: Array.from({ length: calls }, () => CALL.members[0]) },
				judgement: { verdict, labels: [] },
			},
		);
	note('deny', 'client', 1);
	note('hold', 'server', 1);
	t.equal(one.sees(), ' · 0 · 0 · {}');
	note('hold', 'client', 3);
	t.equal(one.sees(), ' · 3 · 3 · {"db":3}');
});

t.test('a stopped process leaves its rows; the next one takes them over, once', async (t) => {
	const { store, clock, open, settle } = await shared(t);
	const first = open();
	await first.book.join(agent, 's1');
	first.call('s1', 'db', [label('tainted'), label('long', { forNs: 7.2e12 })]);
	await first.book.close();
	t.equal(rows(store).length, 1);
	const [second, third] = [open(), open()];
	await Promise.all([second.book.join(agent, 's2'), third.book.join(agent, 's3')]);
	clock.pass(1000);
	await settle();
	for (const process of [second, third]) t.equal(process.sees(), 'long,tainted · 1 · 1 · {"db":1}');
	t.equal(rows(store).length, 2, 'one row for each that is there');
	clock.pass(3_600_000);
	await settle();
	t.equal(second.sees(), 'long · 0 · 0 · {}', 'a label with `for` lasts as long as it says, also beyond the memory');
});

t.test('a session that ends does not take what happened in it along', async (t) => {
	const { store, clock, open, settle } = await shared(t);
	const one = open();
	await one.book.join(agent, 's1');
	one.call('s1', 'db', [label('tainted')]);
	await one.book.leave(agent, 's1');
	t.equal(rows(store).length, 1);
	await one.book.join(agent, 's2');
	t.equal(one.sees(), 'tainted · 1 · 1 · {"db":1}', 'read back from its own row');
	await one.book.leave(agent, 's2');
	clock.pass(3_700_000);
	await settle();
	t.strictSame(rows(store), [], 'a row that says nothing any more goes');
});

t.test('something noted when its last session is over already does not wipe the row', async (t) => {
	const { clock, open, settle } = await shared(t);
	const one = open();
	await one.book.join(agent, 's1');
	one.call('s1', 'db', [label('tainted')]);
	await one.book.leave(agent, 's1');
	one.call('s1', 'mail');
	t.equal(one.sees(), 'tainted · 2 · 2 · {"db":1,"mail":1}');
	clock.pass(300);
	await settle();
	await one.book.join(agent, 's2');
	t.equal(one.sees(), 'tainted · 2 · 2 · {"db":1,"mail":1}');
});

t.test('a process that is killed: its row counts on, and so does what only the record has', async (t) => {
	const { store, clock, recorder, open, settle } = await shared(t);
	const child = spawn(process.execPath, [fileURLToPath(new URL('./recent-child.ts', import.meta.url)), store.dataDir], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	t.teardown(() => child.kill('SIGKILL'));
	const lines = createInterface({ input: child.stdout });
	const [owner] = await once(lines, 'line');
	const survivor = open();
	await survivor.book.join(agent, 's2');
	const inRecord = async (id: string, from: number, to: number) => {
		await recorder.open({ ...origin, version: 1, id, started_ns: clock.now(), principal: agent });
		const all = Array.from(
			{ length: to - from + 1 },
			(_, i): Line => ({
				type: 'frame',
				seq: from + i,
				t: 0,
				from: 'client',
				bytes: Buffer.from(JSON.stringify(call(i, 'x'))),
				verdict: 'allow',
				labels: [label(`seq ${from + i}`)],
			}),
		);
		await recorder.append(id, all);
		const { issuer, id: principal } = agent;
		await store.table<SessionBinding>('sessions').put(id, {
			server: 'files',
			issuer,
			principal,
			upstream: {},
			owner: JSON.parse(String(owner)),
		});
	};
	// The child wrote a row that has session `died` up to seq 2.
	await inRecord('died', 1, 4);
	await inRecord('died too', 1, 1);
	clock.pass(300);
	t.equal(survivor.sees(), 'seen by the child · 2 · 2 · {"db":2}', 'as long as it lives, what it has written');
	const ended = once(child, 'exit');
	child.kill('SIGKILL');
	await ended;
	clock.pass(1100);
	for (let i = 0; i < 100; i++) {
		const { labels, calls } = survivor.book.of(agent, clock.now());
		if (!labels.includes('seen by the child') || (calls.by_server.db ?? 0) < 2) t.fail('at no moment less');
		await new Promise((resolve) => setImmediate(resolve));
		clock.pass(250);
	}
	await settle();
	const all = 'seen by the child,seq 1,seq 3,seq 4 · 5 · 5 · {"db":2,"files":3}';
	t.equal(survivor.sees(), all, 'what stands behind its last words is read from the record');
	t.equal(rows(store).length, 1);
	const late = open();
	await late.book.join(agent, 's3');
	t.equal(late.sees(), all, 'and counts once, whoever comes after');
});

t.test('a session that goes on elsewhere at once takes along what only the record has', async (t) => {
	const { store, clock, recorder, open } = await shared(t);
	const gone = { pid: 2 ** 22 + 1, started: 'never' };
	const bind = async (owner: ProcessIdentity) => {
		const { issuer, id: principal } = agent;
		const binding = { server: 'files', issuer, principal, upstream: {}, owner };
		await store.table<SessionBinding>('sessions').put('moved', binding);
	};
	const one = open();
	await one.book.join(agent, 'other');
	t.equal(one.sees(), ' · 0 · 0 · {}');
	await recorder.open({ ...origin, version: 1, id: 'moved', started_ns: clock.now(), principal: agent });
	const bytes = Buffer.from(JSON.stringify(call(1, 'x')));
	await recorder.append('moved', [
		{ type: 'frame', seq: 1, t: 0, from: 'client', bytes, verdict: 'hold', labels: [label('first')] },
		{
			...{ type: 'rejudge', seq: 2, t: 0, rejudges: 1, verdict: 'allow', reasons: [], outcome: 'released' },
			...{ revision: 'r', labels: [label('at its release')] },
		},
	]);
	await bind(gone);
	await one.book.join(agent, 'moved', true);
	t.equal(one.sees(), 'at its release,first · 1 · 1 · {"files":1}');
	await one.book.join(agent, 'moved', true);
	t.equal(one.sees(), 'at its release,first · 1 · 1 · {"files":1}', 'once');
	await bind(thisProcess());
	const two = open();
	await two.book.join(agent, 'more');
	t.equal(two.sees(), 'at its release,first · 1 · 1 · {"files":1}', 'from the row, not from the record again');
});

t.test('frames do not wait for a disk that is full; it is tried again', async (t) => {
	const { store, clock, recorder, settle } = await shared(t);
	let full = false;
	const real = store.table<RecentRow>('recent');
	const table = {
		...real,
		list: (prefix?: string) => real.list(prefix),
		remove: (key: string, version?: number) => real.remove(key, version),
		put: async (key: string, row: RecentRow) => {
			if (full) throw new Error('disk full');
			await real.put(key, row);
		},
	} as typeof real;
	const sessions = store.table<SessionBinding>('sessions');
	const book = new RecentBook({ memoryNs: HOUR, clock, table, box, sessions, reader: recorder });
	t.teardown(() => book.close());
	const one = new Process(book, clock);
	await book.join(agent, 's1');
	full = true;
	one.call('s1', 'db', [label('tainted')]);
	clock.pass(1000);
	await settle();
	t.notMatch(rows(store)[0]?.value.body, /tainted/);
	t.equal(one.sees(), 'tainted · 1 · 1 · {"db":1}');
	full = false;
	clock.pass(1000);
	await settle();
	t.match(rows(store)[0]?.value.body, /tainted/);
});

t.test('rows stay small, however much a principal does', async (t) => {
	const { store, clock, open } = await shared(t);
	const one = open();
	await one.book.join(agent, 's1');
	for (let i = 0; i < 30_000; i++) {
		clock.pass(i % 2);
		one.call('s1', `server ${i % 1000}`, i % 10 === 0 ? [label(`l${i}`)] : []);
	}
	await one.book.leave(agent, 's1');
	const { calls, labels } = one.book.of(agent, clock.now());
	t.equal(calls.total, 30_000);
	t.equal(Object.keys(calls.by_server).length, 257, 'servers without a place of their own are counted together');
	t.ok((calls.by_server['*'] ?? 0) > 10_000);
	t.equal(labels.length, 512);
	t.ok((rows(store)[0]?.value.body.length ?? 0) < 2_000_000);
});
