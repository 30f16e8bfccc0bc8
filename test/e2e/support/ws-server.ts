import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import { type WebSocket, WebSocketServer } from 'ws';
import { echoServer } from './echo-server.ts';

/** An MCP server of the SDK behind a WebSocket, on loopback. */
export interface SocketMcpServer {
	readonly url: string;
	/** Of every handshake. */
	readonly headers: readonly IncomingHttpHeaders[];
	close(): Promise<void>;
}

/** The SDK has no WebSocket transport for servers; this is the least that works. */
class SocketTransport implements Transport {
	onmessage?: Transport['onmessage'];
	onclose?: () => void;
	readonly #socket: WebSocket;

	constructor(socket: WebSocket) {
		this.#socket = socket;
	}

	async start(): Promise<void> {
		this.#socket.on('message', (data) => this.onmessage?.(JSONRPCMessageSchema.parse(JSON.parse(String(data)))));
		this.#socket.on('close', () => this.onclose?.());
	}

	async send(message: object): Promise<void> {
		this.#socket.send(JSON.stringify(message));
	}

	async close(): Promise<void> {
		this.#socket.close();
	}
}

/** Serves `echoServer` on each socket. */
export async function sdkSocketServer(): Promise<SocketMcpServer> {
	const headers: IncomingHttpHeaders[] = [];
	const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'mcp' });
	server.on('connection', (socket, req) => {
		headers.push(req.headers);
		void echoServer().connect(new SocketTransport(socket));
	});
	await new Promise<void>((resolve) => server.once('listening', resolve));
	return {
		url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		headers,
		close() {
			for (const socket of server.clients) socket.terminate();
			return new Promise((resolve) => server.close(() => resolve()));
		},
	};
}
