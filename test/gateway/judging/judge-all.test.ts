import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import type { CompiledPolicy } from '../../../engine/policy/types.ts';
import { formatSession } from '../../../engine/recording/session-file.ts';
import { judgeAll } from '../../../gateway/judging/judge-all.ts';
import type { SessionPlace } from '../../../gateway/judging/place.ts';
import { portable } from '../../../gateway/judging/portable.ts';
import { splitBytes, splitFile } from '../../../gateway/judging/split.ts';
import type { DiffTask, ReplayTask, Revisions } from '../../../gateway/judging/task.ts';
import { MasterKey } from '../../../gateway/record/keys.ts';
import { LmdbReader } from '../../../gateway/record/lmdb/reader.ts';
import { LmdbRecorder } from '../../../gateway/record/lmdb/recorder.ts';
import { openStore } from '../../../gateway/store/store.ts';
import { COLD, openTestCompiler } from '../../engine/policy/compiler-for-tests.ts';
import { randomPolicies, settings } from '../../fixtures/random-policy.ts';
import { recorded } from '../../fixtures/recorded.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());
const policyOf = await randomPolicies(compiler);
const seeded = <T>(arbitrary: fc.Arbitrary<T>, seed: number, count: number) =>
	fc.sample(arbitrary, { seed, numRuns: count });
const [FROM, TO] = seeded(settings, 3, 2).map(policyOf) as [CompiledPolicy, CompiledPolicy];

const diff = (from = FROM, to = TO): DiffTask => ({
	...{ kind: 'diff', from: portable(from), to: portable(to), sessions: {}, frames: {}, examples: 3 },
});

/** Sessions of a seed, each with an id of its own; as session files. */
function texts(seed: number, count: number): string[] {
	return seeded(recorded, seed, count).map(({ header, lines }, i) => formatSession({ ...header, id: `s${i}` }, lines));
}

async function* each(places: readonly SessionPlace[]): AsyncGenerator<SessionPlace> {
	yield* places;
}

const fileAt = (path: string, name: string): SessionPlace => ({ kind: 'file', name, path, weight: 1 });

t.test('any number of threads gives the very same result', async (t) => {
	const dir = t.testdir();
	for (const seed of [1]) {
		const places = texts(seed, 20).map((text, i) => {
			const path = join(dir, `${seed}-${i}.session.jsonl${i % 3 === 0 ? '.gz' : ''}`);
			writeFileSync(path, i % 3 === 0 ? gzipSync(text) : text);
			return fileAt(path, `file ${i}`);
		});
		const here = await judgeAll(each(places), diff(), { jobs: 1 });
		t.ok(here.tally.judged > 20 && here.selected === 20, `${here.tally.judged} frames`);
		for (const jobs of [1, 2, 5]) {
			const there = await judgeAll(each(places), diff(), { jobs, always: true });
			t.equal(JSON.stringify(there.tally), JSON.stringify(here.tally), `${jobs} threads`);
			t.same({ ...there, tally: 0, jobs: 0 }, { ...here, tally: 0, jobs: 0 });
		}
	}
});

t.test('a file of many sessions, in one piece or in several, from a file or from a pipe', async (t) => {
	const dir = t.testdir();
	const path = join(dir, 'month.session.jsonl');
	const all = `\n${texts(4, 30).join('')}`;
	writeFileSync(path, all);
	const whole: SessionPlace = { kind: 'file', name: 'month', path, weight: all.length };
	const expected = await judgeAll(each([whole]), diff(), { jobs: 1 });
	t.equal(expected.selected, 30);
	t.ok(expected.tally.named.every(({ id, name }) => name === `month#${id}`));
	const pieces = await splitFile(whole);
	const bytes = Buffer.from(all);
	const piped: SessionPlace[] = [];
	for await (const piece of splitBytes({ kind: 'bytes', name: 'month', bytes, weight: 0 })) piped.push(piece);
	for (const places of [pieces, piped]) {
		const { tally } = await judgeAll(each(places), diff(), { jobs: 2, always: true });
		t.equal(JSON.stringify(tally), JSON.stringify(expected.tally));
	}
});

