import type { Instance } from '../instance.ts';
import { LOAD_FUEL } from '../limits.ts';
import type { Policy } from '../load.ts';
import type { Evaluator } from '../types.ts';
import { print } from '../value/print.ts';
import type { Numbered } from './mutant.ts';
import type { MutantPolicy } from './policy.ts';
import type { Passage, Switchboard } from './switchboard.ts';

/** What one rule says of one input, as the policy was written. */
interface Saying {
	readonly entrypoint: string;
	readonly text: string;
	readonly fuel: number;
	/** Definitions that were evaluated for it. */
	readonly definitions: ReadonlySet<number>;
}

/** One input that a recording gave, with what the rules say of it. */
export interface AskedFrame {
	/** `<session>/<seq>` */
	readonly seed: string;
	readonly input: Uint8Array;
	readonly nowNs: bigint;
	readonly sayings: readonly Saying[];
}

/** A policy that takes down what is asked of it. */
export function recordingPolicy(policy: Policy, asked: Pick<AskedFrame, 'seed' | 'input' | 'nowNs'>[]): Policy {
	const evaluator: Evaluator = {
		evaluate(input, facts, fuel) {
			asked.push({ seed: facts.seed, nowNs: facts.nowNs, input: Uint8Array.from(input) });
			return policy.evaluator.evaluate(input, facts, fuel);
		},
		close: () => policy.evaluator.close(),
	};
	return { ...policy, evaluator };
}

/**
 * Looks at recorded inputs under mutants, one rule at a time: cheap, and no verdict. Where no rule says anything else of
 * any input of a session, its verdicts are the same.
 */
export class MutantFrames {
	readonly #instance: Instance;
	readonly #switchboard: Switchboard;
	readonly #entrypoints: readonly string[];

	/** `entrypoints`: each gives all sets of one rule. */
	constructor({ instance, switchboard }: MutantPolicy, entrypoints: readonly string[]) {
		this.#instance = instance;
		this.#switchboard = switchboard;
		this.#entrypoints = entrypoints;
	}

	/** What the rules say as they were written. */
	trace(asked: Pick<AskedFrame, 'seed' | 'input' | 'nowNs'>): AskedFrame {
		const sayings = this.#entrypoints.map((entrypoint): Saying => {
			this.#switchboard.trace();
			const text = this.#ask(asked, entrypoint, LOAD_FUEL);
			const fuel = LOAD_FUEL - this.#instance.fuel;
			return { entrypoint, text, fuel, definitions: this.#switchboard.traced };
		});
		this.#switchboard.off();
		return { ...asked, sayings: sayings.filter(({ definitions }) => definitions.size > 0) };
	}

	/** Whether a rule says something else of the frame under a mutant. */
	differs(mutant: Numbered, frame: AskedFrame): boolean {
		this.#switchboard.on(mutant);
		const differs = this.#sayingsOf(mutant, frame).some(
			({ entrypoint, text, fuel }) => this.#ask(frame, entrypoint, fuelOf(fuel)) !== text,
		);
		this.#switchboard.off();
		return differs;
	}

	/** Where the rules come by for a frame, under a mutant with probes and as they were written; undefined: nowhere near. */
	passages(mutant: Numbered, frame: AskedFrame): { readonly mutated: Passage; readonly written: Passage } | undefined {
		const sayings = this.#sayingsOf(mutant, frame);
		if (sayings.length === 0) return undefined;
		const [mutated, written] = [false, true].map((as) => {
			this.#switchboard.on(mutant, as);
			for (const { entrypoint, fuel } of sayings) this.#ask(frame, entrypoint, fuelOf(fuel));
			return this.#switchboard.passage;
		});
		this.#switchboard.off();
		return { mutated: mutated!, written: written! };
	}

	#sayingsOf(mutant: Numbered, frame: AskedFrame): readonly Saying[] {
		return frame.sayings.filter(({ definitions }) => definitions.has(mutant.definition));
	}

	#ask({ input, nowNs, seed }: Pick<AskedFrame, 'seed' | 'input' | 'nowNs'>, entrypoint: string, fuel: number): string {
		try {
			const value = this.#instance.evaluate(input, { nowNs, seed }, fuel, entrypoint);
			return value === undefined ? 'undefined' : print(value);
		} catch (error) {
			this.#instance.repair();
			return `! ${(error as Error).message}`;
		}
	}
}

function fuelOf(fuel: number): number {
	return Math.min(LOAD_FUEL, 20 * fuel + 2_000_000);
}
