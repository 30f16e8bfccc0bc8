/**
 * The MCP server behind every target: one tool, `echo`, on a raw `node:http` server. Streamable HTTP 2025-11-25 with
 * JSON answers and an `Mcp-Session-Id`; no SDK, so that it costs as little as possible. Prints its port as one line.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { announce } from './announce.ts';
import { prose } from './text.ts';

interface Call {
	readonly jsonrpc: string;
	readonly id?: number | string;
	readonly method: string;
	readonly params?: { readonly arguments?: { readonly text: string; readonly reply?: number } };
}

const TOOL = {
	name: 'echo',
	description: 'Answers with the text it is given, or with a text of `reply` bytes.',
	inputSchema: {
		type: 'object',
		properties: { text: { type: 'string' }, reply: { type: 'integer' } },
		required: ['text'],
	},
	annotations: { readOnlyHint: true },
};
const replies = new Map<number, string>();

function reply(size: number): string {
	const known = replies.get(size) ?? prose(size);
	replies.set(size, known);
	return known;
}

function answer(call: Call): unknown {
	switch (call.method) {
		case 'initialize':
			return {
				protocolVersion: '2025-11-25',
				capabilities: { tools: {} },
				serverInfo: { name: 'bench-echo', version: '1.0.0' },
			};
		case 'tools/list':
			return { tools: [TOOL] };
		case 'tools/call': {
			const { text = '', reply: size } = call.params?.arguments ?? {};
			return { content: [{ type: 'text', text: size === undefined ? text : reply(size) }] };
		}
		default:
			return {};
	}
}

function serve(request: IncomingMessage, response: ServerResponse, body: string): void {
	if (request.method === 'GET') {
		// a stand-alone stream on which nothing happens
		response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
		return;
	}
	if (request.method !== 'POST') {
		response.writeHead(request.method === 'DELETE' ? 200 : 405).end();
		return;
	}
	const call = JSON.parse(body) as Call;
	if (call.id === undefined) {
		response.writeHead(202).end();
		return;
	}
	const text = JSON.stringify({ jsonrpc: '2.0', id: call.id, result: answer(call) });
	response.writeHead(200, {
		'content-type': 'application/json',
		'content-length': Buffer.byteLength(text),
		...(call.method === 'initialize' ? { 'mcp-session-id': randomUUID() } : {}),
	});
	response.end(text);
}

const server = createServer((request, response) => {
	const chunks: Buffer[] = [];
	request.on('data', (chunk: Buffer) => chunks.push(chunk));
	request.on('end', () => serve(request, response, Buffer.concat(chunks).toString('utf8')));
});
announce(server);
