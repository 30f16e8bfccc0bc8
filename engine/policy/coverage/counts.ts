import { type ProbedBody, probesOf } from './probed-body.ts';

/** How often an instrumented module passed each of its probes. */
export class Counts {
	readonly #passed: Float64Array;

	private constructor(passed: Float64Array) {
		this.#passed = passed;
	}

	/** None yet, of the probes of these bodies. */
	static of(bodies: readonly ProbedBody[]): Counts {
		return new Counts(new Float64Array(probesOf(bodies)));
	}

	/** Told by the module, see `Probe`. */
	readonly probe = (place: number): void => {
		this.#passed[place]! += 1;
	};

	/** How often evaluations came to expression `i` of a body; with the number of its expressions: to its end. */
	at(body: ProbedBody, i: number): number {
		return this.#passed[body.first + i] ?? 0;
	}

	/** How often all of a body held, and what is computed from it had a value. */
	fired(body: ProbedBody): number {
		return this.at(body, body.expressions.length + (body.computed ? 1 : 0));
	}

	/** What both have counted, of the same bodies. */
	plus(other: Counts): Counts {
		return new Counts(this.#passed.map((n, i) => n + (other.#passed[i] ?? 0)));
	}
}
