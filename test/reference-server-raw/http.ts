import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningReference } from '../reference-server/http.ts';
import { isModern, isRequest, legacyRevisions, parse } from './frames.ts';
import { LegacyHttp } from './legacy-http.ts';
import { Listeners } from './listeners.ts';
import { type Shared, serveModern } from './modern-http.ts';
import { Tasks } from './tasks.ts';

/** Serves `/mcp` on 127.0.0.1 in both eras, on node:http alone. */
export async function serveRaw(options: { port?: number } = {}): Promise<RunningReference> {
	const shared = { tasks: new Tasks(), listeners: new Listeners() };
	const legacy = new LegacyHttp();
	const http = createServer((req, res) => {
		serve(shared, legacy, req, res).catch((error: Error) => res.destroy(error));
	});
	await new Promise<void>((resolve) => http.listen(options.port ?? 0, '127.0.0.1', resolve));
	const { port } = http.address() as AddressInfo;
	return {
		port,
		url: `http://127.0.0.1:${port}/mcp`,
		async close() {
			http.closeAllConnections();
			await new Promise((resolve) => http.close(resolve));
		},
	};
}

async function serve(shared: Shared, legacy: LegacyHttp, req: IncomingMessage, res: ServerResponse): Promise<void> {
	const { host = '', origin } = req.headers;
	// Only a browser on a page of another site would come with another name than ours (DNS rebinding).
	if (!isLocal(host) || (origin !== undefined && !isLocal(origin.replace(/^https?:\/\//, ''))))
		return void res.writeHead(403).end();
	if (req.url !== '/mcp') return void res.writeHead(404).end();
	if (!['POST', 'GET', 'DELETE'].includes(req.method!)) return void res.writeHead(405).end();
	let body = '';
	for await (const chunk of req.setEncoding('utf8')) body += chunk;
	const frame = parse(body);
	if (frame !== undefined && isRequest(frame) && (isModern(frame) || namesModern(req)))
		return serveModern(shared, frame, req, res);
	legacy.serve(frame, req, res);
}

/** Does the header name a revision that is not one of those with sessions? */
function namesModern({ headers }: IncomingMessage): boolean {
	const revision = headers['mcp-protocol-version'];
	return revision !== undefined && !legacyRevisions.includes(revision as string);
}

const isLocal = (host: string) => /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host);
