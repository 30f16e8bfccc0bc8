import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

/** A small server on SDK 2. `modern`: it speaks 2026-07-28 alone; else what came before it too. */
function echoServer(): McpServer {
	const server = new McpServer({ name: 'echo-2', version: '1.0.0' });
	const inputSchema = fromJsonSchema({
		type: 'object',
		properties: { text: { type: 'string', 'x-mcp-header': 'Text' } },
		required: ['text'],
	} as Parameters<typeof fromJsonSchema>[0]);
	server.registerTool('echo', { description: 'Says it again.', inputSchema }, (args) => ({
		content: [{ type: 'text', text: String((args as { text: string }).text) }],
	}));
	return server;
}

/** Serves `/mcp` on 127.0.0.1. */
export async function eraServer(modern: boolean): Promise<{ url: string; close(): Promise<void> }> {
	const handler = createMcpHandler(() => echoServer(), modern ? { legacy: 'reject' } : {});
	const serve = toNodeHandler(handler);
	const http = createServer((req, res) => void serve(req as Parameters<typeof serve>[0], res));
	await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
		async close() {
			await handler.close();
			http.closeAllConnections();
			await new Promise((resolve) => http.close(resolve));
		},
	};
}

// node test/e2e/support/era-server.ts modern|dual   on stdin and stdout
const [kind] = process.argv[1] === import.meta.filename ? process.argv.slice(2) : [];
if (kind !== undefined) serveStdio(() => echoServer(), kind === 'modern' ? { legacy: 'reject' } : {});
