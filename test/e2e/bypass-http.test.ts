import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import t from 'tap';
import { gateway } from './support/gateway.ts';
import { RawClient, say } from './support/raw-client.ts';
import { rawServer } from './support/raw-server.ts';

/** One way past the door that somebody tried over a raw socket; a row never leaves. */
interface Row {
	readonly class: string;
	readonly name: string;
	readonly story: string;
	/** Of an ordinary request of alice in her session, unless these say otherwise. */
	readonly method?: string;
	readonly path?: string;
	readonly replace?: Readonly<Record<string, string>>;
	readonly without?: readonly string[];
	readonly add?: readonly string[];
	readonly body?: string;
	/** The whole request, line by line. */
	readonly raw?: readonly string[];
	/** More than one request in one packet: the last answer is looked at. */
	readonly pipelined?: boolean;
	readonly expect: {
		readonly status: number | readonly number[];
		readonly code?: string;
		/** What stands somewhere in the answer. */
		readonly says?: string;
	};
}

const file = new URL('../../policy-test-fixtures/bypass/http.json', import.meta.url);
const rows = JSON.parse(readFileSync(file, 'utf8')) as readonly Row[];

const ping = '{"jsonrpc":"2.0","id":7,"method":"ping"}';
const INITIALIZED = {
	jsonrpc: '2.0',
	id: 'begin',
	result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'raw', version: '1' } },
};

const property = (type: string, header: string) => ({ type, 'x-mcp-header': header });
const TOOLS = {
	resultType: 'complete',
	ttlMs: 0,
	cacheScope: 'private',
	tools: [
		{
			name: 'run',
			inputSchema: {
				type: 'object',
				properties: {
					region: property('string', 'Region'),
					count: property('integer', 'Count'),
					dry: property('boolean', 'Dry'),
				},
			},
		},
	],
};

const server = await rawServer((asked) => {
	if (asked.method !== 'POST') return asked.status(405);
	const { id, method } = JSON.parse(asked.body) as { id?: unknown; method: string };
	if (method === 'initialize') return asked.json(JSON.stringify(INITIALIZED), { 'mcp-session-id': 'up' });
	if (id === undefined) return asked.status(202);
	asked.json(JSON.stringify({ jsonrpc: '2.0', id, result: method === 'tools/list' ? TOOLS : {} }));
});
t.teardown(() => server.close());

const http = { http: { url: server.url } };
const house = await gateway(t, { servers: { files: http, other: http } });
const alice = await house.token('alice');
const bob = await house.token('bob');
const client = new RawClient(`${house.url}/mcp/files`, alice);
await client.begin();
const { host, port } = new URL(house.url);
// What alice has open: a stream of HTTP+SSE, and the list of tools that says which parameters headers repeat.
const events = await say(`${house.url}/sse/files`, 'GET', {
	accept: 'text/event-stream',
	authorization: `Bearer ${alice}`,
});
t.teardown(async () => events.leave());
const stream = /sessionId=([\w-]+)/.exec(String((await events.event())?.data))![1]!;
const listed = await say(
	`${house.url}/mcp/files`,
	'POST',
	{
		authorization: `Bearer ${alice}`,
		'content-type': 'application/json',
		accept: 'application/json, text/event-stream',
		'mcp-protocol-version': '2026-07-28',
		'mcp-method': 'tools/list',
	},
	'{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}',
);
await listed.body();
const known: Readonly<Record<string, string>> = { host, port, ping, alice, bob, stream, session: client.session! };
const filled = (text: string) => text.replace(/\{(\w+)\}/g, (whole, name: string) => known[name] ?? whole);

