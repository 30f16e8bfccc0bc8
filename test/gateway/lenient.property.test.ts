import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { ENVELOPE_MEMBERS, META_MEMBERS, PARAMS_MEMBERS } from '../../engine/frame/members.ts';
import { httpListener } from '../../gateway/transport/http/listener.ts';
import { houseUnderTest, stubPolicy } from '../fixtures/house.ts';
import { found, type Lenient, meaning, READERS, readLenient } from '../fixtures/lenient-json.ts';

/**
 * Whatever the gateway forwards is judged as exactly what any lenient reader behind it could make of it; everything
 * else is refused. Frames are mutated as bytes, as keys, in their headers and in how they are cut into pieces.
 */
const RUNS = 3_000;

const judged: Lenient[] = [];
const policy = stubPolicy(() => ({}));
const { evaluate } = policy.evaluator;
(policy.evaluator as { evaluate: typeof evaluate }).evaluate = (input, ...rest) => {
	judged.push(readLenient(Buffer.from(input).toString('utf8')));
	return evaluate(input, ...rest);
};
const house = await houseUnderTest(join(t.testdir(), 'store'), policy);
const listener = await httpListener(house.sessions, {
	host: '127.0.0.1',
	port: 0,
	limits: { frame: 100_000, slowReader: 30_000 },
});
t.teardown(async () => {
	await listener.close(0);
	await house.close();
});
const session = await house.begin();
// Each is answered at once, so that nothing is in flight for long.
house.upstream.onSend = (bytes, exchange, events) => {
	const id = /"id"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+)/.exec(bytes.toString('utf8'))?.[1];
	const answer = Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":{}}`);
	if (id !== undefined) void events.frame({ bytes: answer }, { streaming: false, exchange });
	events.done(exchange, { ok: true, status: id === undefined ? 202 : 200 });
};

const FRAMES = [
	'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read_file","arguments":{"path":"a","n":9007199254740993}}}',
	'{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"_meta":{"progressToken":7},"name":"exec","arguments":{"cmd":["ls"]}}}',
	'{"jsonrpc":"2.0","id":2,"method":"resources/read","params":{"uri":"file:///etc/passwd"}}',
	'{"jsonrpc":"2.0","id":3,"method":"prompts/get","params":{"name":"p","arguments":{"a":"\\u0062","name":"inner"}}}',
	'{"jsonrpc":"2.0","id":4,"method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":"p"},"argument":{"name":"a","value":"v"}}}',
	'{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t","progress":1}}',
	'{"jsonrpc":"2.0","id":5,"method":"skills/run","params":{"skill":{"name":"x"}},"extra":{"method":"y"}}',
];
const ENVELOPE =
	'"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"progressToken":7}';
const MODERN = [
	`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{${ENVELOPE},"name":"exec","arguments":{"cmd":["ls"],"name":"x"}}}`,
	`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"exec","inputResponses":{"a":{"action":"accept","content":{"k":1}}},"requestState":"s",${ENVELOPE}}}`,
	`{"jsonrpc":"2.0","id":"3","method":"resources/read","params":{"uri":"file:///etc/passwd",${ENVELOPE}}}`,
	`{"jsonrpc":"2.0","id":4,"method":"tools/list","params":{${ENVELOPE}}}`,
];

/** A frame and the headers that an honest client sends with it. */
const honest = [
	...FRAMES.map((text) => ({ text, headers: [`mcp-session-id: ${session}`] })),
	...MODERN.map((text) => {
		const { method, params } = JSON.parse(text) as { method: string; params: { name?: string; uri?: string } };
		const name = params.name ?? params.uri;
		const named = name === undefined ? [] : [`mcp-name: ${name}`];
		return { text, headers: ['mcp-protocol-version: 2026-07-28', `mcp-method: ${method}`, ...named] };
	}),
];

/** Another spelling of a key, that some reader takes for it. */
const respelled = fc.constantFrom<(key: string) => string>(
	(key) => key,
	(key) => key.toUpperCase(),
	(key) => key[0]!.toUpperCase() + key.slice(1),
	(key) => `${key}\\u0000`,
	(key) => `${key} `,
	(key) => key.replace(/[ks]/, (c) => (c === 'k' ? '\u212a' : '\u017f')),
	(key) => key.replace(/[a-z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
	(key) => key.replace('i', '\u0131'),
	(key) => `${key[0]}\u200b${key.slice(1)}`,
	(key) => key.replace(/./, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
	(key) => `_${key}`,
);

/** Puts a member under a spelling of some key at some object. */
const member = fc
	.tuple(
		fc.nat(),
		fc.nat(),
		respelled,
		fc.constantFrom('"exec"', '1', '"2.0"', '{}', '"tools/list"', 'null'),
		fc.boolean(),
	)
	.map(([where, which, spell, value, after]) => (text: string) => {
		const keys = [...text.matchAll(/"([A-Za-z_/.]+)"\s*:/g)].map((match) => match[1]!);
		const opens = [...text.matchAll(/\{/g)].map(({ index }) => index);
		const at = opens[where % opens.length]!;
		const added = `"${spell(keys[which % keys.length]!)}":${value}`;
		const empty = /^\{\s*\}/.test(text.slice(at));
		if (!after || empty) return `${text.slice(0, at + 1)}${added}${empty ? '' : ','}${text.slice(at + 1)}`;
		return `${text.slice(0, -1)},${added}}`;
	});
const insert = fc
	.tuple(
		fc.nat(),
		fc.constantFrom(' ', '\n', '\r', '\t', ',', '{', '}', '"', '\\', '\u0000', '\ufeff', '\u00a0', '0', '[', '\ud83d'),
	)
	.map(([at, what]) => (text: string) => {
		const place = at % (text.length + 1);
		return text.slice(0, place) + what + text.slice(place);
	});
const drop = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 9 })).map(([at, count]) => (text: string) => {
	const place = at % text.length;
	return text.slice(0, place) + text.slice(place + count);
});
const repeat = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 40 })).map(([at, count]) => (text: string) => {
	const place = at % text.length;
	return text.slice(0, place) + text.slice(place, place + count) + text.slice(place);
});
const mutations = fc.array(fc.oneof({ weight: 4, arbitrary: member }, insert, drop, repeat), { maxLength: 3 });

