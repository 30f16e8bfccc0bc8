import type { Compiler } from '../../../engine/policy/compiler.ts';
import { sameAnswer } from './answer.ts';
import { type Case, runBatch } from './batch.ts';
import { type Difference, type Known, knownAs } from './known.ts';
import { smallerDocuments, smallerPrograms } from './reduce.ts';

/** Candidates that are compiled as one module. */
const AT_ONCE = 25;

/** The smallest program and input that we find with a difference which is not on the list, in at most `limitMs`. */
export async function shrink(
	compiler: Compiler,
	known: readonly Known[],
	base: unknown,
	found: Difference,
	limitMs: number,
): Promise<Difference> {
	const until = performance.now() + limitMs;
	let smallest = found;
	/** Takes the first candidate that still differs. */
	const step = async (candidates: readonly Candidate[]): Promise<boolean> => {
		for (let from = 0; from < candidates.length && performance.now() < until; from += AT_ONCE) {
			const some = candidates.slice(from, from + AT_ONCE);
			const results = await runBatch(compiler, some.map(asCase), base);
			for (const [i, result] of results.entries()) {
				const pair = 'pairs' in result ? result.pairs[0]! : undefined;
				if (pair === undefined || sameAnswer(pair.ours, pair.theirs)) continue;
				const difference = { ...some[i]!, ...pair };
				if (knownAs(difference, known) !== undefined) continue;
				smallest = difference;
				return true;
			}
		}
		return false;
	};
	while (
		(await step(smallerPrograms(smallest.program).map((program) => ({ program, input: smallest.input })))) ||
		(await step(
			smallerDocuments(smallest.input).map((input) => ({
				program: smallest.program,
				input: input as Candidate['input'],
			})),
		))
	);
	return smallest;
}

type Candidate = Pick<Difference, 'program' | 'input'>;

/** Programs of differences are printed with the package name `p`. */
function asCase({ program, input }: Candidate): Case {
	return { program: (name) => program.replaceAll('cases.p', `cases.${name}`), inputs: [input] };
}
