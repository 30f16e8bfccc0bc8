import type { Frame } from '../../engine/frame/frame.ts';
import { member } from '../../engine/frame/json.ts';
import { UpstreamError } from '../transport/errors.ts';
import type { Exchange, UpstreamEnd } from '../transport/types.ts';

export type FailedEnd = Extract<UpstreamEnd, { ok: false }>;

/** Why a session ends whose `initialize` came to nothing: its id is not announced, so nobody could use it. */
export const NOT_BEGUN = 'the server did not let it begin';

export const UNANSWERED: FailedEnd = {
	ok: false,
	status: 502,
	code: 'ERR_UPSTREAM_PROTOCOL',
	message: 'the server gave no answer that could be forwarded',
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

/** What a failure to send means for whoever waits for the answer. */
export function endOf(error: unknown): FailedEnd {
	if (error instanceof UpstreamError)
		return {
			ok: false,
			status: error.status,
			code: error.code,
			message: error.message,
			...(error.headers && { headers: error.headers }),
		};
	return { ok: false, status: 502, code: 'ERR_UPSTREAM_FAILED', message: 'the server could not be reached' };
}

/** The id that `notifications/cancelled` names, spelled as a frame's own id is. */
export function cancelledId({ bytes, params }: Frame): string | undefined {
	const id = member(params, 'requestId');
	if (id === undefined) return undefined;
	return id.type === 'string' ? JSON.stringify(id.value) : bytes.toString('utf8', id.start, id.end);
}
