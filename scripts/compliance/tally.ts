import type { CaseResult, Outcome } from './outcome.ts';

/** How the cases of a family, or of all, went. */
export interface Tally {
	readonly name: string;
	readonly cases: number;
	readonly pass: number;
	readonly fail: number;
	readonly gap: number;
	readonly notCompiled: number;
	/** Missing built-in functions, each with the number of cases that lack it; most first. */
	readonly missing: ReadonlyMap<string, number>;
}

/** One tally a family, in the order of the results. */
export function tallies(results: readonly CaseResult[]): Tally[] {
	return [...Map.groupBy(results, ({ family }) => family)].map(([name, own]) => tally(name, own));
}

/** All of them as one. */
export function tally(name: string, results: readonly CaseResult[]): Tally {
	const count = (kind: Outcome['kind']): number => results.filter(({ outcome }) => outcome.kind === kind).length;
	const missing = new Map<string, number>();
	for (const { outcome } of results) {
		if (outcome.kind !== 'gap') continue;
		for (const builtin of outcome.missing) missing.set(builtin, (missing.get(builtin) ?? 0) + 1);
	}
	return {
		name,
		cases: results.length,
		pass: count('pass'),
		fail: count('fail'),
		gap: count('gap'),
		notCompiled: count('not compiled'),
		missing: new Map([...missing].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))),
	};
}
