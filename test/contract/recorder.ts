import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'tap';
import type { Line } from '../../engine/recording/lines.ts';
import type { Recorder, SessionReader, SessionSummary } from '../../gateway/record/types.ts';
import { alice, collect, frame, header } from './recorder-samples.ts';

/** What an implementation gives the suite: a fresh, empty recording place. */
export interface RecorderUnderTest {
	readonly recorder: Recorder;
	readonly reader: SessionReader;
	close(): Promise<void>;
}

/** JSON writes -0 as 0, so a detail, which is plain JSON, never holds one. */
const plainJson = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const jsonObject = fc.dictionary(fc.string(), plainJson, { maxKeys: 4, noNullPrototype: true });
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const time = fc.nat().map((n) => n * 1000);
const splice = fc.record(
	{ start: fc.nat(), end: fc.nat(), replacement: fc.string(), pointer: fc.string(), what: fc.string() },
	{ noNullPrototype: true },
);
const delivered = fc.option(fc.array(splice, { maxLength: 3 }), { nil: null });
const wire = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean()), { noNullPrototype: true });
const party = fc.constantFrom('client' as const, 'server' as const);
const verdict = fc.constantFrom('allow' as const, 'mask' as const, 'hold' as const, 'deny' as const);
const anyLine = (seq: number): fc.Arbitrary<Line> =>
	fc.oneof(
		fc.record(
			{
				type: fc.constant('frame' as const),
				seq: fc.constant(seq),
				t: time,
				from: party,
				bytes,
				delivered,
				verdict,
				principal: fc.constant({ ...alice, claims: { big: 2n ** 70n } }),
				answers: fc.nat(),
				wire,
				revision: fc.string(),
			},
			{ requiredKeys: ['type', 'seq', 't', 'from', 'bytes'], noNullPrototype: true },
		),
		fc.record(
			{ type: fc.constant('gateway' as const), seq: fc.constant(seq), t: time, to: party, answers: fc.nat(), bytes },
			{ requiredKeys: ['type', 'seq', 't', 'to', 'bytes'], noNullPrototype: true },
		),
		fc.record(
			{
				type: fc.constant('rejudge' as const),
				seq: fc.constant(seq),
				t: time,
				rejudges: fc.nat(),
				verdict,
				reasons: fc.constant([]),
				labels: fc.constant([{ label: 'x', rule: 'a/b', scope: 'session' as const, forNs: 5 }]),
				delivered,
				revision: fc.string(),
				outcome: fc.constant('released' as const),
			},
			{
				requiredKeys: ['type', 'seq', 't', 'rejudges', 'verdict', 'reasons', 'labels', 'revision', 'outcome'],
				noNullPrototype: true,
			},
		),
		fc.record(
			{
				type: fc.constant('event' as const),
				seq: fc.constant(seq),
				t: time,
				event: fc.constantFrom('held' as const, 'vote' as const, 'late' as const),
				of: fc.nat(),
				detail: jsonObject,
			},
			{ requiredKeys: ['type', 'seq', 't', 'event'], noNullPrototype: true },
		),
	) as fc.Arbitrary<Line>;

