import type { Frame, Party } from '../../engine/frame/frame.ts';
import type { PendingRequest } from '../../engine/session/types.ts';

/** How many requests are remembered. */
const MOST = 1024;

/**
 * The latest requests of a session that wait no more: answered, cancelled, or given up. Another answer to one of them
 * comes too late, which is nobody's fault; an answer to anything else was never asked for.
 */
export class Finished {
	readonly #requests = new Map<string, PendingRequest>();

	add(request: PendingRequest): void {
		this.#requests.set(`${request.seq} ${request.id}`, request);
		if (this.#requests.size > MOST) this.#requests.delete(this.#requests.keys().next().value!);
	}

	/** Are these all answers of `from` to such requests? `seq`: of the one request that they can answer, where that is known. */
	has(frames: readonly Frame[], from: Party, seq: number | undefined): boolean {
		const at = seq === undefined || seq < 0 ? undefined : seq;
		const requests = [...this.#requests.values()].filter(
			(request) => request.from !== from && (at === undefined || request.seq === at),
		);
		return frames.every(({ id }) => requests.some((request) => id === undefined || request.id === id));
	}
}
