import type { Numbered } from '../../../engine/policy/mutation/mutant.ts';
import type { Passage } from '../../../engine/policy/mutation/switchboard.ts';
import type { MutantTests, TracedTest } from '../../../engine/policy/mutation/unit-tests.ts';
import type { MutantFixtures } from './fixtures.ts';

/**
 * How near a test comes to noticing a mutant: it evaluates the rule, it comes to the changed place, what stands there
 * gives something else in it.
 */
export type Nearness = 'evaluated' | 'reached' | 'differed';

/** The test or frame that comes nearest to noticing a mutant. */
export interface Nearest {
	/** `<package>.<name>` of a unit test, or `<suite> case <n> <session> seq <n>`. */
	readonly name: string;
	readonly nearness: Nearness;
}

const RANK: readonly Nearness[] = ['evaluated', 'reached', 'differed'];

/** Tests that are looked at for each mutant: those that are tried first. */
const LOOKED_AT = 30;

/** The nearest of `tests` and of the fixtures' frames, the first of those that are alike; undefined: none evaluates the rule. */
export function nearest(
	mutant: Numbered,
	tests: readonly TracedTest[],
	runner: MutantTests | undefined,
	fixtures: MutantFixtures,
): Nearest | undefined {
	let best: Nearest | undefined;
	const offer = (name: string, nearness: Nearness) => {
		if (best === undefined || RANK.indexOf(nearness) > RANK.indexOf(best.nearness)) best = { name, nearness };
	};
	for (const traced of tests.slice(0, LOOKED_AT)) {
		if (runner === undefined || best?.nearness === 'differed') break;
		const { mutated, written } = runner.passages(mutant, traced);
		offer(`${traced.test.package}.${traced.test.name}`, nearnessOf(mutated, written));
	}
	if (best?.nearness === 'differed') return best;
	for (const { name, differs, mutated, written } of fixtures.passages(mutant)) {
		offer(name, differs ? 'differed' : nearnessOf(mutated, written));
		if (differs) break;
	}
	return best;
}

function nearnessOf(mutated: Passage, written: Passage): Nearness {
	if (mutated.passed !== written.passed || mutated.reached !== written.reached) return 'differed';
	return mutated.reached > 0 ? 'reached' : 'evaluated';
}
