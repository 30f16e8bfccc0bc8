import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { echoServer } from './echo-server.ts';

/** An MCP server of the SDK behind HTTP+SSE, on loopback. */
export interface SseServer {
	/** Of the event stream. */
	readonly url: string;
	/** Of every request it got. */
	readonly headers: readonly IncomingHttpHeaders[];
	/** Streams that are open now. */
	readonly open: number;
	/** Resolves when `is` holds; looked at whenever a stream closes. */
	until(is: () => boolean): Promise<void>;
	close(): Promise<void>;
}

/** Serves `echoServer` to each client that opens the stream. */
export async function sdkSseServer(): Promise<SseServer> {
	const headers: IncomingHttpHeaders[] = [];
	const transports = new Map<string, SSEServerTransport>();
	let changed = () => {};
	const http = createServer(async (req, res) => {
		headers.push(req.headers);
		const { pathname, searchParams } = new URL(req.url!, 'http://localhost');
		if (req.method === 'GET' && pathname === '/sse') {
			const transport = new SSEServerTransport('/messages', res);
			transports.set(transport.sessionId, transport);
			res.on('close', () => {
				transports.delete(transport.sessionId);
				changed();
			});
			await echoServer().connect(transport);
			return;
		}
		const transport = transports.get(searchParams.get('sessionId') ?? '');
		if (transport === undefined) res.writeHead(404).end();
		else await transport.handlePostMessage(req, res);
	});
	await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/sse`,
		headers,
		get open() {
			return transports.size;
		},
		async until(is) {
			while (!is())
				await new Promise<void>((resolve) => {
					changed = resolve;
				});
		},
		close() {
			http.closeAllConnections();
			return new Promise((resolve) => http.close(() => resolve()));
		},
	};
}
