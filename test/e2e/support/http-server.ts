import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { echoServer } from './echo-server.ts';

/** `echoServer` behind the SDK's Streamable HTTP, on loopback; a session for each client. */
export class HttpEchoServer {
	readonly url: string;
	readonly #http: Server;

	private constructor(http: Server) {
		this.#http = http;
		this.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
	}

	static async start(): Promise<HttpEchoServer> {
		const sessions = new Map<string, StreamableHTTPServerTransport>();
		const http = createServer(async (req, res) => {
			const known = sessions.get(String(req.headers['mcp-session-id']));
			if (known !== undefined) return known.handleRequest(req, res);
			const transport = new StreamableHTTPServerTransport({
				sessionIdGenerator: randomUUID,
				onsessioninitialized: (id) => void sessions.set(id, transport),
			});
			await echoServer().connect(transport as Parameters<ReturnType<typeof echoServer>['connect']>[0]);
			return transport.handleRequest(req, res);
		});
		await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
		return new HttpEchoServer(http);
	}

	close(): Promise<void> {
		this.#http.closeAllConnections();
		return new Promise((resolve) => this.#http.close(() => resolve()));
	}
}
