import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { test } from 'tap';
import type { SluiceError } from '../../../engine/error.ts';
import { splice } from '../../../engine/mask/splice.ts';
import { spliceBetween } from '../../../engine/recording/delivered.ts';
import type { Line, RecordingHeader } from '../../../engine/recording/lines.ts';
import { formatSession, parseSession } from '../../../engine/recording/session-file.ts';

const schema = JSON.parse(
	readFileSync(new URL('../../../engine/recording/session.schema.json', import.meta.url), 'utf8'),
);
const valid = new Ajv({ strict: true, strictTypes: false }).compile(schema);

const record: typeof fc.record = ((model: never) => fc.record(model, { noNullPrototype: true })) as never;
const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const texts = fc.array(text, { maxLength: 2 });
const maybe = <T>(name: string, value: fc.Arbitrary<T>) =>
	fc.option(value, { nil: undefined }).map((v) => (v === undefined ? {} : { [name]: v }));
const all = <T extends object>(...parts: fc.Arbitrary<T | object>[]) =>
	fc.tuple(...parts).map((objects) => Object.assign({}, ...objects) as T);

const principal = all(
	record({
		id: text,
		kind: fc.constantFrom('human', 'agent', 'service', 'anonymous'),
		issuer: text,
		groups: texts,
		scopes: texts,
		claims: fc.constantFrom({}, { started_ns: 5, deep: [{ x: null }] }),
	}),
	maybe('human', text),
	maybe('on_behalf_of', text),
);
const header = all<RecordingHeader>(
	record({
		version: fc.constant(1),
		id: fc.string({ minLength: 1 }),
		started_ns: fc.bigInt({ min: 0n, max: 2n ** 63n }),
		server: record({ name: text, labels: texts, transport: fc.constantFrom('stdio', 'http', 'sse', 'ws') }),
		transport: record({ kind: fc.constantFrom('stdio', 'http'), remote: text }),
		principal,
	}),
	maybe('client', record({ name: text, version: text })),
	maybe('protocol', text),
	maybe('detectors', text),
	maybe('pins', fc.constantFrom({}, { query: 'abc' })),
);
const verdict = fc.constantFrom('allow', 'mask', 'hold', 'deny');
const outcome = fc.constantFrom('forwarded', 'released', 'refused', 'expired', 'cancelled', 'withdrawn', 'undelivered');
const reasons = fc.array(
	record({
		set: fc.constantFrom('deny', 'hold', 'mask', 'warn'),
		rule: text,
		level: fc.constant('enforce'),
		message: text,
	}),
	{ maxLength: 2 },
);
const labels = fc.array(
	record({ label: text, rule: text, scope: fc.constantFrom('session', 'principal'), forNs: fc.nat() }),
	{
		maxLength: 2,
	},
);
const bytes = fc.oneof(
	text.map((s) => Buffer.from(s, 'utf8')),
	fc.uint8Array({ maxLength: 12 }).map((a) => Buffer.from(a)),
);
const delivered = (length: number) =>
	fc.oneof(
		fc.constant(null),
		fc
			.tuple(fc.nat(length), fc.nat(length), text)
			.map(([a, b, replacement]) => [
				{ start: Math.min(a, b), end: Math.max(a, b), replacement, pointer: '/x', what: 'path' },
			]),
	);
