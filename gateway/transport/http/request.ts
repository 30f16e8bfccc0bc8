import type { IncomingMessage } from 'node:http';

/** `<server>` of `/<prefix>/<server>`, a query aside; undefined for any other path. */
export function serverName(url: string, prefix: string): string | undefined {
	const match = /^\/([a-z]+)\/([A-Za-z0-9._-]{1,128})(?:\?.*)?$/.exec(url);
	return match?.[1] === prefix ? match[2] : undefined;
}

/** The peer's address, IPv4 in its own spelling. */
export function remoteOf(req: IncomingMessage): string {
	const address = req.socket.remoteAddress ?? '';
	return address.startsWith('::ffff:') ? address.slice(7) : address;
}
