import type { Party, Refusal } from './frame/frame.ts';
import { BOUNDS } from './session/bounds.ts';
import type { SessionState } from './session/state.ts';
import type { Message } from './step.ts';

/** What the requests of a message are while they wait for an answer. */
export interface Waiting {
	readonly from: Party;
	readonly requests: number;
	readonly bytes: number;
}

export function waitingIn({ from, members }: Message): Waiting {
	let requests = 0;
	let bytes = 0;
	for (const { kind, params } of members) {
		if (kind !== 'request') continue;
		requests++;
		bytes += params?.length ?? 0;
	}
	return { from, requests, bytes };
}

/**
 * Too many requests that wait, or too large ones? Then why `message` is refused before it is judged. Of either side: what
 * a server asks is kept until it is answered too. `held`: what waits for a human, which the facts do not count yet.
 */
export function refusedInFlight(
	state: SessionState,
	message: Message,
	limit: number,
	held: Iterable<Waiting> = [],
): Refusal | undefined {
	const more = waitingIn(message);
	if (more.requests === 0) return undefined;
	let requests = state.waiting(message.from);
	let bytes = state.waitingBytes;
	for (const one of held) {
		if (one.from === message.from) requests += one.requests;
		bytes += one.bytes;
	}
	const most = Math.min(limit, BOUNDS.waiting);
	if (requests + more.requests > most) {
		return {
			code: 'ERR_LIMIT_IN_FLIGHT',
			message: `more than ${most} requests of this session are waiting for an answer`,
		};
	}
	if (bytes === 0 || bytes + more.bytes <= BOUNDS.waitingBytes) return undefined;
	return {
		code: 'ERR_LIMIT_IN_FLIGHT',
		message: `the requests of this session that are waiting for an answer have more than ${BOUNDS.waitingBytes} bytes`,
	};
}
