import fc from 'fast-check';
import t from 'tap';
import type { Frame } from '../../engine/frame/frame.ts';
import { readFrames } from '../../engine/frame/read.ts';
import { improperEnvelope } from '../../gateway/envelope.ts';
import { decodeHeaderValue, encodeHeaderValue } from '../../gateway/header-value.ts';
import { madeHeaders } from '../../gateway/made-headers.ts';
import { contradiction, mirroredIn } from '../../gateway/mirrored-headers.ts';
import { declaredIn } from '../../gateway/param-headers.ts';
import { limits } from '../fixtures/frames.ts';
import { headersOf, modernCall, modernRequest } from '../fixtures/modern.ts';

function frame(json: unknown): Frame {
	const bytes = Buffer.from(typeof json === 'string' ? json : JSON.stringify(json));
	const read = readFrames(bytes, { limits, batches: false });
	if (!read.ok) throw new Error(read.refusal.message);
	return read.frames[0]!;
}

const schema = {
	type: 'object',
	properties: {
		region: { type: 'string', 'x-mcp-header': 'Region' },
		count: { type: 'integer', 'x-mcp-header': 'Count' },
		dry: { type: 'boolean', 'x-mcp-header': 'Dry' },
		where: { type: 'object', properties: { zone: { type: 'string', 'x-mcp-header': 'Zone' } } },
	},
};
const listed = (inputSchema: object, name = 'run') =>
	declaredIn(frame({ jsonrpc: '2.0', id: 1, result: { tools: [{ name, inputSchema }] } }));
const known = listed(schema);
const declared = (tool: string) => known.get(tool);

t.test('a value and its header are one, whatever it is', async (t) => {
	const cases: [string, string][] = [
		['us-west1', 'us-west1'],
		['Hello, 世界', '=?base64?SGVsbG8sIOS4lueVjA==?='],
		[' padded ', '=?base64?IHBhZGRlZCA=?='],
		['line1\nline2', '=?base64?bGluZTEKbGluZTI=?='],
		['=?base64?literal?=', '=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?='],
		['', ''],
	];
	for (const [value, header] of cases) {
		t.equal(encodeHeaderValue(value), header);
		t.equal(decodeHeaderValue(header), value);
	}
	for (const wrong of ['=?base64?%%?=', '=?base64?/w==?=', '=?base64?YQ=?=', '=?base64?YQ?=', 'é'])
		t.equal(decodeHeaderValue(wrong), undefined, wrong);
	fc.assert(
		fc.property(fc.string({ unit: 'grapheme' }), (value) => {
			const header = encodeHeaderValue(value);
			return /^[\x20-\x7e\t]*$/.test(header) && header.trim() === header && decodeHeaderValue(header) === value;
		}),
	);
});

t.test('headers that say what the body says pass; any other is refused', async (t) => {
	const body = modernCall(1, 'run', { region: 'eu', count: 42, dry: true, where: { zone: 'a' } });
	const good = {
		...headersOf(body),
		'mcp-param-region': 'eu',
		'mcp-param-count': '42',
		'mcp-param-dry': 'true',
		'mcp-param-zone': 'a',
	};
	const check = (headers: Record<string, string>, json: object = body) =>
		contradiction(mirroredIn(headers), [frame(json)], declared)?.code;
	t.equal(check(good), undefined);
	t.equal(check({ ...good, 'mcp-param-count': '42.0' }), undefined, 'integers are compared as numbers');
	t.equal(check({ ...good, 'mcp-param-other': 'eu' }), undefined, 'who does not know one passes it on');
	t.equal(check({ ...good, 'mcp-param-other': 'anything' }), 'ERR_HEADER_CONTRADICTS', 'if it repeats something');
	t.equal(check({ ...good, 'mcp-name': '=?base64?cnVu?=' }), undefined);
	t.equal(check({ ...good, 'mcp-param-region': '=?base64?ZXU=?=' }), undefined);
	const wrong = {
		'mcp-protocol-version': '2025-11-25',
		'mcp-method': 'tools/list',
		'mcp-name': 'Run',
		'mcp-param-region': 'us',
		'mcp-param-count': '43',
		'mcp-param-dry': 'TRUE',
		'mcp-param-zone': '=?base64?%?=',
	};
	for (const [name, value] of Object.entries(wrong)) {
		t.equal(check({ ...good, [name]: value }), 'ERR_HEADER_CONTRADICTS', name);
		const { [name]: _, ...without } = good as Record<string, string>;
		t.equal(check(without), 'ERR_HEADER_MISSING', `no ${name}`);
	}
	const empty = modernCall(1, 'run', { region: null });
	t.equal(check(headersOf(empty), empty), undefined, 'null and absent have no header');
	t.equal(check({ ...headersOf(empty), 'mcp-param-region': 'null' }, empty), 'ERR_HEADER_CONTRADICTS');
	const task = modernRequest(1, 'tasks/get', { taskId: 't1' });
	t.equal(check(headersOf(task), task), undefined);
	t.equal(check({ ...headersOf(task), 'mcp-name': 't2' }, task), 'ERR_HEADER_CONTRADICTS');
	const list = modernRequest(1, 'tools/list');
	t.equal(check({ ...headersOf(list), 'mcp-name': 'x' }, list), 'ERR_HEADER_CONTRADICTS');
});

