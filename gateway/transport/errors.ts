import { SluiceError } from '../../engine/error.ts';
import type { Exchange, Rejection } from './types.ts';

/** A server that cannot be reached, broke off or answered what nobody may forward. `status` is what an HTTP client should see. */
export class UpstreamError extends SluiceError {
	readonly status: number;
	/** Of the answer to an HTTP client, e.g. `retry-after`. */
	readonly headers: Readonly<Record<string, string>> | undefined;

	constructor(
		code: string,
		message: string,
		options: { help?: string; cause?: unknown; status?: number; headers?: Readonly<Record<string, string>> } = {},
	) {
		super(code, message, options);
		this.name = 'UpstreamError';
		this.status = options.status ?? 502;
		this.headers = options.headers;
	}
}

/** The client went away before the message could be handed to it. */
export class ClientGoneError extends SluiceError {
	constructor(why = 'the client went away before the message was handed to it') {
		super('ERR_CLIENT_GONE', why);
		this.name = 'ClientGoneError';
	}
}

/**
 * A `Rejection` as a JSON-RPC error message. `id` is null: what is refused here was not read as a request
 * (JSON-RPC 2.0 §5). The numeric code is the HTTP status, which lies outside the range that JSON-RPC reserves.
 */
export function rejectionBody(rejection: Rejection): Buffer {
	return Buffer.from(
		JSON.stringify({
			jsonrpc: '2.0',
			error: { code: rejection.status, message: rejection.message, data: { code: rejection.code } },
			id: null,
		}),
	);
}

/** Answers an exchange with a `Rejection`. Like `Exchange.end`, rejects when the client is gone. */
export function rejectExchange(exchange: Exchange, rejection: Rejection): Promise<void> {
	return exchange.end(rejectionBody(rejection), {
		status: rejection.status,
		...(rejection.headers === undefined ? {} : { headers: rejection.headers }),
	});
}
