import { Instance } from '../instance.ts';
import { DEFAULT_LIMITS, LOAD_FUEL } from '../limits.ts';
import type { RegoTest } from '../rego-tests.ts';
import { entrypointOf, isTrue } from '../rego-tests-module.ts';
import type { Numbered } from './mutant.ts';
import { type Passage, Switchboard } from './switchboard.ts';

/** A unit test as it went on the policy as it was written. */
export interface TracedTest {
	readonly test: Pick<RegoTest, 'package' | 'name' | 'file' | 'row' | 'col'>;
	readonly passed: boolean;
	/** Units that it took. */
	readonly fuel: number;
	/** Definitions that it evaluates. */
	readonly definitions: ReadonlySet<number>;
}

/** How a test ends under a mutant; `failed`: why the evaluation itself ended. */
export type TestOutcome = 'passed' | 'not true' | { readonly failed: string };

/** What a test may take under a mutant, in terms of what it takes without: more means that it does not end. */
const PATIENCE = 20;
const LEAST_FUEL = 2_000_000;

/** The unit tests of a policy, in a module that also has its mutants. Every instance gives the same outcomes. */
export class MutantTests {
	readonly #instance: Instance;
	readonly #switchboard = new Switchboard();
	readonly #nowNs: bigint;

	/** @throws EvaluationFailure when the module does not load with this data */
	constructor(module: WebAssembly.Module, data: Readonly<Record<string, unknown>>, entrypoint: string, nowNs: bigint) {
		const text = Buffer.from(JSON.stringify(data), 'utf8');
		this.#instance = new Instance(module, text, entrypoint, DEFAULT_LIMITS.memory, {
			own: this.#switchboard.builtins,
			switches: this.#switchboard.switches,
		});
		this.#nowNs = nowNs;
	}

	/** Runs a test on the policy as it was written. */
	trace(test: TracedTest['test']): TracedTest {
		this.#switchboard.trace();
		const passed = this.#run(test, LOAD_FUEL) === 'passed';
		return { test, passed, fuel: LOAD_FUEL - this.#instance.fuel, definitions: this.#switchboard.traced };
	}

	/** Runs a test under a mutant. */
	under(mutant: Numbered, traced: TracedTest): TestOutcome {
		this.#switchboard.on(mutant);
		return this.#run(traced.test, fuelOf(traced));
	}

	/** Where a test comes by, under a mutant with probes and as it was written. */
	passages(mutant: Numbered, traced: TracedTest): { readonly mutated: Passage; readonly written: Passage } {
		this.#switchboard.on(mutant);
		this.#run(traced.test, fuelOf(traced));
		const mutated = this.#switchboard.passage;
		this.#switchboard.on(mutant, true);
		this.#run(traced.test, fuelOf(traced));
		return { mutated, written: this.#switchboard.passage };
	}

	#run(test: TracedTest['test'], fuel: number): TestOutcome {
		const facts = { nowNs: this.#nowNs, seed: `${test.package}.${test.name}` };
		try {
			const value = this.#instance.evaluate(undefined, facts, fuel, entrypointOf(test));
			if (this.#instance.fuel < 0) throw new Error(OUT_OF_FUEL);
			return value !== undefined && isTrue(value) ? 'passed' : 'not true';
		} catch (error) {
			const failed = this.#instance.fuel < 0 ? OUT_OF_FUEL : (error as Error).message;
			this.#instance.repair();
			return { failed };
		}
	}
}

const OUT_OF_FUEL = 'it does not end';

function fuelOf({ fuel }: TracedTest): number {
	return Math.min(LOAD_FUEL, PATIENCE * fuel + LEAST_FUEL);
}

/**
 * The tests that evaluate a definition, in the order in which they are tried: those of its own package first, then those
 * that look at little else. The order is that of `traced` where both are alike.
 */
export function testsFor(
	definition: number,
	packageName: string,
	traced: readonly TracedTest[],
): readonly TracedTest[] {
	const own = ({ test }: TracedTest) =>
		test.package === `${packageName}_test` || test.package === packageName ? 0 : 1;
	return traced
		.filter(({ definitions }) => definitions.has(definition))
		.sort((a, b) => own(a) - own(b) || a.definitions.size - b.definitions.size);
}
