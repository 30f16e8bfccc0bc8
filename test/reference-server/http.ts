import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { MemoryEventStore } from './event-store.ts';
import { referenceServer } from './server.ts';

/** A running reference server. */
export interface RunningReference {
	readonly port: number;
	/** `http://127.0.0.1:<port>/mcp` */
	readonly url: string;
	close(): Promise<void>;
}

/** Serves `/mcp` on 127.0.0.1; each session has a server of its own. `json`: answers as JSON where it may. */
export async function serveHttp(options: { port?: number; json?: boolean } = {}): Promise<RunningReference> {
	const sessions = new Map<string, StreamableHTTPServerTransport>();
	const http: Server = createServer((req, res) => {
		answer(sessions, options.json === true, req, res).catch((error: Error) => {
			if (!res.headersSent) res.writeHead(500);
			res.end(error.message);
		});
	});
	await new Promise<void>((resolve) => http.listen(options.port ?? 0, '127.0.0.1', resolve));
	const { port } = http.address() as AddressInfo;
	return {
		port,
		url: `http://127.0.0.1:${port}/mcp`,
		async close() {
			await Promise.all([...sessions.values()].map((transport) => transport.close()));
			http.closeAllConnections();
			await new Promise((resolve) => http.close(resolve));
		},
	};
}

async function answer(
	sessions: Map<string, StreamableHTTPServerTransport>,
	json: boolean,
	req: IncomingMessage,
	res: ServerResponse,
): Promise<void> {
	// Only a browser on a page of another site would come with another name than ours (DNS rebinding).
	if (!isLocal(req.headers.host) || !isLocal(req.headers.origin?.replace(/^https?:\/\//, '') ?? 'localhost')) {
		res.writeHead(403).end('wrong Host or Origin');
		return;
	}
	if (req.url !== '/mcp') {
		res.writeHead(404).end();
		return;
	}
	const id = req.headers['mcp-session-id'];
	let transport = typeof id === 'string' ? sessions.get(id) : undefined;
	if (transport === undefined && id !== undefined) {
		const error = { code: -32001, message: 'Session not found' };
		res.writeHead(404, { 'content-type': 'application/json' });
		res.end(JSON.stringify({ jsonrpc: '2.0', error, id: null }));
		return;
	}
	if (transport === undefined) {
		const made = new StreamableHTTPServerTransport({
			sessionIdGenerator: () => randomUUID(),
			onsessioninitialized: (session) => void sessions.set(session, made),
			onsessionclosed: (session) => void sessions.delete(session),
			eventStore: new MemoryEventStore(),
			retryInterval: 100,
			enableJsonResponse: json,
		});
		transport = made;
		// The SDK's own types differ under exactOptionalPropertyTypes.
		await referenceServer().connect(made as Parameters<ReturnType<typeof referenceServer>['connect']>[0]);
	}
	await transport.handleRequest(req, res);
}

function isLocal(host: string | undefined): boolean {
	return host !== undefined && /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host);
}
