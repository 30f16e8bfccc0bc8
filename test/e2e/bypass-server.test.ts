import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import t from 'tap';
import { gateway } from './support/gateway.ts';
import { RawClient } from './support/raw-client.ts';

/** One thing that a server tried to get to a client, in what it answers a call with; a row never leaves. */
interface Row {
	readonly class: string;
	readonly name: string;
	readonly story: string;
	/** An event stream. */
	readonly events?: string;
	/** A whole body, JSON unless `head` says otherwise. */
	readonly body?: string;
	readonly body_latin1?: string;
	/** Status line and headers. */
	readonly head?: readonly string[];
	readonly expect: {
		readonly status?: number;
		/** What stands somewhere in the response. */
		readonly says?: readonly string[];
		/** What must not, in head or body. */
		readonly never?: readonly string[];
	};
}

const file = new URL('../../policy-test-fixtures/bypass/server.json', import.meta.url);
const rows = JSON.parse(readFileSync(file, 'utf8')) as readonly Row[];

const RESULTS: Readonly<Record<string, object>> = {
	initialize: {
		protocolVersion: '2025-11-25',
		capabilities: { tools: {} },
		serverInfo: { name: 'raw', version: '1' },
	},
};
let row: Row | undefined;
const sockets = new Set<Socket>();
let connections = 0;

/** Reads requests as plainly as can be, and answers calls with the bytes of the row. */
const server = createServer((socket) => {
	sockets.add(socket);
	connections++;
	socket.on('error', () => {}).on('close', () => sockets.delete(socket));
	let text = '';
	socket.setEncoding('latin1').on('data', (chunk: string) => {
		text += chunk;
		for (;;) {
			const head = text.indexOf('\r\n\r\n');
			const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
			if (head < 0 || text.length < head + 4 + length) return;
			const body = text.slice(head + 4, head + 4 + length);
			const method = text.split(' ')[0]!;
			text = text.slice(head + 4 + length);
			socket.write(answer(method, body), 'latin1');
			if (row?.head?.some((line) => line.startsWith('content-length'))) socket.end();
		}
	});
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
t.teardown(() => {
	for (const socket of sockets) socket.destroy();
	server.close();
});

function answer(verb: string, body: string): string {
	if (verb !== 'POST') return 'HTTP/1.1 405 No\r\ncontent-length: 0\r\n\r\n';
	const { id, method } = JSON.parse(body) as { id?: number | string; method: string };
	if (id === undefined) return 'HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n';
	if (method !== 'tools/call') {
		const json = JSON.stringify({ jsonrpc: '2.0', id, result: RESULTS[method] ?? {} });
		return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nmcp-session-id: up\r\ncontent-length: ${json.length}\r\n\r\n${json}`;
	}
	const filled = (text: string) => text.replaceAll('{id}', JSON.stringify(id)).replaceAll('{port}', String(port));
	const { events, head = ['HTTP/1.1 200 OK', 'content-type: application/json'] } = row!;
	if (events !== undefined) {
		const bytes = Buffer.from(filled(events)).toString('latin1');
		const chunk = `${bytes.length.toString(16)}\r\n${bytes}\r\n0\r\n\r\n`;
		return `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n${chunk}`;
	}
	const text =
		row!.body_latin1 === undefined ? Buffer.from(filled(row!.body ?? '')).toString('latin1') : filled(row!.body_latin1);
	const length = head.some((line) => line.startsWith('content-length')) ? [] : [`content-length: ${text.length}`];
	return `${[...head.map(filled), ...length].join('\r\n')}\r\n\r\n${text}`;
}

const house = await gateway(t, { servers: { raw: { http: { url: `http://127.0.0.1:${port}/mcp` } } } });

for (const kind of [...new Set(rows.map((each) => each.class))]) {
	t.test(kind, async (t) => {
		for (const each of rows.filter((other) => other.class === kind)) {
			row = each;
			const client = new RawClient(`${house.url}/mcp/raw`);
			await client.begin();
			const { status, headers, body } = await client.post(
				'{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"x","arguments":{}}}',
			);
			const text = JSON.stringify(headers) + (await body()).toString('latin1');
			const { status: wanted = 200, says = [], never = [] } = each.expect;
			const said = `${each.name}: ${each.story}`;
			t.equal(status, wanted, said);
			for (const part of says) t.ok(text.includes(part), `${said} (says ${part})`, { text });
			for (const part of never) t.notOk(text.includes(part), `${said} (never ${part})`, { text });
		}
	});
}

t.test('no row has the name of another', async (t) => {
	t.equal(new Set(rows.map((each) => `${each.class}: ${each.name}`)).size, rows.length);
	t.ok(connections > 0);
});
