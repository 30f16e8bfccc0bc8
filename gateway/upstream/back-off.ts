import type { Clock } from '../clock.ts';
import { UpstreamError } from '../transport/errors.ts';

/** After a failure nobody asks again for so long, doubling. ns. */
const FIRST = 1_000_000_000n;
const LONGEST = 30_000_000_000n;

/** Keeps a failing authorization server from being asked at every request: the last failure stands for a while. */
export class BackOff {
	readonly #clock: Clock;
	#failure: { readonly error: UpstreamError; readonly wait: bigint; readonly until: bigint } | undefined;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** What everybody is told for now; undefined: ask. */
	get standing(): UpstreamError | undefined {
		return this.#failure !== undefined && this.#clock.now() < this.#failure.until ? this.#failure.error : undefined;
	}

	/** @throws what `ask` throws, or threw a moment ago */
	async run<T>(ask: () => Promise<T>): Promise<T> {
		const { standing } = this;
		if (standing !== undefined) throw standing;
		try {
			const done = await ask();
			this.#failure = undefined;
			return done;
		} catch (error) {
			if (error instanceof UpstreamError) {
				const twice = (this.#failure?.wait ?? 0n) * 2n;
				const wait = twice === 0n ? FIRST : twice < LONGEST ? twice : LONGEST;
				this.#failure = { error, wait, until: this.#clock.now() + wait };
			}
			throw error;
		}
	}
}