const frame = bytes.chain((b) =>
	all(
		record({ type: fc.constant('frame'), from: fc.constantFrom('client', 'server'), bytes: fc.constant(b) }),
		maybe('delivered', delivered(b.length)),
		maybe(
			'principal',
			principal.map((p) => ({ ...p, id: `${p.id} another` })),
		),
		maybe(
			'recent',
			record({
				labels: texts,
				calls: record({ total: fc.nat(), last_minute: fc.nat(), by_server: fc.constant({ db: 1 }) }),
			}),
		),
		maybe('answers', fc.integer({ min: 1, max: 9 })),
		maybe('verdict', verdict),
		maybe('code', text),
		maybe('by', fc.constant('gateway')),
		maybe('reasons', reasons),
		maybe('labels', labels),
		maybe('findings', fc.constant([{ type: 'pii/email', pointer: '/a', start: 0, end: 4, key: true }])),
		maybe('revision', text),
		maybe('outcome', outcome),
		maybe('wire', fc.constant({ exchange: 3, newline: '\r\n', last: true })),
	),
);
const others = fc.oneof(
	all(
		record({ type: fc.constant('gateway'), to: fc.constantFrom('client', 'server'), bytes }),
		maybe('answers', fc.constant(1)),
	),
	all(
		record({
			type: fc.constant('rejudge'),
			rejudges: fc.constant(1),
			verdict,
			reasons,
			labels,
			revision: text,
			outcome,
		}),
		maybe('code', text),
		maybe('delivered', fc.constant(null)),
		maybe('recent', fc.constant({ labels: [], calls: { total: 0, last_minute: 0, by_server: {} } })),
	),
	all(
		record({ type: fc.constant('event'), event: fc.constantFrom('held', 'vote', 'closed') }),
		maybe('of', fc.constant(1)),
		maybe('detail', fc.constant({ a: [1] })),
	),
);
const lines = fc
	.array(fc.oneof(frame, others), { maxLength: 6 })
	.map((list) => list.map((line, i) => ({ ...line, seq: i * 2 + 1, t: i * 1000 })) as unknown as Line[]);

test('what is written reads back to the same session, and fits the published schema', async () => {
	fc.assert(
		fc.property(header, lines, (h, l) => {
			const file = formatSession(h, l);
			for (const line of file.trimEnd().split('\n')) {
				if (!valid(JSON.parse(line))) throw new Error(JSON.stringify(valid.errors));
			}
			const back = parseSession(file, 'x.session.jsonl');
			return isDeepStrictEqual(back, { header: h, lines: l }) && formatSession(back.header, back.lines) === file;
		}),
		{ numRuns: 150 },
	);
});

test('started_ns keeps every digit', async (t) => {
	const { header } = parseSession('{"sluice":"session","version":1,"started_ns":1760000000123456789}', 'a');
	t.equal(header.started_ns, 1760000000123456789n);
	t.match(formatSession(header, []), /"started_ns":1760000000123456789,/);
});

test('a file by hand needs little', async (t) => {
	const session = parseSession(
		'\ufeff{"sluice":"session","version":1}\r\n\r\n{"seq":1,"from":"client","text":"{}"}\r\n' +
			'{"seq":2,"t":9,"from":"server","text":"é!","delivered":{"text":"è!"},"principal":{"id":"bot"}}\n' +
			'{"seq":3,"from":"gateway","text":"x"}\n{"seq":4,"from":"client","text":"z","delivered":{"text":"z"},"reasons":[{"set":"warn","rule":"a/b","message":"m"}]}',
		'dir/wire.session.jsonl',
	);
	t.strictSame(session.header, {
		version: 1,
		id: 'wire',
		started_ns: 0n,
		server: { name: 'server', labels: [], transport: 'stdio' },
		transport: { kind: 'stdio', remote: '' },
		principal: { id: 'anonymous', kind: 'anonymous', issuer: 'sluice', groups: [], scopes: [], claims: {} },
	});
	t.strictSame(session.lines, [
		{ type: 'frame', seq: 1, t: 0, from: 'client', bytes: Buffer.from('{}') },
		{
			type: 'frame',
			seq: 2,
			t: 9,
			from: 'server',
			bytes: Buffer.from('é!'),
			delivered: [{ start: 0, end: 2, replacement: 'è', pointer: '', what: 'edited' }],
			principal: { id: 'bot', kind: 'agent', issuer: 'sluice', groups: [], scopes: [], claims: {} },
		},
		{ type: 'gateway', seq: 3, t: 9, to: 'client', bytes: Buffer.from('x') },
		{
			type: 'frame',
			seq: 4,
			t: 9,
			from: 'client',
			bytes: Buffer.from('z'),
			reasons: [{ level: 'enforce', set: 'warn', rule: 'a/b', message: 'm' }],
		},
	]);
});

