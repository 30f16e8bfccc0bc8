import type { Frame } from '../../engine/frame/frame.ts';
import { member } from '../../engine/frame/json.ts';
import type { PendingRequest } from '../../engine/session/types.ts';
import { type EnvelopeRefusal, improperEnvelope } from '../envelope.ts';
import { contradiction, type MirroredHeaders } from '../mirrored-headers.ts';
import type { Declared } from '../param-headers.ts';
import { token } from './token.ts';

/** Why a frame does not go on, whatever policy says. */
export interface Impropriety extends EnvelopeRefusal {
	/** Its sender is told nothing: the protocol has no place where it would listen. */
	readonly silent?: true;
}

/**
 * Client frames: what they say of themselves must be whole, and what their HTTP headers say of them. `asked`: requests of
 * the server that wait.
 */
export function improperOfClient(
	frames: readonly Frame[],
	mirrored: MirroredHeaders | undefined,
	declared: Declared,
	asked: () => readonly PendingRequest[],
): Impropriety | undefined {
	const improper =
		improperEnvelope(frames, mirrored?.version) ?? (mirrored && contradiction(mirrored, frames, declared));
	if (improper !== undefined) return improper;
	return strayProgress(frames, (progress) => asked().some(({ params }) => tokenIn(params) === progress));
}

/**
 * Server frames. `mayAsk`: it may send requests here, which it may not from 2026-07-28 on. `live`: is progress for this
 * token awaited?
 */
export function improperOfServer(
	frames: readonly Frame[],
	{ mayAsk, live }: { readonly mayAsk: boolean; live(progress: string): boolean },
): Impropriety | undefined {
	if (!mayAsk && frames.some(({ kind }) => kind === 'request')) return ASKED;
	return strayProgress(frames, live);
}

const ASKED: Impropriety = {
	code: 'ERR_REQUEST_UNEXPECTED',
	message: 'a server asks nothing by requests of its own in this revision; it answers with `inputRequests`',
	silent: true,
};

/** Progress is of a request that waits: nobody else's token makes a client believe that its call goes on. */
function strayProgress(frames: readonly Frame[], live: (progress: string) => boolean): Impropriety | undefined {
	for (const { kind, method, params, bytes } of frames) {
		if (kind !== 'notification' || method !== 'notifications/progress') continue;
		const progress = token(bytes, member(params, 'progressToken'));
		if (progress === undefined || !live(progress)) return STRAY;
	}
	return undefined;
}

const STRAY: Impropriety = {
	code: 'ERR_PROGRESS_UNASKED',
	message: 'this is progress of no request that waits here',
};

/** The progress token in the params of a request, as text of a JSON token. */
function tokenIn(params: Buffer | undefined): string | undefined {
	if (params === undefined) return undefined;
	const progress = (JSON.parse(params.toString('utf8')) as { _meta?: { progressToken?: unknown } })._meta
		?.progressToken;
	return progress === undefined ? undefined : JSON.stringify(progress);
}
