import { type WebSocket, WebSocketServer } from 'ws';
import { type Clock, systemClock } from '../../clock.ts';
import { certificateOf } from '../http/certificate.ts';
import { withoutHttpTransport } from '../http/headers.ts';
import type { HttpListener } from '../http/listener.ts';
import { refuseUpgrade, type Upgrade } from '../http/upgrade.ts';
import { Intake } from '../intake.ts';
import type { Caller, Front, Listener, Rejection } from '../types.ts';
import { SocketExchange } from './exchange.ts';
import { giveTicket, ticketIn } from './ticket-office.ts';
import { Tickets } from './tickets.ts';

/** Limits of a socket. */
export interface WebSocketListenerOptions {
	readonly limits: {
		/** bytes of one frame */
		readonly frame: number;
		/** ms a client may take to read what is waiting for it */
		readonly slowReader: number;
	};
	readonly clock?: Clock;
	/** How clients call this gateway, if not by the address it listens on. */
	readonly publicUrl?: string;
}

/**
 * WebSocket on `/ws/<server>` of an HTTP listener, whose Host and Origin check it stands behind. Not a transport of
 * the MCP specification: subprotocol `mcp`, one message a text frame, one session a socket, as the SDK's client has it.
 */
export function webSocketListener(http: HttpListener, front: Front, options: WebSocketListenerOptions): Listener {
	const clock = options.clock ?? systemClock;
	const sockets = new WebSocketServer({
		noServer: true,
		clientTracking: true,
		maxPayload: options.limits.frame,
		perMessageDeflate: false,
		handleProtocols: () => 'mcp',
	});
	const tickets = new Tickets(clock);
	http.onUpgrade('ws', (upgrade) => {
		const exchange = new SocketExchange(clock, options.limits.slowReader);
		accept(sockets, front, tickets, exchange, upgrade).catch(() => upgrade.socket.destroy());
	});
	http.onRequest('ws', (request) => giveTicket(request, front, tickets, options.publicUrl ?? http.url));
	return {
		close: (graceMs) =>
			new Promise((resolve) => {
				const stop = clock.after(graceMs, () => {
					for (const socket of sockets.clients) socket.terminate();
				});
				for (const socket of sockets.clients) {
					if (graceMs > 0) socket.close(1001, 'the gateway is stopping');
					else socket.terminate();
				}
				sockets.close();
				const finished = () => {
					if (sockets.clients.size > 0) return;
					stop();
					resolve();
				};
				for (const socket of sockets.clients) socket.on('close', () => setImmediate(finished));
				finished();
			}),
	};
}

async function accept(
	sockets: WebSocketServer,
	front: Front,
	tickets: Tickets,
	exchange: SocketExchange,
	upgrade: Upgrade,
): Promise<void> {
	const { req, socket, head, server, headers, token, remote } = upgrade;
	if (headers['sec-websocket-version'] !== '13') {
		refuseUpgrade(socket, wrongVersion, remote);
		return;
	}
	const offered = headers['sec-websocket-protocol']?.split(',').map((p) => p.trim());
	if (offered?.includes('mcp') !== true) {
		refuseUpgrade(socket, wrongProtocol, remote);
		return;
	}
	const ticket = ticketIn(upgrade.query);
	const holder =
		ticket === undefined ? { server, ...(token === undefined ? {} : { token }) } : tickets.use(ticket, server);
	if ('status' in holder || (ticket !== undefined && token !== undefined)) {
		refuseUpgrade(socket, 'status' in holder ? holder : twoCredentials, remote);
		return;
	}
	const caller: Caller = {
		...holder,
		...certificateOf(req),
		transport: { kind: 'ws', remote },
		headers: withoutHttpTransport(headers),
	};
	socket.once('close', () => exchange.left());
	const attached = await front.attach(caller, exchange);
	if ('status' in attached) {
		refuseUpgrade(socket, attached);
		return;
	}
	// Whatever becomes of the socket from here on (a handshake that fails included), the session ends with it.
	exchange.onGone(() => void front.end(caller, attached.session, 'gone'));
	if (!exchange.gone)
		sockets.handleUpgrade(req, socket, head, (ws) => serve(front, caller, attached.session, exchange, ws));
}

function serve(front: Front, caller: Caller, session: string, exchange: SocketExchange, ws: WebSocket): void {
	const intake = new Intake();
	ws.on('message', (data, isBinary) => {
		if (ws.readyState !== ws.OPEN) return;
		if (isBinary) {
			ws.close(1003, 'messages are text');
			return;
		}
		const wait = intake.take(front.frame(caller, session, { bytes: data as Buffer }, exchange));
		if (wait === undefined) return;
		ws.pause();
		void wait.then(() => ws.resume());
	});
	// A message over the limit, bad UTF-8, a broken connection: ws closes with the fitting code.
	ws.on('error', () => {});
	ws.on('close', () => exchange.left());
	exchange.bind(ws);
}

const twoCredentials: Rejection = {
	status: 400,
	code: 'ERR_TICKET_AND_TOKEN',
	message: 'a ticket and an Authorization header came together; send one of them',
};
/** RFC 6455 §4.2.2; `ws` itself would take a draft's handshake too. */
const wrongVersion: Rejection = {
	status: 426,
	code: 'ERR_WEBSOCKET_VERSION',
	message: 'only version 13 of the WebSocket protocol is spoken here',
	headers: { 'sec-websocket-version': '13' },
};
const wrongProtocol: Rejection = {
	status: 400,
	code: 'ERR_SUBPROTOCOL',
	message: 'a WebSocket client must offer the subprotocol `mcp`',
};
