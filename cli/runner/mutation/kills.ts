import type { Numbered } from '../../../engine/policy/mutation/mutant.ts';
import { type MutantTests, type TracedTest, testsFor } from '../../../engine/policy/mutation/unit-tests.ts';

/** The mutants of one package: what a thread works on in one go. */
export interface PackageMutants {
	/** Dotted, without `data`. */
	readonly package: string;
	readonly mutants: readonly Numbered[];
}

/** A unit test that a mutant fails. */
export interface Kill {
	/** Of the mutant. */
	readonly id: string;
	readonly killedBy: 'test' | 'failure';
	/** `<package>.<name>` */
	readonly killer: string;
	/** Why the evaluation ended, of a `failure`. */
	readonly message?: string;
}

/**
 * Which mutants of a package a unit test notices: the first test that fails is enough. What killed one mutant is likely to
 * kill the next, so it is asked first: the tests that killed others of the same definition, the latest in front, then
 * those that killed others of the package. That makes the killer a matter of order, and it is why a package is never
 * shared between threads: one order, whatever their number.
 */
export function killsOf(
	{ package: name, mutants }: PackageMutants,
	traced: readonly TracedTest[],
	runner: MutantTests,
): readonly Kill[] {
	const kills: Kill[] = [];
	const before = new Map<number, readonly TracedTest[]>();
	const latest = new Map<number, readonly TracedTest[]>();
	let ofPackage: readonly TracedTest[] = [];
	for (const mutant of mutants) {
		const { definition } = mutant;
		const fit = before.get(definition) ?? testsFor(definition, name, traced);
		before.set(definition, fit);
		const ofDefinition = latest.get(definition) ?? [];
		const known = ofPackage.filter(({ definitions }) => definitions.has(definition));
		for (const test of new Set([...ofDefinition, ...known, ...fit])) {
			const outcome = runner.under(mutant, test);
			if (outcome === 'passed') continue;
			const killer = `${test.test.package}.${test.test.name}`;
			if (outcome === 'not true') kills.push({ id: mutant.id, killedBy: 'test', killer });
			else kills.push({ id: mutant.id, killedBy: 'failure', killer, message: outcome.failed });
			latest.set(definition, [test, ...ofDefinition.filter((other) => other !== test)]);
			ofPackage = [test, ...ofPackage.filter((other) => other !== test)];
			break;
		}
	}
	return kills;
}