t.test('pieces are cut at headers only, and say what stands before them', async (t) => {
	const padding = 'x'.repeat(200_000);
	const frame = (seq: number) => `{"seq":${seq},"from":"client","text":${JSON.stringify(`{"sluice":"${padding}"}`)}}\n`;
	const all = `\ufeff{"sluice":"session","version":1}\n${frame(1)}\n${frame(2)}{ "version":1, "sluice":"session","id":"b" }\n${frame(1)}${frame(2)}{"sluice":"session","version":1}\n${frame(1)}`;
	const bytes = Buffer.from(all);
	const pieces: SessionPlace[] = [];
	for await (const piece of splitBytes({ kind: 'bytes', name: 'x.jsonl', bytes, weight: 0 })) pieces.push(piece);
	t.match(pieces, [
		{ after: undefined, several: true },
		{ after: { lines: 4, sessions: 1 } },
		{ after: { lines: 7, sessions: 2 } },
	]);
	t.equal(pieces.length, 3);
	t.equal(Buffer.concat(pieces.map((p) => (p as { bytes: Uint8Array }).bytes)).toString(), all);
});

t.test('a store is read by every thread, each session with its own key', async (t) => {
	const dir = t.testdir();
	const store = await openStore(dir);
	const master = new MasterKey(randomBytes(32));
	const recorder = new LmdbRecorder(store, master);
	const sessions = seeded(recorded, 9, 12).map(({ header, lines }, i) => ({
		header: { ...header, id: `s${i}` },
		lines,
	}));
	for (const { header, lines } of sessions) {
		await recorder.open(header);
		await recorder.append(header.id, lines);
	}
	const reader = new LmdbReader(store, master);
	const places: SessionPlace[] = [];
	for (const { header } of sessions) {
		const opened = (await reader.opened(header.id))!;
		places.push({ kind: 'store', name: header.id, weight: 1, dataDir: dir, hashKey: master.hashKey, ...opened });
	}
	const files = sessions.map(({ header, lines }): SessionPlace => {
		const path = join(dir, `${header.id}.session.jsonl`);
		writeFileSync(path, formatSession(header, lines));
		return fileAt(path, header.id);
	});
	const expected = await judgeAll(each(files), diff(), { jobs: 1 });
	const found = await judgeAll(each(places), diff(), { jobs: 3, always: true });
	t.equal(JSON.stringify(found.tally), JSON.stringify(expected.tally));
	await recorder.close();
	await store.close();
});

t.test('a replay under recorded revisions asks for each once a thread, and tells what it lacks', async (t) => {
	const dir = t.testdir();
	const places = seeded(recorded, 6, 10).map(({ header, lines }, i) => {
		const path = join(dir, `${i}.session.jsonl`);
		const said = lines.map((line) =>
			'by' in line || line.type === 'event' || line.type === 'gateway'
				? line
				: { ...line, revision: i % 2 ? 'one' : 'two' },
		);
		writeFileSync(path, formatSession({ ...header, id: `s${i}` }, said));
		return fileAt(path, `${i}`);
	});
	const asked: (string | undefined)[] = [];
	const revisions: Revisions = async (revision) => {
		asked.push(revision);
		if (revision !== 'one' && revision !== 'two') throw new Error('never');
		return portable({ ...(revision === 'one' ? FROM : TO), revision });
	};
	const task: ReplayTask = { kind: 'replay', sessions: {}, frames: {}, listed: { changed: 5, others: 5 } };
	const here = await judgeAll(each(places), task, { jobs: 1, revisions });
	const calls = asked.length;
	const there = await judgeAll(each(places), task, { jobs: 2, always: true, revisions });
	t.equal(JSON.stringify(there.tally), JSON.stringify(here.tally));
	t.ok(calls <= 2 && asked.length - calls <= 4, `${asked}`);
	const gone: Revisions = () => Promise.reject(Object.assign(new Error('it is gone'), { name: 'Gone' }));
	for (const always of [false, true]) {
		await t.rejects(judgeAll(each(places), task, { jobs: 2, always, revisions: gone }), { message: 'it is gone' });
	}
});

