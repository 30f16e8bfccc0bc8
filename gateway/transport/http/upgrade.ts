import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { rejectionBody } from '../errors.ts';
import type { Rejection } from '../types.ts';
import { readHeaders } from './headers.ts';
import type { OriginCheck } from './origin.ts';
import { unknownPath } from './rejections.ts';
import { remoteOf, serverName } from './request.ts';

/** An upgrade request that passed the Host and Origin check. The hook owns the socket from here on. */
export interface Upgrade {
	readonly server: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly token: string | undefined;
	readonly remote: string;
	readonly req: IncomingMessage;
	readonly socket: Duplex;
	readonly head: Buffer;
}

/** Checks an upgrade request as any other and gives it to the hook of its prefix. */
export function upgrade(
	check: OriginCheck,
	hooks: ReadonlyMap<string, (upgrade: Upgrade) => void>,
	req: IncomingMessage,
	socket: Duplex,
	head: Buffer,
): void {
	socket.on('error', () => socket.destroy());
	const read = readHeaders(req.rawHeaders);
	if ('status' in read) {
		refuseUpgrade(socket, read);
		return;
	}
	const forbidden = check(read.headers.host, read.headers.origin, read.headers['sec-fetch-site']);
	if (forbidden !== undefined) {
		refuseUpgrade(socket, forbidden);
		return;
	}
	for (const [prefix, hook] of hooks) {
		const server = serverName(req.url!, prefix);
		if (server === undefined) continue;
		hook({ server, ...read, remote: remoteOf(req), req, socket, head });
		return;
	}
	refuseUpgrade(socket, unknownPath);
}

/** Answers an upgrade request with a plain HTTP response and closes. */
export function refuseUpgrade(socket: Duplex, rejection: Rejection): void {
	const body = rejectionBody(rejection);
	let head = `HTTP/1.1 ${rejection.status} Refused\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n`;
	for (const name in rejection.headers) head += `${name}: ${rejection.headers[name]}\r\n`;
	socket.end(Buffer.concat([Buffer.from(`${head}\r\n`), body]));
}
