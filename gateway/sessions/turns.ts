import type { Clock } from '../clock.ts';

/**
 * How long the id of a cancelled request stays taken on a pipe or socket, ms. Its server should not answer any more, but may
 * have done so already: a request under the same id would be taken for answered.
 */
const LINGER_MS = 2_000;

/** Who waits for the answer to the request that has a raw id now: only ids in flight upstream serialise. */
export class Turns {
	readonly #clock: Clock;
	readonly #waiting = new Map<string, (() => void)[]>();
	readonly #lingering = new Map<string, () => void>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Resolves when the one before has its answer. */
	wait(id: string): Promise<void> {
		return new Promise((resolve) => {
			const waiting = this.#waiting.get(id) ?? [];
			waiting.push(resolve);
			this.#waiting.set(id, waiting);
		});
	}

	/** The id is free: the next one's turn. */
	free(id: string): void {
		const next = this.#waiting.get(id)?.shift();
		if (this.#waiting.get(id)?.length === 0) this.#waiting.delete(id);
		next?.();
	}

	/** Its request was cancelled: the id is free when the answer has come after all, or after a while. */
	linger(id: string): void {
		this.settle(id);
		this.#lingering.set(
			id,
			this.#clock.after(LINGER_MS, () => this.settle(id)),
		);
	}

	lingers(id: string): boolean {
		return this.#lingering.has(id);
	}

	/** The answer to a cancelled request has come, or none will. */
	settle(id: string): void {
		const stop = this.#lingering.get(id);
		if (stop === undefined) return;
		stop();
		this.#lingering.delete(id);
		this.free(id);
	}
}
