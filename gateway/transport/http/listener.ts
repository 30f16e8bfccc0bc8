import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
	createServer as createSecureServer,
	Server as SecureServer,
	type ServerOptions as TlsOptions,
} from 'node:https';
import type { AddressInfo } from 'node:net';
import { SluiceError } from '../../../engine/error.ts';
import { type Clock, systemClock } from '../../clock.ts';
import { ENVELOPE_REVISIONS, HANDSHAKE_REVISIONS } from '../../revisions.ts';
import { rejectExchange } from '../errors.ts';
import type { Caller, Front, Listener, Rejection } from '../types.ts';
import { readBody } from './body.ts';
import { certificateOf } from './certificate.ts';
import { type ExchangeOptions, HttpExchange } from './exchange.ts';
import { accepts, readHeaders } from './headers.ts';
import { type OriginCheck, type OriginOptions, originCheck } from './origin.ts';
import {
	internal,
	noStreamAccepted,
	notAcceptable,
	postOnly,
	unknownPath,
	unknownVersion,
	wrongEventId,
	wrongMethod,
} from './rejections.ts';
import { placeOf, remoteOf } from './request.ts';
import { type Routed, refuse, wrongMedia } from './routed.ts';
import { isEventId } from './sse-writer.ts';
import { type Upgrade, upgrade } from './upgrade.ts';
import { wellKnown } from './well-known.ts';

/** Where and how to listen. */
export interface HttpListenerOptions extends OriginOptions {
	/** 0: the system chooses one; see `HttpListener.port`. */
	readonly port: number;
	readonly tls?: TlsOptions;
	readonly limits: {
		/** bytes of one frame */
		readonly frame: number;
		/** ms a client may take to read what is waiting for it */
		readonly slowReader: number;
	};
	readonly clock?: Clock;
	/** Public documents by URL, for everybody and before anything is asked (RFC 8615); undefined: none there. */
	readonly wellKnown?: (url: string) => object | undefined;
}

/** Streamable HTTP, and the door that other transports on the same port hang on. */
export interface HttpListener extends Listener {
	readonly port: number;
	/** e.g. `http://127.0.0.1:7070` */
	readonly url: string;
	/** Connections from here on are made with this certificate; only where `tls` was given. */
	renew(tls: TlsOptions): void;
	/** `hook` gets the upgrade requests for `/<prefix>/<server>`. */
	onUpgrade(prefix: string, hook: (upgrade: Upgrade) => void): void;
	/** `hook` gets the other requests below `/<prefix>/<server>`. */
	onRequest(prefix: string, hook: (request: Routed) => Promise<void>): void;
}

/**
 * Listens for MCP clients on `/mcp/<server>` (MCP 2025-11-25, "Streamable HTTP"). Whatever is wrong with a request
 * as HTTP is refused here; what it says is the Front's.
 * @throws SluiceError ERR_LISTEN when the address is not to be had
 */
export async function httpListener(front: Front, options: HttpListenerOptions): Promise<HttpListener> {
	const clock = options.clock ?? systemClock;
	const exchanges: ExchangeOptions = { clock, slowReader: options.limits.slowReader };
	const check = originCheck(options);
	const hooks = new Map<string, (upgrade: Upgrade) => void>();
	const routes = new Map<string, (request: Routed) => Promise<void>>();
	let number = 0;

	// Another protocol that a client merely offers (Java's offers h2c with every request) may be passed over (RFC 9110 §7.8).
	const shouldUpgradeCallback = (req: IncomingMessage) => req.headers.upgrade?.toLowerCase() === 'websocket';
	const server: Server =
		options.tls === undefined
			? createServer({ shouldUpgradeCallback })
			: createSecureServer({ ...options.tls, shouldUpgradeCallback });
	server.keepAliveTimeout = 65_000;
	server.on('request', (req: IncomingMessage, res: ServerResponse) => {
		const exchange = new HttpExchange(++number, res, exchanges);
		if (wellKnown(options.wellKnown, check, req, exchange)) return;
		serve(front, check, routes, options.limits.frame, req, exchange).catch((error) => {
			// A Front never rejects: what comes here is a client that left, or a bug that must not hang the client.
			if (!exchange.gone && !(error instanceof SluiceError)) return rejectExchange(exchange, internal).catch(() => {});
		});
	});
	server.on('upgrade', (req, socket, head) => upgrade(check, hooks, req, socket, head));
	await listening(server, options);

	const port = (server.address() as AddressInfo).port;
	const name = options.host.includes(':') ? `[${options.host}]` : options.host;
	return {
		port,
		url: `${options.tls === undefined ? 'http' : 'https'}://${name}:${port}`,
		renew(tls) {
			if (server instanceof SecureServer) server.setSecureContext(tls);
		},
		onUpgrade: (prefix, hook) => void hooks.set(prefix, hook),
		onRequest: (prefix, hook) => void routes.set(prefix, hook),
		close: (graceMs) =>
			new Promise((resolve) => {
				const stop = clock.after(graceMs, () => server.closeAllConnections());
				server.close(() => {
					stop();
					resolve();
				});
				server.closeIdleConnections();
				if (graceMs <= 0) server.closeAllConnections();
			}),
	};
}

