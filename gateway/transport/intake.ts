/**
 * Frames of one socket or pipe that the Front is still busy with. They are handed over as they come, each without
 * waiting for the one before: an answer to a server's question must get past the request that caused it. Far above
 * any limit on requests in flight, reading stops, so that a flood is held back by the wire and not in memory.
 */
export class Intake {
	#busy = 0;
	#waiting: (() => void)[] = [];
	static readonly most = 8192;

	/** Resolves when the next frame may be read. */
	take(handled: Promise<void>): Promise<void> | undefined {
		this.#busy++;
		const done = () => {
			this.#busy--;
			if (this.#busy < Intake.most) this.#wake();
		};
		handled.then(done, done);
		return this.#busy < Intake.most ? undefined : this.#room();
	}

	/** Resolves when nothing is under way. */
	async settled(): Promise<void> {
		while (this.#busy > 0) await this.#room();
	}

	#room(): Promise<void> {
		return new Promise((resolve) => this.#waiting.push(resolve));
	}

	#wake(): void {
		const waiting = this.#waiting;
		this.#waiting = [];
		for (const resolve of waiting) resolve();
	}
}
