import type { Clock } from '../../clock.ts';
import { UpstreamError } from '../errors.ts';

/** ms to the next start after the second failing one; doubled by each further one. */
const first = 1_000;
/** ms between two starts at most. */
const longest = 60_000;
/** A process that ends with an error this soon (ms) did not really run, whatever it said meanwhile. */
const settled = 5_000;

/** How one start went on. */
export interface Start {
	/** It sent something. */
	spoke(): void;
	/** It ended by itself. `clean`: with exit code 0. */
	ended(clean: boolean): void;
}

/**
 * Keeps a server whose process dies again and again from being started in a loop by clients that try again and
 * again: after the second failing start in a row each further one has to wait, twice as long as the one before.
 */
export class BackOff {
	readonly #clock: Clock;
	#failures = 0;
	#notBeforeNs = 0n;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/**
	 * A start, if it may be now.
	 * @throws UpstreamError ERR_UPSTREAM_BACKING_OFF (503) with the seconds to wait
	 */
	start(): Start {
		const now = this.#clock.now();
		if (now < this.#notBeforeNs) throw this.#later(Number((this.#notBeforeNs - now + 999_999_999n) / 1_000_000_000n));
		// One attempt a period: who comes while it is not known how this one goes has to wait as well.
		this.#wait();
		let spoken = false;
		return {
			spoke: () => {
				spoken = true;
				this.#notBeforeNs = 0n;
			},
			ended: (clean) => {
				const early = this.#clock.now() - now < BigInt(settled) * 1_000_000n;
				if (spoken && (clean || !early)) {
					this.#failures = 0;
					return;
				}
				this.#failures++;
				this.#wait();
			},
		};
	}

	#wait(): void {
		if (this.#failures < 2) return;
		const ms = Math.min(first * 2 ** (this.#failures - 2), longest);
		this.#notBeforeNs = this.#clock.now() + BigInt(ms) * 1_000_000n;
	}

	#later(seconds: number): UpstreamError {
		return new UpstreamError(
			'ERR_UPSTREAM_BACKING_OFF',
			`the server's process ended right after its start, ${this.#failures} times in a row; it is not started again for ${seconds} s`,
			{
				help: 'see what it wrote to stderr: in the log, and in the records of these sessions',
				status: 503,
				headers: { 'retry-after': String(seconds) },
			},
		);
	}
}