async function serve(
	front: Front,
	check: OriginCheck,
	routes: ReadonlyMap<string, (request: Routed) => Promise<void>>,
	limit: number,
	req: IncomingMessage,
	exchange: HttpExchange,
): Promise<void> {
	const read = readHeaders(req.rawHeaders);
	if ('status' in read) return refuse(req, exchange, read);
	const { headers, token } = read;
	const forbidden = check(headers.host, headers.origin, headers['sec-fetch-site']);
	if (forbidden !== undefined) return refuse(req, exchange, forbidden);
	const place = placeOf(req.url!);
	const route = place === undefined ? undefined : routes.get(place.prefix);
	if (place !== undefined && route !== undefined)
		return route({ ...place, headers, token, remote: remoteOf(req), req, exchange });
	if (place?.prefix !== 'mcp' || place.rest !== '') return refuse(req, exchange, unknownPath);
	const name = place.server;

	// Of a POST the body says which era it is; these have none.
	const version = headers['mcp-protocol-version'];
	if (req.method !== 'POST' && version !== undefined && !HANDSHAKE_REVISIONS.has(version))
		return refuse(req, exchange, ENVELOPE_REVISIONS.has(version) ? postOnly : unknownVersion);
	const caller: Caller = {
		server: name,
		transport: { kind: 'http', remote: remoteOf(req) },
		headers,
		...certificateOf(req),
		...(token === undefined ? {} : { token }),
	};
	const session = headers['mcp-session-id'];

	switch (req.method) {
		case 'POST': {
			const wrong = wrongPost(headers);
			if (wrong !== undefined) return refuse(req, exchange, wrong);
			const body = await readBody(req, limit);
			if (body === undefined) return;
			if (!Buffer.isBuffer(body)) return refuse(req, exchange, body);
			return front.frame(caller, session, { bytes: body }, exchange);
		}
		case 'GET':
			if (!accepts(headers.accept, 'text/event-stream')) return refuse(req, exchange, noStreamAccepted);
			if (headers['last-event-id'] !== undefined && !isEventId(headers['last-event-id']))
				return refuse(req, exchange, wrongEventId);
			return front.listen(caller, session, headers['last-event-id'], exchange);
		case 'DELETE': {
			const ended = await front.end(caller, session, 'delete');
			if ('code' in ended) return rejectExchange(exchange, ended);
			return exchange.end(undefined, { status: ended.status });
		}
		default:
			return refuse(req, exchange, wrongMethod);
	}
}

/** The last `Accept` that was good: clients send the same one every time. */
let goodAccept: string | undefined;

function wrongPost(headers: Readonly<Record<string, string>>): Rejection | undefined {
	const wrong = wrongMedia(headers);
	if (wrong !== undefined) return wrong;
	const accept = headers.accept;
	if (accept !== goodAccept || accept === undefined) {
		if (!accepts(accept, 'application/json', 'text/event-stream')) return notAcceptable;
		goodAccept = accept;
	}
	return undefined;
}

function listening(server: Server, options: HttpListenerOptions): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', (cause: NodeJS.ErrnoException) =>
			reject(
				new SluiceError('ERR_LISTEN', `cannot listen on \`${options.host}:${options.port}\` (${cause.code})`, {
					help: 'choose another address with `listen`, or end the process that has it',
					cause,
				}),
			),
		);
		server.listen(options.port, options.host, resolve);
	});
}
