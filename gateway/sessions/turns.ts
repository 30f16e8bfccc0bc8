/** Who waits for the answer to the request that has a raw id now: only ids in flight upstream serialise. */
export class Turns {
	readonly #waiting = new Map<string, (() => void)[]>();

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
}
