import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What one attacker writes on one connection, piece by piece. */
export type Input = readonly Buffer[];

/** What stands in place of `{name}` in a row. */
export type Known = Readonly<Record<string, string>>;

interface Row {
	readonly raw?: readonly string[];
	readonly method?: string;
	readonly path?: string;
	readonly replace?: Readonly<Record<string, string>>;
	readonly without?: readonly string[];
	readonly add?: readonly string[];
	readonly body?: string;
}
interface FrameRow {
	readonly text?: string;
	readonly bytes_base64?: string;
}

const folder = join(import.meta.dirname, '..', '..', 'policy-test-fixtures', 'bypass');
const rows = <T>(name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as readonly T[];

const CALL = '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hello"}}}';
const INITIALIZE =
	'{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}';
const DISCOVER =
	'{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}';

const META =
	'"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}';
const MODERN_CALL = `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hello"},${META}}}`;
const RETRIED = MODERN_CALL.replace(
	'"_meta"',
	'"requestState":"x","inputResponses":{"a":{"action":"accept","content":{}}},"_meta"',
);
const LISTEN = `{"jsonrpc":"2.0","id":8,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},${META}}}`;
/** What repeats `MODERN_CALL`. */
const ENVELOPED = ['mcp-protocol-version: 2026-07-28', 'mcp-method: tools/call', 'mcp-name: echo'];

/** The corpus: every known evasion, and the ordinary requests of each transport, as they would be sent. */
export function corpus(known: Known): readonly Buffer[] {
	const filled = (text: string) => text.replace(/\{(\w+)\}/g, (whole, name: string) => known[name] ?? whole);
	const post = (body: Buffer, headers: readonly string[] = [], path = '/mcp/echo', method = 'POST') =>
		Buffer.concat([
			Buffer.from(
				filled(
					[
						`${method} ${path} HTTP/1.1`,
						'host: {host}',
						'content-type: application/json',
						'accept: application/json, text/event-stream',
						'authorization: Bearer {token}',
						...headers,
						`content-length: ${body.length}`,
						'',
						'',
					].join('\r\n'),
				),
				'latin1',
			),
			body,
		]);
	const session = ['mcp-session-id: {session}', 'mcp-protocol-version: 2025-11-25'];
	const upgrade = Buffer.from(
		filled(
			[
				'GET /ws/echo HTTP/1.1',
				'host: {host}',
				'authorization: Bearer {token}',
				'upgrade: websocket',
				'connection: Upgrade',
				'sec-websocket-version: 13',
				'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
				'sec-websocket-protocol: mcp',
				'',
				'',
			].join('\r\n'),
		),
	);
	const get = (path: string, more: readonly string[] = []) =>
		Buffer.from(
			filled(
				[
					`GET ${path} HTTP/1.1`,
					'host: {host}',
					'accept: text/event-stream',
					'authorization: Bearer {token}',
					...more,
					'',
					'',
				].join('\r\n'),
			),
		);
	return [
		...rows<Row>('http.json').map((row) =>
			row.raw !== undefined
				? Buffer.from(filled(row.raw.join('\r\n')), 'latin1')
				: post(
						Buffer.from(row.body ?? CALL),
						[
							...session,
							...(row.add ?? []),
							...Object.entries(row.replace ?? {}).map(([name, value]) => `${name}: ${value}`),
						],
						row.path,
						row.method,
					),
		),
		...rows<FrameRow>('frames.json').flatMap((row) => {
			const body = row.bytes_base64 === undefined ? row.text : Buffer.from(row.bytes_base64, 'base64');
			return body === undefined ? [] : [post(Buffer.from(body), session)];
		}),
		post(Buffer.from(CALL), session),
		post(Buffer.from(INITIALIZE)),
		post(Buffer.from(DISCOVER), ['mcp-protocol-version: 2026-07-28', 'mcp-method: server/discover']),
		post(Buffer.from(MODERN_CALL), ENVELOPED),
		post(Buffer.from(MODERN_CALL), [...ENVELOPED, 'mcp-param-text: =?base64?aGVsbG8=?=']),
		post(Buffer.from(LISTEN), ['mcp-protocol-version: 2026-07-28', 'mcp-method: subscriptions/listen']),
		post(Buffer.from(RETRIED), ENVELOPED),
		post(Buffer.from('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}'), session),
		post(Buffer.from(CALL), [], '/sse/echo?sessionId={stream}'),
		post(Buffer.from('{"jsonrpc":"2.0","id":1,"result":{}}'), [], '/sse/echo?sessionId={stream}'),
		post(Buffer.alloc(0), [], '/ws/echo/ticket'),
		get('/mcp/echo', session),
		get('/sse/echo'),
		get('/.well-known/oauth-protected-resource/mcp/echo'),
		Buffer.concat([upgrade, wsFrame(Buffer.from(INITIALIZE)), wsFrame(Buffer.from(CALL))]),
		Buffer.concat([upgrade, wsFrame(Buffer.from(CALL), 2), wsFrame(Buffer.alloc(0), 9)]),
	];
}

/** A masked frame of a client (RFC 6455 §5.2), mask zero. */
function wsFrame(payload: Buffer, opcode = 1): Buffer {
	const size = payload.length < 126 ? [0x80 | payload.length] : [0x80 | 126, payload.length >> 8, payload.length & 255];
	return Buffer.concat([Buffer.from([0x80 | opcode, ...size, 0, 0, 0, 0]), payload]);
}

const TOKENS = [
	'\r\n',
	'\n',
	'\r\n\r\n',
	'\u0000',
	'\u00ff\u00fe',
	'transfer-encoding: chunked\r\n',
	'content-length: 4294967296\r\n',
	'content-length: 0\r\n',
	'0\r\n\r\n',
	'ffffffffffffffff\r\n',
	'{"a":'.repeat(200),
	'['.repeat(5_000),
	'"method":"tools/call",',
	'"id":1,',
	'\\ud800',
	'\\u0000',
	'9'.repeat(400),
	'x'.repeat(20_000),
];

/** Members that mean something somewhere, and some that look like them. */
const KEYS = [
	...[
		'method',
		'id',
		'params',
		'name',
		'arguments',
		'_meta',
		'result',
		'error',
		'task',
		'inputResponses',
		'inputRequests',
		'resultType',
		'taskId',
		'requestState',
	],
	...['Method', 'params\\u0000', 'n\\u0061me', '\u212aey', 'progressToken', 'io.modelcontextprotocol/protocolVersion'],
	...['__proto__', 'constructor', 'x', ''],
];
const VALUES = [
	'1',
	'"echo"',
	'{}',
	'[]',
	'null',
	'"2026-07-28"',
	'"task"',
	'1e999',
	'{"name":"echo"}',
	'"notifications/cancelled"',
];

/** `count` inputs: the corpus as it is, then mutations of it. The same `seed` gives the same inputs. */
export function* inputs(known: Known, count: number, seed: number): Generator<Input> {
	const base = corpus(known);
	const random = mulberry32(seed);
	const below = (limit: number) => Math.floor(random() * limit);
	const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
	const damaged = (sound: Buffer): Buffer => {
		let bytes = Buffer.from(sound);
		for (let times = 1 + (below(3) === 0 ? below(4) : 0); times > 0; times--) {
			const at = below(bytes.length + 1);
			const end = Math.min(bytes.length, at + 1 + below(60));
			switch (below(9)) {
				case 0:
					if (bytes.length > 0) bytes[at % bytes.length] = below(256);
					break;
				case 1:
					bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
					break;
				case 2:
					bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
					break;
				case 3:
					bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(TOKENS), 'latin1'), bytes.subarray(at)]);
					break;
				case 4:
					bytes = Buffer.from(bytes.subarray(0, at));
					break;
				case 5: {
					const other = pick(base);
					bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(below(other.length))]);
					break;
				}
				case 6:
				case 7: {
					const brace = bytes.indexOf('{', at);
					if (brace < 0) break;
					const added = Buffer.from(`"${pick(KEYS)}":${pick(VALUES)},`);
					bytes = Buffer.concat([bytes.subarray(0, brace + 1), added, bytes.subarray(brace + 1)]);
					break;
				}
				default: {
					// Swaps two lines: headers in another order, or a header in the body.
					const lines = bytes.toString('latin1').split('\r\n');
					const [a, b] = [below(lines.length), below(lines.length)];
					[lines[a], lines[b]] = [lines[b]!, lines[a]!];
					bytes = Buffer.from(lines.join('\r\n'), 'latin1');
				}
			}
		}
		return bytes;
	};
	for (let n = 0; n < count; n++) {
		if (n < base.length) {
			yield [base[n]!];
			continue;
		}
		const victim = pick(base);
		const head = victim.indexOf('\r\n\r\n') + 4;
		// Half of them are proper as HTTP: what is wrong with them is in the frame.
		const bytes = below(2) === 0 || head < 4 ? damaged(victim) : withBody(victim, damaged(victim.subarray(head)));
		const cut = below(4) === 0 ? below(bytes.length + 1) : bytes.length;
		yield cut < bytes.length ? [bytes.subarray(0, cut), bytes.subarray(cut)] : [bytes];
	}
}

/** The request with another body, its length put right. */
function withBody(request: Buffer, body: Buffer): Buffer {
	const head = request.toString('latin1', 0, request.indexOf('\r\n\r\n') + 4);
	return Buffer.concat([
		Buffer.from(head.replace(/^content-length: .*$/m, `content-length: ${body.length}`), 'latin1'),
		body,
	]);
}

/** Tommy Ettinger's generator: small, and enough for picking. */
function mulberry32(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = Math.imul(state ^ (state >>> 15), state | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
}
