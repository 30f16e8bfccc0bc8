import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { type Clock, systemClock } from '../../clock.ts';
import { UpstreamError } from '../errors.ts';
import { failed, unreachable } from '../http/call.ts';
import type { Connector, UpstreamEvents } from '../types.ts';
import { SocketUpstream } from './upstream.ts';

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
	return {
		kind: 'ws',
		async open(events: UpstreamEvents, resume) {
			if (resume !== undefined)
				throw new UpstreamError('ERR_UPSTREAM_NOT_RESUMABLE', 'a socket does not survive its gateway', { status: 404 });
			const socket = new WebSocket(options.url, ['mcp'], {
				headers: { ...options.headers },
				maxPayload: options.limits.frame,
				perMessageDeflate: false,
				followRedirects: false,
			});
			const upstream = new SocketUpstream(socket, events, options.limits.frame, clock);
			open.add(upstream);
			socket.once('close', () => open.delete(upstream));
			await connected(socket, clock);
			upstream.begin();
			return upstream;
		},
		async close() {
			await Promise.all([...open].map((upstream) => upstream.close()));
		},
	};
}

function connected(socket: WebSocket, clock: Clock): Promise<void> {
	return new Promise((resolve, reject) => {
		const giveUp = clock.after(patience, () => refuse(unreachable(timeOut)));
		const refuse = (error: UpstreamError) => {
			giveUp();
			reject(error);
			socket.terminate();
		};
		socket.once('open', () => {
			giveUp();
			resolve();
		});
		socket.once('unexpected-response', (_req, res: IncomingMessage) => {
			const end = failed(res.statusCode ?? 0, res.headers['retry-after']);
			refuse(new UpstreamError(end.code, end.message, { status: end.status }));
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
