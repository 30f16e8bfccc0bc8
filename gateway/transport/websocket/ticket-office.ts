import { certificateOf } from '../http/certificate.ts';
import { unknownPath } from '../http/rejections.ts';
import { type Routed, refuse } from '../http/routed.ts';
import type { Front, Rejection } from '../types.ts';
import { type Tickets, ticketFor } from './tickets.ts';

/**
 * `POST /ws/<server>/ticket` (contract §6): who may speak to the server gets a URL that opens one socket to it, in
 * the name of whoever asked, for clients that cannot send a header with the handshake.
 */
export async function giveTicket(request: Routed, front: Front, tickets: Tickets, base: string): Promise<void> {
	const { req, exchange, headers, server, token, remote, rest } = request;
	if (rest === '') return refuse(req, exchange, notUpgraded);
	if (rest !== '/ticket') return refuse(req, exchange, unknownPath);
	if (req.method !== 'POST') return refuse(req, exchange, wrongMethod);
	const caller = {
		server,
		transport: { kind: 'ws', remote },
		headers,
		...certificateOf(req),
		...(token === undefined ? {} : { token }),
	} as const;
	const refused = await front.admit(caller, undefined);
	if (refused !== undefined) return refuse(req, exchange, refused);
	const ticket = tickets.make(caller);
	if (typeof ticket !== 'string') return refuse(req, exchange, ticket);
	const url = `${base.replace(/^http/, 'ws')}/ws/${server}?ticket=${ticket}`;
	return exchange.end(Buffer.from(JSON.stringify({ url, expires_in: ticketFor / 1000 })), {
		status: 201,
		headers: { 'cache-control': 'no-store' },
	});
}

/** The ticket that the query of a handshake names. */
export function ticketIn(query: string): string | undefined {
	return new URLSearchParams(query).get('ticket') ?? undefined;
}

const notUpgraded: Rejection = {
	status: 426,
	code: 'ERR_NOT_UPGRADED',
	message: 'this path is for WebSocket handshakes; Streamable HTTP is at `/mcp/<server>`',
	headers: { upgrade: 'websocket', connection: 'upgrade' },
};
const wrongMethod: Rejection = {
	status: 405,
	code: 'ERR_HTTP_METHOD',
	message: 'a ticket is asked for with POST',
	headers: { allow: 'POST' },
};