t.test('what fails first in the order of the sessions is what is thrown, with its code', async (t) => {
	const dir = t.testdir();
	const good = texts(5, 6);
	const places = good.map((text, i) => {
		const path = join(dir, `${i}.session.jsonl`);
		writeFileSync(path, i === 2 || i === 4 ? `${text}{"seq":1}\n` : text);
		return fileAt(path, `${i}.session.jsonl`);
	});
	for (const [jobs, always] of [
		[1, false],
		[1, true],
		[4, true],
	] as const) {
		await t.rejects(judgeAll(each(places), diff(), { jobs, always }), {
			code: 'ERR_SESSION_FILE',
			message: /^2\.session\.jsonl:\d+: /,
			help: String,
		});
	}
	const missing = fileAt(join(dir, 'no'), 'no');
	await t.rejects(judgeAll(each([missing]), diff(), { jobs: 2, always: true }), { code: 'ERR_SESSION_UNKNOWN' });
	writeFileSync(join(dir, 'bad.gz'), Buffer.from([0x1f, 0x8b, 1, 2, 3]));
	const damaged = fileAt(join(dir, 'bad.gz'), 'bad.gz');
	await t.rejects(judgeAll(each([damaged]), diff(), { jobs: 1 }), { code: 'ERR_SESSION_FILE', message: /gzip/ });
});

t.test('it can be given up: then the threads are gone', async (t) => {
	const dir = t.testdir();
	const [text = ''] = texts(7, 1);
	writeFileSync(join(dir, 'a.session.jsonl'), text);
	for (const always of [false, true]) {
		const stop = new AbortController();
		async function* endless(): AsyncGenerator<SessionPlace> {
			for (let i = 0; ; i++) {
				if (i === 20) stop.abort(new Error('enough'));
				yield fileAt(join(dir, 'a.session.jsonl'), `${i}`);
			}
		}
		await t.rejects(judgeAll(endless(), diff(), { jobs: 2, always, signal: stop.signal }), { message: 'enough' });
	}
});

t.test(
	'filters: sessions that are not wanted are not judged, frames that are not wanted are judged and not counted',
	async (t) => {
		const dir = t.testdir();
		const all = texts(8, 20);
		const path = join(dir, 'all.session.jsonl');
		writeFileSync(path, all.join(''));
		const places: SessionPlace[] = [fileAt(path, 'all')];
		const count = async (more: object) => {
			const task = { ...diff(), ...more } as DiffTask;
			return judgeAll(each(places), task, { jobs: 1 });
		};
		const [every, db, files] = [
			await count({}),
			await count({ sessions: { servers: ['db'] } }),
			await count({ sessions: { servers: ['files'] } }),
		];
		t.ok(db.selected > 0 && files.selected > 0);
		t.equal(db.tally.frames + files.tally.frames, every.tally.frames);
		t.equal(db.tally.differences.length + files.tally.differences.length, every.tally.differences.length);
		t.equal((await count({ sessions: { since: 1_760_000_000_000_000_001n } })).selected, 0);
		t.equal((await count({ sessions: { since: 1_760_000_000_000_000_000n } })).selected, 20);
		t.equal((await count({ sessions: { until: 1_760_000_000_000_000_000n } })).selected, 0);
		const send = await count({ frames: { tools: ['send'] } });
		const denied = await count({ frames: { verdicts: ['deny'] } });
		for (const some of [send, denied]) {
			t.ok(some.tally.frames > 0 && some.tally.frames < every.tally.frames);
			t.equal(some.frames, every.frames, 'all are judged');
			t.same(some.tally.exercised, every.tally.exercised, 'what rules do is known of all frames');
			t.same(some.tally.diverged.length, every.tally.diverged.length);
		}
		t.ok(send.tally.groups.every(({ tools }) => tools.includes('send')));
	},
);