const header = fc.constantFrom<string>(
	'mcp-method: tools/call',
	'mcp-method: tools/list',
	'mcp-name: read_file',
	'mcp-name: exec',
	'mcp-name: =?base64?ZXhlYw==?=',
	'content-encoding: gzip',
	'transfer-encoding: gzip',
	'content-type: text/plain',
	'mcp-protocol-version: 2025-06-18',
	'x-http-method-override: DELETE',
	'expect: 200-maybe',
);

/** The status that came back. */
function say(body: Buffer, headers: readonly string[], cuts: readonly number[] | undefined): Promise<number> {
	const pieces: Buffer[] = [];
	let from = 0;
	for (const cut of [...(cuts ?? [])].map((cut) => cut % (body.length + 1)).sort((a, b) => a - b)) {
		if (cut > from) pieces.push(body.subarray(from, cut));
		from = Math.max(from, cut);
	}
	if (from < body.length) pieces.push(body.subarray(from));
	const head = [
		'POST /mcp/files HTTP/1.1',
		`host: 127.0.0.1:${listener.port}`,
		'content-type: application/json',
		'accept: application/json, text/event-stream',
		'connection: close',
		cuts === undefined ? `content-length: ${body.length}` : 'transfer-encoding: chunked',
		...headers,
	];
	const chunks = pieces.flatMap((piece) => [
		Buffer.from(`${piece.length.toString(16)}\r\n`),
		piece,
		Buffer.from('\r\n'),
	]);
	const bytes = Buffer.concat([
		Buffer.from(`${head.join('\r\n')}\r\n\r\n`),
		...(cuts === undefined ? [body] : [...chunks, Buffer.from('0\r\n\r\n')]),
	]);
	return new Promise((resolve) => {
		const socket = connect(listener.port, '127.0.0.1', () => socket.write(bytes));
		let text = '';
		socket.on('data', (chunk) => {
			text += chunk.toString('latin1');
		});
		socket.on('error', () => {});
		socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0)));
	});
}

/** What every reader finds under every name that the protocol knows is one thing, and what policy was shown. */
function agreed(bytes: Buffer): void {
	const text = bytes.toString('utf8');
	const frame = readLenient(text);
	const input = judged.at(-1)!;
	const exact = { wins: 'last', same: (a: string, b: string) => a === b } as const;
	const shown = (key: string) => meaning(found(input, key, exact), 'last');
	for (const reader of READERS) {
		const get = (object: Lenient | undefined, key: string) => found(object, key, reader);
		const same = (object: Lenient | undefined, keys: Iterable<string>) => {
			for (const key of keys)
				if (meaning(get(object, key), reader.wins) !== meaning(found(object, key, exact), 'last'))
					throw new Error(`readers differ about \`${key}\` in ${text}`);
		};
		same(frame, ENVELOPE_MEMBERS);
		const params = get(frame, 'params');
		same(params, PARAMS_MEMBERS);
		same(get(params, '_meta'), META_MEMBERS);
		if (meaning(get(frame, 'method'), reader.wins) !== shown('method')) throw new Error(`another method: ${text}`);
		if (meaning(params, reader.wins) !== shown('params')) throw new Error(`other params: ${text}`);
		if (shown('method') !== '"tools/call"') continue;
		const tool = found(input, 'tool', exact);
		if (meaning(get(params, 'name'), reader.wins) !== meaning(found(tool, 'name', exact), 'last'))
			throw new Error(`another tool: ${text}`);
	}
}

t.test('what is forwarded is what was judged, whoever reads it', async (t) => {
	let forwarded = 0;
	let refused = 0;
	await fc.assert(
		fc.asyncProperty(
			fc.constantFrom(...honest),
			mutations,
			fc.array(header, { maxLength: 1 }),
			fc.option(fc.array(fc.nat(), { maxLength: 5 }), { nil: undefined }),
			async ({ text, headers }, changes, more, cuts) => {
				const body = Buffer.from(
					changes.reduce((now, change) => change(now), text),
					'utf8',
				);
				const before = house.upstream.sent.length;
				const status = await say(body, [...headers, ...more], cuts);
				const sent = house.upstream.sent.slice(before);
				if (status === 0) throw new Error('no answer');
				if (sent.length === 0) {
					refused++;
					return;
				}
				forwarded++;
				if (sent.length !== 1 || !sent[0]!.bytes.equals(body)) throw new Error('other bytes than were received');
				agreed(body);
			},
		),
		{ numRuns: RUNS, endOnFailure: false },
	);
	t.ok(forwarded > RUNS / 10 && refused > RUNS / 10, 'both happened', { forwarded, refused });
});