/** The suite of the seam `Recorder` + `SessionReader`; every implementation runs it. */
export function recorderContract(name: string, make: () => Promise<RecorderUnderTest>): void {
	const withFresh = async (body: (under: RecorderUnderTest) => Promise<void>) => {
		const under = await make();
		try {
			await body(under);
		} finally {
			await under.close();
		}
	};

	test(`${name}: a header comes back as it was given`, (t) =>
		withFresh(async ({ recorder, reader }) => {
			const given = header('s1', { principal: { ...alice, claims: { big: 10n ** 30n, $: 'tag?' } } });
			await recorder.open(given);
			t.strictSame(await reader.header('s1'), given);
			t.equal(await reader.header('s2'), undefined);
			t.same(await collect(reader.lines('s2')), []);
		}));

	test(`${name}: lines of all types come back exactly`, (t) =>
		withFresh(async ({ recorder, reader }) => {
			let session = 0;
			const lines = fc.nat({ max: 8 }).chain((n) => fc.tuple(...Array.from({ length: n }, (_, seq) => anyLine(seq))));
			const property = fc.asyncProperty(lines, async (given) => {
				const id = `p${session++}`;
				await recorder.open(header(id));
				await recorder.append(id, given);
				const back = await collect(reader.lines(id));
				assert.deepStrictEqual(back, given);
			});
			await t.resolves(fc.assert(property, { numRuns: 60 }));
		}));

	test(`${name}: big and empty frames, null delivered, bigint in details`, (t) =>
		withFresh(async ({ recorder, reader }) => {
			const lines: Line[] = [
				{ ...(frame(0) as object), bytes: Buffer.alloc(0), delivered: null } as Line,
				{ ...(frame(1) as object), bytes: Buffer.alloc(3_000_000, 'ä\u0000'), delivered: [] } as unknown as Line,
				{ type: 'event', seq: 2, t: 2, event: 'vote', detail: { at: 1_760_000_000_000_000_001n, $: { v: 1 } } },
			];
			await recorder.open(header('s'));
			await recorder.append('s', lines);
			t.strictSame(await collect(reader.lines('s')), lines);
		}));

	test(`${name}: lines are read in seq order, from where one asks`, (t) =>
		withFresh(async ({ recorder, reader }) => {
			await recorder.open(header('s'));
			for (let seq = 0; seq < 700; seq += 7) {
				await recorder.append(
					's',
					Array.from({ length: 7 }, (_, i) => frame(seq + i)),
				);
			}
			const seqs = (await collect(reader.lines('s'))).map((line) => line.seq);
			t.same(seqs, [...Array(700).keys()]);
			t.same(
				(await collect(reader.lines('s', 698))).map((line) => line.seq),
				[698, 699],
			);
			t.same(await collect(reader.lines('s', 700)), []);
		}));

	test(`${name}: the caller may reuse its buffer as soon as append has been called`, (t) =>
		withFresh(async ({ recorder, reader }) => {
			await recorder.open(header('s'));
			const shared = Buffer.from('as received');
			const appended = recorder.append('s', [{ ...(frame(0) as object), bytes: shared } as Line]);
			shared.fill(66);
			await appended;
			const [line] = await collect(reader.lines('s'));
			t.equal((line as { bytes: Buffer }).bytes.toString(), 'as received');
		}));

	test(`${name}: a seq is never overwritten, and a refused append leaves nothing`, (t) =>
		withFresh(async ({ recorder, reader }) => {
			await recorder.open(header('s'));
			await recorder.append('s', [frame(0, 'first')]);
			await t.rejects(recorder.append('s', [frame(1, 'stray'), frame(0, 'second')]), {
				code: 'ERR_RECORD_EXISTS',
				seq: 0,
			});
			await t.rejects(recorder.append('s', [frame(1, 'a'), frame(1, 'b')]), { code: 'ERR_RECORD_EXISTS', seq: 1 });
			const inFlight = recorder.append('s', [frame(1, 'one')]);
			await t.rejects(recorder.append('s', [frame(1, 'other')]), { code: 'ERR_RECORD_EXISTS' });
			await inFlight;
			const lines = await collect(reader.lines('s'));
			t.same(
				lines.map((line) => (line as { bytes: Buffer }).bytes.toString()),
				['first', 'one'],
			);
			t.equal(recorder.healthy, true);
		}));

	test(`${name}: what cannot be is refused by code`, (t) =>
		withFresh(async ({ recorder }) => {
			await recorder.open(header('s'));
			await t.rejects(recorder.open(header('s')), { code: 'ERR_RECORD_SESSION_EXISTS', session: 's' });
			await t.rejects(recorder.append('none', [frame(0)]), { code: 'ERR_RECORD_SESSION_UNKNOWN', session: 'none' });
			for (const id of ['', 'a\u0000b', 'x'.repeat(201), '\ud800']) {
				await t.rejects(recorder.open(header(id)), { code: 'ERR_RECORD_SESSION_ID' });
			}
			for (const seq of [-1, 1.5, 2 ** 53]) {
				await t.rejects(recorder.append('s', [frame(seq)]), { code: 'ERR_RECORD_INVALID' });
			}
			await recorder.append('s', []);
			await recorder.close();
			await t.rejects(recorder.append('s', [frame(0)]), { code: 'ERR_RECORD_CLOSED' });
			await t.rejects(recorder.open(header('s3')), { code: 'ERR_RECORD_CLOSED' });
		}));

	test(`${name}: many writers at once, each session keeps its own`, (t) =>
		withFresh(async ({ recorder, reader }) => {
			const sessions = Array.from({ length: 16 }, (_, i) => `s${i}`);
			await Promise.all(sessions.map((id) => recorder.open(header(id))));
			await Promise.all(
				sessions.flatMap((id) =>
					Array.from({ length: 40 }, (_, seq) => recorder.append(id, [frame(seq, `${id}/${seq}`)])),
				),
			);
			for (const id of sessions) {
				const lines = await collect(reader.lines(id));
				t.same(
					lines.map((line) => (line as { bytes: Buffer }).bytes.toString()),
					[...Array(40).keys()].map((n) => `${id}/${n}`),
				);
			}
		}));

	test(`${name}: the list of sessions counts, filters and tells the protocol`, (t) =>
		withFresh(async ({ recorder, reader }) => {
			await recorder.open(header('a'));
			await recorder.open(header('b', { server: { name: 'db', labels: [], transport: 'http' } }));
			const answer = '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25"}}';
			await recorder.append('a', [
				{ ...(frame(0) as object), verdict: 'hold' } as Line,
				{ type: 'event', seq: 1, t: 11, event: 'held', of: 0 },
			]);
			await recorder.append('a', [{ ...(frame(2, answer) as object), from: 'server' } as Line]);
			const expected: SessionSummary = {
				id: 'a',
				started_ns: header('a').started_ns,
				server: 'files',
				principal: 'agent-7',
				protocol: '2025-11-25',
				frames: 2,
				verdicts: { allow: 1, mask: 0, hold: 1, deny: 0 },
				last_t: 20,
				closed: false,
			};
			t.strictSame(await collect(reader.sessions({ server: 'files' })), [expected]);
			t.same(
				(await collect(reader.sessions())).map(({ id }) => id),
				['a', 'b'],
			);
			t.same(await collect(reader.sessions({ principal: 'nobody' })), []);
			await recorder.append('a', [{ type: 'event', seq: 3, t: 30, event: 'closed' }]);
			t.match(await collect(reader.sessions({ server: 'files' })), [{ closed: true, last_t: 30, frames: 2 }]);
			await recorder.append('a', [{ type: 'event', seq: 4, t: 40, event: 'resumed' }]);
			t.match(await collect(reader.sessions({ server: 'files' })), [{ closed: false, last_t: 40 }]);
		}));
}