t.test('before 2026-07-28 they need not be there, and must not lie', async (t) => {
	const body = frame({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'run' } });
	const check = (headers: Record<string, string>) => contradiction(mirroredIn(headers), [body], declared)?.code;
	t.equal(check({}), undefined);
	t.equal(check({ 'mcp-protocol-version': '2025-11-25', 'mcp-method': 'tools/call' }), undefined);
	t.equal(check({ 'mcp-method': 'tools/list' }), 'ERR_HEADER_CONTRADICTS');
	t.equal(check({ 'mcp-name': 'walk' }), 'ERR_HEADER_CONTRADICTS');
});

t.test('a notification needs no headers', async (t) => {
	const body = frame({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
	t.equal(contradiction(mirroredIn({ 'mcp-protocol-version': '2026-07-28' }), [body]), undefined);
	t.equal(contradiction(mirroredIn({ 'mcp-method': 'x' }), [body])?.code, 'ERR_HEADER_CONTRADICTS');
});

t.test('declarations that break the rules are none', async (t) => {
	const one = (property: object, more: object = {}) =>
		listed({ type: 'object', properties: { a: property, ...more } }).get('run');
	t.match(one({ type: 'string', 'x-mcp-header': 'A' }), [{ header: 'mcp-param-a', path: ['a'], type: 'string' }]);
	for (const property of [
		{ type: 'number', 'x-mcp-header': 'A' },
		{ type: ['string'], 'x-mcp-header': 'A' },
		{ type: 'string', 'x-mcp-header': '' },
		{ type: 'string', 'x-mcp-header': 'a b' },
		{ type: 'string', 'x-mcp-header': 'a\r\nb' },
		{ type: 'string', 'x-mcp-header': 1 },
	])
		t.strictSame(one(property), []);
	t.strictSame(one({ type: 'string', 'x-mcp-header': 'A' }, { b: { type: 'string', 'x-mcp-header': 'a' } }), []);
	t.strictSame(one({ type: 'array', items: { type: 'string', 'x-mcp-header': 'A' } }), []);
});

t.test('headers for the server are made from what it is delivered', async (t) => {
	const body = frame(modernCall(1, 'rün', { region: 'ünï' }));
	t.strictSame(
		madeHeaders(body, body, () => listed(schema, 'rün').get('rün')),
		{
			'mcp-protocol-version': '2026-07-28',
			'mcp-method': 'tools/call',
			'mcp-name': encodeHeaderValue('rün'),
			'mcp-param-region': encodeHeaderValue('ünï'),
		},
	);
	const received = frame(modernCall(1, 'run', { region: 'secret', note: 'my secret here', id: 'x' }));
	const masked = frame(modernCall(1, 'run', { region: '[masked]', note: 'my [masked] here' }));
	const said = mirroredIn({
		'mcp-param-region': 'secret',
		'mcp-param-note': 'my secret here',
		'mcp-param-part': 'my secret',
		'mcp-param-gone': 'x',
		'mcp-param-odd': '=?base64?%?=',
		'mcp-param-free': 'quite another',
	}).params;
	t.strictSame(madeHeaders(masked, received, declared, said), {
		'mcp-protocol-version': '2026-07-28',
		'mcp-method': 'tools/call',
		'mcp-name': 'run',
		'mcp-param-region': '[masked]',
		'mcp-param-note': 'my [masked] here',
		'mcp-param-free': 'quite another',
	});
	t.match(madeHeaders(received, received, declared, said), {
		'mcp-param-free': 'quite another',
		'mcp-param-gone': 'x',
	});
});

t.test(
	'whatever the arguments are: made headers are found right, and say nothing that is not in the body',
	async () => {
		fc.assert(
			fc.property(
				fc.record({ region: fc.string({ unit: 'grapheme' }), count: fc.maxSafeInteger(), dry: fc.boolean() }),
				fc.string({ unit: 'grapheme', minLength: 1 }),
				(args, name) => {
					const body = frame(modernCall(1, name, args));
					const own = () => listed(schema).get('run');
					const headers = madeHeaders(body, body, own);
					return contradiction(mirroredIn(headers), [body], own) === undefined;
				},
			),
		);
	},
);

t.test('half an envelope is refused, and one of a revision that cannot be judged', async (t) => {
	const V = 'io.modelcontextprotocol/protocolVersion';
	const C = 'io.modelcontextprotocol/clientCapabilities';
	const meta = (_meta: object) => [frame({ jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta } })];
	t.equal(improperEnvelope(meta({ [V]: '2026-07-28', [C]: {} }), undefined), undefined);
	t.equal(improperEnvelope(meta({}), undefined), undefined, 'a frame of the older revisions');
	t.equal(improperEnvelope(meta({}), '2025-11-25'), undefined);
	for (const half of [{ [V]: '2026-07-28' }, { [C]: {} }, { [V]: 1, [C]: {} }, { [V]: '2026-07-28', [C]: [] }])
		t.equal(improperEnvelope(meta(half), undefined)?.code, 'ERR_ENVELOPE_INCOMPLETE');
	t.equal(improperEnvelope(meta({}), '2026-07-28')?.code, 'ERR_ENVELOPE_INCOMPLETE');
	for (const revision of ['2025-11-25', '2027-01-01', '1900-01-01'])
		t.match(improperEnvelope(meta({ [V]: revision, [C]: {} }), revision), {
			code: 'ERR_PROTOCOL_UNSUPPORTED',
			requested: revision,
		});
	t.equal(improperEnvelope(meta({ [V]: 'x'.repeat(99), [C]: {} }), undefined)?.requested, undefined);
	t.equal(
		improperEnvelope([frame({ jsonrpc: '2.0', method: 'notifications/cancelled' })], '2026-07-28'),
		undefined,
		'notifications need none',
	);
});
