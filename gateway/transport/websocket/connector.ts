import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { type Clock, systemClock } from '../../clock.ts';
import { UpstreamError } from '../errors.ts';
import { credentialsRefused } from '../http/authorised.ts';
import { failed, unreachable } from '../http/call-ends.ts';
import type { Connector, Upstream, UpstreamEvents } from '../types.ts';
import { SocketUpstream } from './upstream.ts';

type Headers = Readonly<Record<string, string>>;

/** One MCP server behind a WebSocket. */
export interface WebSocketConnectorOptions {
	/** e.g. `wss://example.com/mcp` */
	readonly url: string;
	/** Sent with the handshake: the gateway's own credentials for this server. */
	readonly headers?: Readonly<Record<string, string>>;
	readonly limits: {
		/** bytes of one frame */
		readonly frame: number;
	};
	readonly clock?: Clock;
}

/** ms that connecting may take, handshake included. */
const patience = 10_000;

/**
 * A socket to one server for each session: subprotocol `mcp`, one message a text frame, no compression. Redirects are
 * not followed, and a socket that closes is not opened again: what was on its way may have acted.
 */
export function webSocketConnector(options: WebSocketConnectorOptions): Connector {
	const clock = options.clock ?? systemClock;
	const open = new Set<SocketUpstream>();
	const attempt = async (events: UpstreamEvents, own: Headers, last: boolean): Promise<Upstream | undefined> => {
		const socket = new WebSocket(options.url, ['mcp'], {
			headers: { ...options.headers, ...own },
			maxPayload: options.limits.frame,
			perMessageDeflate: false,
			followRedirects: false,
		});
		const upstream = new SocketUpstream(socket, events, options.limits.frame, clock);
		open.add(upstream);
		socket.once('close', () => open.delete(upstream));
		if (!(await connected(socket, clock, last))) return undefined;
		upstream.begin();
		return upstream;
	};
	return {
		kind: 'ws',
		async open(events, resume, credentials) {
			if (resume !== undefined)
				throw new UpstreamError('ERR_UPSTREAM_NOT_RESUMABLE', 'a socket does not survive its gateway', { status: 404 });
			const own = (await credentials?.headers()) ?? {};
			const first = await attempt(events, own, credentials === undefined);
			if (first !== undefined) return first;
			if (!(await credentials!.rejected(own))) throw credentialsRefused(401);
			return (await attempt(events, await credentials!.headers(), true))!;
		},
		async close() {
			await Promise.all([...open].map((upstream) => upstream.close()));
		},
	};
}

/** Resolves when the handshake is done; false: the server answered 401, and it was not the `last` attempt. */
function connected(socket: WebSocket, clock: Clock, last: boolean): Promise<boolean> {
	return new Promise((resolve, reject) => {
		const giveUp = clock.after(patience, () => refuse(unreachable(timeOut)));
		const settle = (open: boolean) => {
			giveUp();
			resolve(open);
		};
		const refuse = (error: UpstreamError) => {
			giveUp();
			reject(error);
			socket.terminate();
		};
		socket.once('open', () => settle(true));
		socket.once('unexpected-response', (_req, res: IncomingMessage) => {
			const status = res.statusCode ?? 0;
			const end = failed(status, res.headers['retry-after']);
			if (status !== 401 || last) return refuse(new UpstreamError(end.code, end.message, { status: end.status }));
			settle(false);
			socket.terminate();
		});
		socket.once('error', (error: NodeJS.ErrnoException) => refuse(handshakeFailed(error)));
	});
}

const timeOut = Object.assign(new Error(), { code: 'ETIMEDOUT' });

function handshakeFailed(error: NodeJS.ErrnoException): UpstreamError {
	if (error.code !== undefined) return unreachable(error);
	return new UpstreamError('ERR_UPSTREAM_HANDSHAKE', `there is no WebSocket with the server: ${error.message}`, {
		help: 'check that `ws.url` is that of an MCP server which speaks the subprotocol `mcp`',
		cause: error,
	});
}
