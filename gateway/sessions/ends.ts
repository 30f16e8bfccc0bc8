import type { Frame } from '../../engine/frame/frame.ts';
import { member } from '../../engine/frame/json.ts';
import { UpstreamError } from '../transport/errors.ts';
import type { Exchange, UpstreamEnd } from '../transport/types.ts';
import { token } from './token.ts';

export type FailedEnd = Extract<UpstreamEnd, { ok: false }> & {
	/** Nothing reached the server. */
	readonly unsent?: true;
};

/** Why a session ends whose `initialize` came to nothing: its id is not announced, so nobody could use it. */
export const NOT_BEGUN = 'the server did not let it begin';

export const UNANSWERED: FailedEnd = {
	ok: false,
	status: 502,
	code: 'ERR_UPSTREAM_PROTOCOL',
	message: 'the server gave no answer that could be forwarded',
};

export const SILENT: FailedEnd = {
	ok: false,
	status: 502,
	code: 'ERR_UPSTREAM_SILENT',
	message: 'the server does not answer `server/discover`: it may speak revisions up to 2025-11-25 only',
};

export const TAKEN: FailedEnd = {
	ok: false,
	unsent: true,
	status: 200,
	code: 'ERR_REQUEST_ID_TAKEN',
	message:
		'a subscription is open under the same id on the connection to this server; send the request under another one',
};

/** Where the acknowledgement of an answer of ours goes: nowhere. */
export const NOBODY: Exchange = {
	number: 0,
	gone: false,
	stream() {},
	send: async () => {},
	end: async () => {},
	keepAlive() {},
	disconnect() {},
	onGone() {},
};

/** Ends whose status a client can make something of. */
const KEPT: ReadonlySet<string> = new Set(['ERR_UPSTREAM_STATUS', 'ERR_UPSTREAM_BACKING_OFF']);

/** What a failure to send means for whoever waits for the answer. */
export function endOf(error: unknown): FailedEnd {
	if (error instanceof UpstreamError)
		return {
			ok: false,
			unsent: true,
			status: error.status,
			code: error.code,
			message: error.message,
			...(error.headers && { headers: error.headers }),
		};
	return { ok: false, status: 502, code: 'ERR_UPSTREAM_FAILED', message: 'the server could not be reached' };
}

/** What whoever waits is told of it. */
export function textOf({ message, code, unsent }: FailedEnd): string {
	return `${message} (${code}). ${unsent ? 'Nothing was sent to the server.' : 'Whether the server acted on this request is not known.'}`;
}

/**
 * The HTTP status of our answer: what the server refused with a status keeps it (contract §6), and without a token
 * there was nothing to ask it with; where it said nothing, there is only our answer.
 */
export function statusOf({ status, code }: FailedEnd): number {
	const kept = status === 404 || KEPT.has(code) || code.startsWith('ERR_UPSTREAM_TOKEN_');
	return kept ? status : 200;
}

/** The id that `notifications/cancelled` names, spelled as a frame's own id is. */
export function cancelledId({ bytes, params }: Frame): string | undefined {
	return token(bytes, member(params, 'requestId'));
}
