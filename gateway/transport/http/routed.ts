import type { IncomingMessage } from 'node:http';
import { publish } from '../../telemetry/channels.ts';
import { rejectExchange } from '../errors.ts';
import type { Rejection } from '../types.ts';
import type { HttpExchange } from './exchange.ts';
import { isJson } from './headers.ts';
import { encoded, wrongMediaType } from './rejections.ts';
import { type Place, remoteOf } from './request.ts';

/** A request that passed the checks of all paths: repeated headers, Host and Origin. */
export interface Routed extends Place {
	readonly headers: Readonly<Record<string, string>>;
	readonly token: string | undefined;
	readonly remote: string;
	readonly req: IncomingMessage;
	readonly exchange: HttpExchange;
}

/** Why the body of a POST may not be read as a frame: it is not plain JSON. */
export function wrongMedia(headers: Readonly<Record<string, string>>): Rejection | undefined {
	if (!isJson(headers['content-type'])) return wrongMediaType;
	const encoding = headers['content-encoding'];
	return encoding !== undefined && encoding.toLowerCase() !== 'identity' ? encoded : undefined;
}

/** Answers without the body having been read; a connection whose body is not worth reading is closed. */
export function refuse(req: IncomingMessage, exchange: HttpExchange, rejection: Rejection): Promise<void> {
	publish('refusal', { code: rejection.code, remote: remoteOf(req), status: rejection.status });
	const length = req.headers['content-length'];
	const unread = !req.complete && (length === undefined ? req.method === 'POST' : Number(length) > 65_536);
	if (!unread) return rejectExchange(exchange, rejection);
	return rejectExchange(exchange, { ...rejection, headers: { ...rejection.headers, connection: 'close' } });
}
