import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';

/** An MCP server over HTTP, written by hand, that remembers every byte that passed. */
export interface EchoServer {
	readonly url: string;
	/** Bodies as they came, in order. */
	readonly seen: readonly string[];
	/** Arguments text of the `tools/call` requests that it carried out. */
	readonly done: readonly { readonly tool: string; readonly body: string }[];
}

/**
 * Answers `tools/call` with the request's arguments as text, spaces and all; every second answer is an event
 * stream. `answer` may say something else. It knows every session that names itself.
 */
export async function echoServer(
	t: Test,
	answer: (tool: string, args: string) => string | Promise<string> = (_, args) => args,
): Promise<EchoServer> {
	const seen: string[] = [];
	const done: { tool: string; body: string }[] = [];
	let sessions = 0;
	let answers = 0;

	async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
		if (req.method !== 'POST') return void res.writeHead(req.method === 'GET' ? 405 : 200).end();
		const chunks: Buffer[] = [];
		for await (const chunk of req) chunks.push(chunk as Buffer);
		const body = Buffer.concat(chunks).toString();
		seen.push(body);
		const { id, method, params } = JSON.parse(body);
		if (id === undefined || method === undefined) return void res.writeHead(202).end();
		const result = method === 'tools/call' ? await called(params, body) : RESULTS[method];
		const text = `{ "jsonrpc": "2.0", "id": ${JSON.stringify(id)}, "result": ${JSON.stringify(result)} }`;
		const session = method === 'initialize' ? { 'mcp-session-id': `echo-${++sessions}` } : {};
		if (++answers % 2 === 0) {
			res.writeHead(200, { 'content-type': 'text/event-stream', ...session });
			res.end(`id: ${answers}\ndata: ${text}\n\n`);
		} else {
			res.writeHead(200, { 'content-type': 'application/json', ...session }).end(text);
		}
	}

	async function called(params: { name: string; arguments?: unknown }, body: string): Promise<object> {
		done.push({ tool: params.name, body });
		return { content: [{ type: 'text', text: await answer(params.name, JSON.stringify(params.arguments ?? {})) }] };
	}

	const server = createServer((req, res) => {
		// A client that is killed while it speaks is part of these tests.
		serve(req, res).catch(() => res.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	t.teardown(() => {
		server.closeAllConnections();
		return new Promise((resolve) => server.close(resolve));
	});
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, seen, done };
}

const tool = (name: string) => ({ name, description: name, inputSchema: { type: 'object' } });

const RESULTS: Readonly<Record<string, unknown>> = {
	initialize: {
		protocolVersion: '2025-11-25',
		capabilities: { tools: {} },
		serverInfo: { name: 'echo', version: '1.0.0' },
	},
	'tools/list': { tools: ['echo', 'read', 'send', 'delete_row'].map(tool) },
	ping: {},
};
