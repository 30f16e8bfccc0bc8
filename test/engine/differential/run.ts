import fc from 'fast-check';
import type { Compiler } from '../../../engine/policy/compiler.ts';
import { sameAnswer, told } from './answer.ts';
import { builtins, type Case, type CaseResult, runBatch } from './batch.ts';
import { document } from './generate/documents.ts';
import { programs } from './generate/program.ts';
import { signatures } from './generate/signatures.ts';
import { type Difference, type Known, knownAs } from './known.ts';
import { shrink } from './shrink.ts';

/** Programs in one module: more share the time of compiling, until the module itself is what takes long. */
const BATCH = 30;
/** Longest list of inputs of one program. */
const INPUTS = 20;
/** Time to make a difference small, ms. */
const SHRINKING = 30_000;

/** What a run has seen. */
export interface Run {
	readonly seed: number;
	/** Programs that were generated, and how many of them compiled. */
	readonly programs: number;
	readonly compiled: number;
	readonly pairs: number;
	/** Pairs whose answer is a conflict, and those where no rule was defined. */
	readonly conflicts: number;
	readonly empty: number;
	/** Differences on the list, by name. */
	readonly known: ReadonlyMap<string, number>;
	/** Differences that are not on the list, one of each program, as they were found. */
	readonly differences: readonly (Difference & { readonly index: number })[];
	/** Why programs did not compile. */
	readonly refusals: readonly string[];
}

/** How long to run. */
export interface Limits {
	/** Programs. */
	readonly programs: number;
	/** Told after each batch. */
	readonly progress?: (done: number) => void;
}

/** Random programs and inputs in both engines. The same seed gives the same programs, as long as the generator is the same. */
export class Differential {
	readonly #compiler: Compiler;
	readonly #known: readonly Known[];
	readonly #cases: fc.Arbitrary<Case>;

	private constructor(compiler: Compiler, known: readonly Known[], cases: fc.Arbitrary<Case>) {
		this.#compiler = compiler;
		this.#known = known;
		this.#cases = cases;
	}

	static async open(compiler: Compiler, known: readonly Known[]): Promise<Differential> {
		const available = signatures(await compiler.request('capabilities', { builtins }));
		const inputs = fc.array(document, { minLength: 1, maxLength: INPUTS, size: 'max' });
		return new Differential(compiler, known, fc.record({ program: programs(available), inputs }));
	}

	async run(seed: number, { programs: count, progress }: Limits): Promise<Run> {
		const tally = { compiled: 0, pairs: 0, conflicts: 0, empty: 0 };
		const known = new Map<string, number>();
		const differences: (Difference & { index: number })[] = [];
		const refusals: string[] = [];
		const cases = fc.sample(this.#cases, { seed, numRuns: count });
		for (let from = 0; from < count; from += BATCH) {
			const batch = cases.slice(from, from + BATCH);
			const results = await runBatch(this.#compiler, batch, BASE);
			for (const [i, result] of results.entries()) {
				if ('problem' in result) {
					refusals.push(`${result.problem.code}: ${result.problem.message}`);
					continue;
				}
				tally.compiled++;
				tally.pairs += result.pairs.length;
				tally.conflicts += result.pairs.filter(({ theirs }) => theirs.kind === 'conflict').length;
				tally.empty += result.pairs.filter(({ theirs }) => theirs.kind === 'value' && theirs.text === '[{}]').length;
				let fresh: Difference | undefined;
				for (const difference of differencesOf(batch[i]!, result)) {
					const entry = knownAs(difference, this.#known);
					if (entry === undefined) fresh ??= difference;
					else known.set(entry.name, (known.get(entry.name) ?? 0) + 1);
				}
				if (fresh !== undefined) differences.push({ ...fresh, index: from + i });
			}
			progress?.(Math.min(count, from + BATCH));
		}
		return { seed, programs: count, ...tally, known, differences, refusals };
	}

	/** The difference with the smallest program and input that we find in about half a minute. */
	shrink(difference: Difference): Promise<Difference> {
		return shrink(this.#compiler, this.#known, BASE, difference, SHRINKING);
	}
}

/** `data.base`: as an input that has all that it promises. */
export const BASE = {
	s: 'a',
	t: 'é',
	n: 2,
	m: 1.5,
	list: ['a', 1, null, 'b'],
	rows: [{ s: 'a', n: 1 }, { s: 'b' }],
	obj: { a: 'b', s: 'a', n: 3 },
	map: { a: { b: [1] }, é: 'x' },
	flag: true,
	'0': ['zero'],
};

function differencesOf({ program, inputs }: Case, result: CaseResult): Difference[] {
	if ('problem' in result) return [];
	return result.pairs.flatMap((pair, i) =>
		sameAnswer(pair.ours, pair.theirs) ? [] : [{ ...pair, program: program('p'), input: inputs[i]! }],
	);
}

/** A difference for people. */
export function described({ program, input, ours, theirs }: Difference): string {
	return [
		program.trim(),
		`input: ${JSON.stringify(input)}`,
		`data.base: ${JSON.stringify(BASE)}`,
		`this engine: ${told(ours)}`,
		`interpreter: ${told(theirs)}`,
	].join('\n');
}