test('mistakes name file, line and the way out', async (t) => {
	const head = '{"sluice":"session","version":1}\n';
	const rows: [string, RegExp, RegExp?][] = [
		['', /s\.jsonl:1: the file is empty/, /begin it with/],
		['{"a":1}', /:1: this is not a session file/],
		['{"sluice":"session","version":1,"started":1}', /:1: unknown key `started`/, /`started_ns`/],
		['{"sluice":"session","version":1,"started_ns":1.5e18}', /:1: `started_ns` must be an integer/],
		['{"sluice":"session","version":1,"started_ns":9999999999999999999999}', /:1: `started_ns` is out of range/],
		[`${head}{"seq":1,"from":"client","text":"{}"`, /:2: not JSON/],
		[`${head}[]`, /:2: not a JSON object/],
		[`${head}{"from":"client","text":"{}"}`, /:2: the line lacks `seq`/, /add `seq`/],
		[`${head}{"seq":1,"text":"{}"}`, /:2: the line lacks `from`/],
		[`${head}{"seq":1,"from":"client"}`, /:2: the line has no bytes/, /add `text`/],
		[`${head}{"seq":1,"from":"klient","text":""}`, /:2: `from` cannot be `klient`/, /`client`/],
		[`${head}{"seq":1,"from":"client","text":"","verdct":"deny"}`, /:2: unknown key `verdct`/, /`verdict`/],
		[`${head}{"seq":1,"from":"client","text":"","base64":""}`, /:2: .*`text` and `base64`/],
		[`${head}{"seq":1,"from":"client","base64":"*"}`, /:2: .*not base64/],
		[`${head}{"seq":1,"from":"client","text":"\\ud800"}`, /:2: .*half a surrogate/, /base64/],
		[`${head}{"seq":2,"from":"client","text":""}\n\n{"seq":2,"from":"client","text":""}`, /:4: `seq` is 2 after 2/],
		[
			`${head}{"seq":1,"t":5,"from":"client","text":""}\n{"seq":2,"t":4,"from":"client","text":""}`,
			/:3: `t` is 4 after 5/,
		],
		[
			`${head}{"seq":1,"from":"client","text":"ab","delivered":{"text":"xb"},"splices":[{"start":0,"end":1,"replacement":"y"}]}`,
			/:2: `splices` do not make/,
			/remove `splices`/,
		],
		[
			`${head}{"seq":1,"from":"client","text":"ab","splices":[{"start":0,"end":9,"replacement":"y"}]}`,
			/:2: `splices` overlap/,
		],
		[`${head}{"seq":1,"from":"client","text":"ab","delivered":{"base64":"/w=="}}`, /:2: `delivered` is not UTF-8/],
	];
	for (const [file, message, help] of rows) {
		try {
			parseSession(file, 's.jsonl');
			t.fail(`accepted ${file}`);
		} catch (error) {
			t.match(error, { code: 'ERR_SESSION_FILE', message });
			if (help !== undefined) t.match((error as SluiceError).help, help);
		}
	}
	t.throws(() => parseSession('{"sluice":"session","version":2,"new":1}', 's'), {
		code: 'ERR_SESSION_FILE_VERSION',
		message: /format version 2, this Sluice reads 1/,
	});
});

test('one splice between two texts', async () => {
	fc.assert(
		fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
			const [from, to] = [Buffer.from(a), Buffer.from(b)];
			const between = spliceBetween(from, to);
			return splice(from, between === undefined ? [] : [between]).equals(to);
		}),
	);
});

test('what is no JSON is not quoted: it may be a secret', async (t) => {
	const secret = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
	for (const line of [`{"seq": ${secret}}`, secret, `{"seq":1,"text":"\n${secret}"}`]) {
		try {
			parseSession(`{"sluice":"session","version":1}\n${line}`, 'a');
			t.fail(line);
		} catch (error) {
			t.match(error, { code: 'ERR_SESSION_FILE', message: /^a:2: not JSON: / });
			t.notMatch((error as Error).message, /ghp_/);
		}
	}
});
