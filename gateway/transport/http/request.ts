import type { IncomingMessage } from 'node:http';

/** What a request's path names: `/<prefix>/<server><rest>?<query>`. */
export interface Place {
	readonly prefix: string;
	readonly server: string;
	/** What follows the server, e.g. `/ticket`; mostly empty. */
	readonly rest: string;
	/** Without its `?`; empty if there is none. */
	readonly query: string;
}

/** Reads the path of a request; undefined: it cannot be one of ours. */
export function placeOf(url: string): Place | undefined {
	const match = /^\/([a-z]+)\/([A-Za-z0-9._-]{1,128})((?:\/[a-z]+)?)(?:\?(.*))?$/.exec(url);
	if (match === null) return undefined;
	return { prefix: match[1]!, server: match[2]!, rest: match[3]!, query: match[4] ?? '' };
}

/** The peer's address, IPv4 in its own spelling. */
export function remoteOf(req: IncomingMessage): string {
	const address = req.socket.remoteAddress ?? '';
	return address.startsWith('::ffff:') ? address.slice(7) : address;
}
