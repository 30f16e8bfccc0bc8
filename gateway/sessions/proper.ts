import type { Frame, FrameLimits } from '../../engine/frame/frame.ts';
import { member } from '../../engine/frame/json.ts';
import { policyText } from '../../engine/frame/policy-text.ts';
import { scanJson } from '../../engine/frame/scan.ts';
import type { PendingRequest } from '../../engine/session/types.ts';
import { type EnvelopeRefusal, improperEnvelope } from '../envelope.ts';
import { contradiction, type MirroredHeaders } from '../mirrored-headers.ts';
import type { Declared } from '../param-headers.ts';
import { progressToken } from './flights.ts';
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

/** What is known of what a server may say now. */
export interface ServerSpeech {
	/** It may send requests here, which it may not from 2026-07-28 on. */
	readonly mayAsk: boolean;
	/** Is progress for this token awaited? */
	live(progress: string): boolean;
	/** Its requests with this id that wait for an answer. */
	asked(id: string): readonly PendingRequest[];
	/** Does one of its requests with this id wait for a human? */
	held(id: string): boolean;
}

export function improperOfServer(frames: readonly Frame[], speech: ServerSpeech): Impropriety | undefined {
	for (const frame of frames) {
		if (frame.kind !== 'request') continue;
		if (!speech.mayAsk) return ASKED;
		if (frame.id !== undefined && (speech.held(frame.id) || speech.asked(frame.id).some((one) => !same(frame, one))))
			return ID_TAKEN;
	}
	return strayProgress(frames, speech.live);
}

/**
 * Is `frame` this request said again, as on a stream that is resumed? A client's answer names nothing but an id: were
 * two that differ to wait under one, the answer to the one would be judged as the answer to the other.
 */
function same(frame: Frame, { method, params }: PendingRequest): boolean {
	if (frame.method !== method) return false;
	if (frame.params === undefined || params === undefined) return frame.params === params;
	return policyText(frame, frame.params).equals(params);
}

const ID_TAKEN: Impropriety = {
	code: 'ERR_REQUEST_ID_TAKEN',
	message: 'another request of this server waits under the same id',
	silent: true,
};

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

/** The progress token in the params of a request. As it is spelled: read as a double, two large ones would be one. */
function tokenIn(params: Buffer | undefined): string | undefined {
	const json = params && scanJson(params, READ_BEFORE);
	return json?.ok ? progressToken(params!, json.root) : undefined;
}

/** It was within its limits when it came. */
const READ_BEFORE: FrameLimits = { frame: Infinity, depth: Infinity, keys: Infinity };
