import type { Rejection } from '../types.ts';

/** Request headers as the Front sees them, with the bearer token taken out. */
export interface ReadHeaders {
	readonly headers: Record<string, string>;
	readonly token: string | undefined;
}

/**
 * Headers that must not repeat: two hops could each believe another one of them. (Node itself refuses two
 * Content-Length, and Content-Length beside Transfer-Encoding.)
 */
const single = new Set([
	'accept',
	'authorization',
	'connection',
	'content-encoding',
	'content-length',
	'content-type',
	'host',
	'last-event-id',
	'origin',
	'traceparent',
	'transfer-encoding',
]);

/** Credentials of the hop to the gateway: never shown to anybody behind it. */
const credentials = new Set(['authorization', 'proxy-authorization', 'cookie', 'dpop']);

/**
 * Reads `rawHeaders` once: lower-case names, other repeated headers joined as RFC 9110 §5.3 allows, credentials
 * left out but for the bearer token. Rejects repeated sensitive headers (and every repeated `mcp-*`).
 */
export function readHeaders(raw: readonly string[]): ReadHeaders | Rejection {
	const headers: Record<string, string> = Object.create(null);
	let token: string | undefined;
	let authorized = false;
	for (let i = 0; i < raw.length; i += 2) {
		const name = raw[i]!.toLowerCase();
		const value = raw[i + 1]!;
		if (credentials.has(name)) {
			if (name !== 'authorization') continue;
			if (authorized) return repeated(name);
			authorized = true;
			const bearer = /^bearer +([\x21-\x7e]+)$/i.exec(value);
			if (bearer === null) return malformedAuthorization;
			token = bearer[1];
			continue;
		}
		const before = headers[name];
		if (before === undefined) headers[name] = value;
		else if (single.has(name) || name.startsWith('mcp-')) return repeated(name);
		else headers[name] = `${before}, ${value}`;
	}
	return { headers, token };
}

/** Does `accept` list every one of the media types, each with a weight above zero? (`*` ranges are no listing.) */
export function accepts(accept: string | undefined, ...types: readonly string[]): boolean {
	if (accept === undefined) return false;
	const listed = new Set<string>();
	for (const range of accept.toLowerCase().split(',')) {
		const [type, ...parameters] = range.split(';').map((part) => part.trim());
		if (!parameters.some((p) => /^q=0(\.0*)?$/.test(p))) listed.add(type!);
	}
	return types.every((type) => listed.has(type));
}

/** Is this `Content-Type` exactly JSON in UTF-8? */
export function isJson(contentType: string | undefined): boolean {
	if (contentType === 'application/json') return true;
	return contentType !== undefined && /^application\/json[ \t]*(;[ \t]*charset="?utf-8"?[ \t]*)?$/i.test(contentType);
}

/** The media type of a `Content-Type`, lower-case, without parameters. */
export function mediaType(contentType: string | undefined): string {
	if (contentType === undefined) return '';
	const semicolon = contentType.indexOf(';');
	return (semicolon < 0 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase();
}

/** May this request header go on to an HTTP upstream? (contract §6, "headers that cross"; the session id is the hop's own) */
export function crosses(name: string): boolean {
	switch (name) {
		case 'content-type':
		case 'accept':
		case 'last-event-id':
		case 'traceparent':
		case 'tracestate':
			return true;
		case 'mcp-session-id':
			return false;
		default:
			return name.startsWith('mcp-');
	}
}

/**
 * The headers of a request that carries a socket or a stream of its own kind: what they say of Streamable HTTP is no
 * fact about its frames, and must not go on to a server with them.
 */
export function withoutHttpTransport(headers: Readonly<Record<string, string>>): Record<string, string> {
	const out: Record<string, string> = {};
	for (const name in headers) {
		const own = name.startsWith('mcp-') || name === 'accept' || name === 'content-type' || name === 'last-event-id';
		if (!own) out[name] = headers[name]!;
	}
	return out;
}

/** The request headers of a client that may go on to its upstream. */
export function crossing(headers: Readonly<Record<string, string>>): Record<string, string> {
	const out: Record<string, string> = {};
	for (const name in headers) if (crosses(name)) out[name] = headers[name]!;
	return out;
}

function repeated(name: string): Rejection {
	return {
		status: 400,
		code: 'ERR_HEADER_REPEATED',
		message: `the header \`${name}\` is there more than once; send it once`,
	};
}

const malformedAuthorization: Rejection = {
	status: 401,
	code: 'ERR_AUTHORIZATION_MALFORMED',
	message: 'the Authorization header must be `Bearer` and one token',
	headers: { 'www-authenticate': 'Bearer' },
};
