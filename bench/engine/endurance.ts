import { setImmediate } from 'node:timers/promises';
import { agree } from './agree.ts';
import { evaluator } from './ours.ts';
import type { BenchPolicy } from './policies.ts';
import { variedInputs } from './varied.ts';

/** What was held at a point of a long run. */
export interface Sample<T> {
	readonly evaluations: number;
	readonly held: T;
}

/** Parts of the run after which is looked. */
const POINTS = [0.1, 0.5, 1];

/**
 * Evaluates `total` inputs, none like another, on one evaluator. `look` is called at a tenth, at half and at the end,
 * where an evaluator that has hardly been used must decide the same.
 */
export async function endure<T>(
	{ policy, data }: BenchPolicy,
	total: number,
	look: () => T,
	progress: (done: number) => void = () => {},
): Promise<Sample<T>[]> {
	const { wasm } = policy.compiled;
	const [worn, rested, inputs] = [evaluator(wasm, data), evaluator(wasm, data), variedInputs()];
	const samples: Sample<T>[] = [];
	let done = 0;
	for (const point of POINTS) {
		while (done < Math.round(total * point)) {
			worn(inputs.at(done));
			done++;
			if (done % 20_000 === 0) {
				progress(done);
				await setImmediate();
			}
		}
		for (let i = 0; i < inputs.kinds; i++) {
			const input = inputs.at(done + i);
			agree('an evaluator that has decided much', worn(input), rested(input));
		}
		samples.push({ evaluations: done, held: look() });
	}
	return samples;
}
