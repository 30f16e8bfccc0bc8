import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
	localhostHostValidation,
	localhostOriginValidation,
	NodeStreamableHTTPServerTransport,
	toNodeHandler,
} from '@modelcontextprotocol/node';
import { classifyInboundRequest, createMcpHandler, isInitializeRequest } from '@modelcontextprotocol/server';
import { MemoryEventStore } from '../reference-server/event-store.ts';
import type { RunningReference } from '../reference-server/http.ts';
import { type Changed, referenceServer2 } from './server.ts';

/** Serves `/mcp` on 127.0.0.1: 2026-07-28 request by request, what came before it in sessions. */
export async function serveHttp2(options: { port?: number } = {}): Promise<RunningReference> {
	const sessions = new Map<string, NodeStreamableHTTPServerTransport>();
	const changed: Changed = (list) => (list === 'tools' ? modern.notify.toolsChanged() : modern.notify.promptsChanged());
	const modern = createMcpHandler(() => referenceServer2(changed), { legacy: 'reject' });
	const serveModern = toNodeHandler(modern);
	const hostAllowed = localhostHostValidation();
	const originAllowed = localhostOriginValidation();
	const http = createServer((req, res) => {
		if (!hostAllowed(req, res) || !originAllowed(req, res)) return;
		serve(req, res).catch((error: Error) => {
			if (!res.headersSent) res.writeHead(500);
			res.end(error.message);
		});
	});

	async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
		const body = await bodyOf(req);
		const header = (name: string) => req.headers[name] as string | undefined;
		const route = classifyInboundRequest({
			httpMethod: req.method!,
			protocolVersionHeader: header('mcp-protocol-version'),
			mcpMethodHeader: header('mcp-method'),
			body,
		} as Parameters<typeof classifyInboundRequest>[0]);
		if (route.kind === 'legacy') return sessionful(req, res, body);
		// The SDK's own types differ under exactOptionalPropertyTypes.
		await serveModern(req as Parameters<typeof serveModern>[0], res, body);
	}

	async function sessionful(req: IncomingMessage, res: ServerResponse, body: unknown): Promise<void> {
		const id = req.headers['mcp-session-id'] as string | undefined;
		let transport = id === undefined ? undefined : sessions.get(id);
		if (transport === undefined && (id !== undefined || !isInitializeRequest(body))) {
			res.writeHead(id === undefined ? 400 : 404).end();
			return;
		}
		if (transport === undefined) {
			const made = new NodeStreamableHTTPServerTransport({
				sessionIdGenerator: () => randomUUID(),
				onsessioninitialized: (session) => void sessions.set(session, made),
				onsessionclosed: (session) => void sessions.delete(session),
				eventStore: new MemoryEventStore() as never,
				retryInterval: 100,
			});
			transport = made;
			await referenceServer2().connect(made);
		}
		await transport.handleRequest(req, res, body);
	}

	await new Promise<void>((resolve) => http.listen(options.port ?? 0, '127.0.0.1', resolve));
	const { port } = http.address() as AddressInfo;
	return {
		port,
		url: `http://127.0.0.1:${port}/mcp`,
		async close() {
			await Promise.all([...sessions.values()].map((transport) => transport.close()));
			await modern.close();
			http.closeAllConnections();
			await new Promise((resolve) => http.close(resolve));
		},
	};
}

/** The body as JSON; undefined when there is none. */
async function bodyOf(req: IncomingMessage): Promise<unknown> {
	const chunks: Buffer[] = [];
	for await (const chunk of req) chunks.push(chunk as Buffer);
	const text = Buffer.concat(chunks).toString();
	return text === '' ? undefined : JSON.parse(text);
}
