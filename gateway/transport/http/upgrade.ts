import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { publish } from '../../telemetry/channels.ts';
import { rejectionBody } from '../errors.ts';
import type { Rejection } from '../types.ts';
import { readHeaders } from './headers.ts';
import type { OriginCheck } from './origin.ts';
import { unknownPath } from './rejections.ts';
import { type Place, placeOf, remoteOf } from './request.ts';

/** An upgrade request that passed the Host and Origin check. The hook owns the socket from here on. */
export interface Upgrade extends Place {
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
		refuseUpgrade(socket, read, remoteOf(req));
		return;
	}
	const forbidden = check(read.headers.host, read.headers.origin, read.headers['sec-fetch-site']);
	if (forbidden !== undefined) {
		refuseUpgrade(socket, forbidden, remoteOf(req));
		return;
	}
	const place = placeOf(req.url!);
	const hook = place?.rest === '' ? hooks.get(place.prefix) : undefined;
	if (place === undefined || hook === undefined) refuseUpgrade(socket, unknownPath, remoteOf(req));
	else hook({ ...place, ...read, remote: remoteOf(req), req, socket, head });
}

/** Answers an upgrade request with a plain HTTP response and closes. `remote`: whom nobody else has said it of yet. */
export function refuseUpgrade(socket: Duplex, rejection: Rejection, remote?: string): void {
	if (remote !== undefined) publish('refusal', { code: rejection.code, remote, status: rejection.status });
	const body = rejectionBody(rejection);
	let head = `HTTP/1.1 ${rejection.status} Refused\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n`;
	for (const name in rejection.headers) head += `${name}: ${rejection.headers[name]}\r\n`;
	socket.end(Buffer.concat([Buffer.from(`${head}\r\n`), body]));
}