function bytesOf(row: Row): Buffer {
	if (row.raw !== undefined) return Buffer.from(filled(row.raw.join('\r\n')), 'latin1');
	const body = row.body ?? ((row.method ?? 'POST') === 'POST' ? ping : '');
	const headers: Record<string, string> = {
		host,
		'content-type': 'application/json',
		accept: 'application/json, text/event-stream',
		authorization: `Bearer ${alice}`,
		'mcp-session-id': client.session!,
		'mcp-protocol-version': '2025-11-25',
		'content-length': String(Buffer.byteLength(body)),
		...row.replace,
	};
	const lines = Object.entries(headers)
		.filter(([name]) => !row.without?.includes(name))
		.map(([name, value]) => `${name}: ${value}`);
	const all = [`${row.method ?? 'POST'} ${row.path ?? '/mcp/files'} HTTP/1.1`, ...lines, ...(row.add ?? []), '', body];
	return Buffer.from(filled(all.join('\r\n')), 'latin1');
}

/** What comes back until the answer is whole or the connection ends. */
function answerTo(bytes: Buffer, answers: number): Promise<string> {
	return new Promise((resolve) => {
		const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes));
		let text = '';
		socket.on('data', (chunk) => {
			text += chunk.toString('latin1');
			if (wholeAnswers(text) >= answers) socket.destroy();
		});
		socket.on('error', () => {});
		socket.on('close', () => resolve(text));
	});
}

function wholeAnswers(text: string): number {
	let count = 0;
	for (let rest = text; ; count++) {
		const head = rest.indexOf('\r\n\r\n');
		if (head < 0) return count;
		const length = Number(/content-length: (\d+)/i.exec(rest.slice(0, head))?.[1] ?? 0);
		if (rest.length < head + 4 + length) return count;
		rest = rest.slice(head + 4 + length);
	}
}

for (const kind of [...new Set(rows.map((row) => row.class))]) {
	t.test(kind, async (t) => {
		for (const row of rows.filter((row) => row.class === kind)) {
			const before = server.got.length;
			const text = await answerTo(bytesOf(row), row.pipelined ? 2 : 1);
			const last = row.pipelined ? text.slice(text.lastIndexOf('HTTP/1.1 ')) : text;
			const status = Number(/^HTTP\/1\.1 (\d+)/.exec(last)?.[1]);
			const said = `${row.name}: ${row.story}`;
			t.ok([row.expect.status].flat().includes(status), said, { found: last.slice(0, 400), wanted: row.expect });
			if (row.expect.code !== undefined)
				t.match(last, new RegExp(`"code":"${row.expect.code}"`), `${row.name}: says why`);
			if (row.expect.says !== undefined) t.ok(last.includes(row.expect.says), `${row.name}: says why`, { last });
			t.equal(server.got.length, before, `${row.name}: nothing of it reached a server`);
		}
	});
}

t.test('an ordinary request goes through after all of it', async (t) => {
	t.match(JSON.parse(String(await client.ask(ping))), { id: 7, result: {} });
});

t.test('what was refused is on the record: strangers summed, whoever is known in full', async (t) => {
	await house.stop();
	const text = await house.sluice(['sessions', 'export', '--all', '--format', 'session']);
	const lines = text
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line));
	const summed = lines.filter((line) => line.event === 'refused' && line.detail.counts !== undefined);
	t.ok(summed.length > 0, 'strangers');
	const codes = new Set(summed.flatMap((line) => line.detail.counts.map((count: { code: string }) => count.code)));
	for (const code of ['ERR_HOST_FORBIDDEN', 'ERR_ORIGIN_FORBIDDEN', 'ERR_MEDIA_TYPE']) t.ok(codes.has(code), code);
	const bobs = lines.filter((line) => line.principal?.id === 'bob' && line.code === 'ERR_SESSION_UNKNOWN');
	t.match(bobs[0], { text: ping, by: 'gateway', verdict: 'deny', delivered: null });
	t.notOk(text.includes(alice) || text.includes(bob), 'no token is in it');
});

t.test('no row has the name of another', async (t) => {
	t.equal(new Set(rows.map((row) => `${row.class}: ${row.name}`)).size, rows.length);
});
