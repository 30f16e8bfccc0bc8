import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '../../clock.ts';
import { readBody } from '../http/body.ts';
import { certificateOf } from '../http/certificate.ts';
import { accepts, withoutHttpTransport } from '../http/headers.ts';
import type { HttpListener } from '../http/listener.ts';
import { noStreamAccepted, unknownPath } from '../http/rejections.ts';
import { type Routed, refuse, wrongMedia } from '../http/routed.ts';
import { Intake } from '../intake.ts';
import type { Caller, Front, Listener, Rejection } from '../types.ts';
import { StreamExchange } from './exchange.ts';

/** Limits of a stream and of what is POSTed to it. */
export interface SseListenerOptions {
	readonly limits: {
		/** bytes of one frame */
		readonly frame: number;
	};
	readonly clock?: Clock;
	/** How clients call this gateway, if not by the address it listens on: a proxy may have put a path before ours. */
	readonly publicUrl?: string;
}

interface Open {
	readonly session: string;
	readonly exchange: StreamExchange;
	readonly intake: Intake;
}

/**
 * HTTP+SSE (MCP 2024-11-05, "HTTP with SSE") on `/sse/<server>` of an HTTP listener, whose checks it stands behind:
 * a GET opens the stream and the session, its first event names where frames are POSTed, and everything for the
 * client comes on the stream. Credentials are checked with each request; the session ends with its stream.
 */
export function sseListener(http: HttpListener, front: Front, options: SseListenerOptions): Listener {
	const clock = options.clock ?? systemClock;
	const base = options.publicUrl === undefined ? '' : new URL(options.publicUrl).pathname.replace(/\/+$/, '');
	/** By the secret in the endpoint's query. It is not the session's id, which stands in logs. */
	const open = new Map<string, Open>();
	http.onRequest('sse', async (request) => {
		const { req, exchange, rest } = request;
		if (rest !== '') return refuse(req, exchange, unknownPath);
		if (req.method === 'GET') return begin(request, front, open, base, clock);
		if (req.method === 'POST') return take(request, front, open, options.limits.frame);
		return refuse(req, exchange, wrongMethod);
	});
	return {
		async close(graceMs) {
			for (const { exchange } of open.values()) {
				if (graceMs > 0) exchange.disconnect();
				else exchange.cut();
			}
		},
	};
}

async function begin(
	request: Routed,
	front: Front,
	open: Map<string, Open>,
	base: string,
	clock: Clock,
): Promise<void> {
	const { req, exchange: response, headers, server } = request;
	if (!accepts(headers.accept, 'text/event-stream')) return refuse(req, response, noStreamAccepted);
	const caller = callerOf(request);
	const exchange = new StreamExchange(response, clock);
	const attached = await front.attach(caller, exchange);
	if ('status' in attached) return refuse(req, response, attached);
	const { session } = attached;
	const secret = randomBytes(24).toString('base64url');
	open.set(secret, { session, exchange, intake: new Intake() });
	void exchange.closed.then(() => open.delete(secret));
	exchange.onGone(() => void front.end(caller, session, 'gone'));
	if (!exchange.gone) await exchange.open(`${base}/sse/${server}?sessionId=${secret}`);
}

async function take(request: Routed, front: Front, open: ReadonlyMap<string, Open>, limit: number): Promise<void> {
	const { req, exchange: response, headers, query } = request;
	const wrong = wrongMedia(headers);
	if (wrong !== undefined) return refuse(req, response, wrong);
	const caller = callerOf(request);
	const found = open.get(/^sessionId=([\w-]+)$/.exec(query)?.[1] ?? '');
	const refused = await front.admit(caller, found?.session);
	if (refused !== undefined || found === undefined) return refuse(req, response, refused ?? unknownSession);
	const body = await readBody(req, limit);
	if (body === undefined) return;
	if (!Buffer.isBuffer(body)) return refuse(req, response, body);
	await found.intake.take(front.frame(caller, found.session, { bytes: body }, found.exchange));
	await response.end(undefined, { status: 202 });
}

function callerOf({ server, headers, token, remote, req }: Routed): Caller {
	const transport = { kind: 'sse', remote } as const;
	const credentials = { ...certificateOf(req), ...(token === undefined ? {} : { token }) };
	return { server, transport, headers: withoutHttpTransport(headers), ...credentials };
}

const wrongMethod: Rejection = {
	status: 405,
	code: 'ERR_HTTP_METHOD',
	message: 'HTTP+SSE takes GET for the stream, and POST at the path that its first event names',
	headers: { allow: 'GET, POST' },
};

const unknownSession: Rejection = {
	status: 404,
	code: 'ERR_SESSION_UNKNOWN',
	message: 'no such session: open the stream anew with GET, and POST where its first event says',
};
