import { deepStrictEqual } from 'node:assert/strict';

/** A decision as the generated `sluice.main` gives it. */
interface Decision {
	readonly reasons: readonly { readonly rule: string }[];
	readonly labels: readonly { readonly rule: string }[];
}

/** Throws unless `decision` says the same as `expected`, in whatever order. */
export function agree(name: string, decision: unknown, expected: unknown): void {
	deepStrictEqual(sorted(decision), sorted(expected), `${name} does not decide as our evaluator does`);
}

/** The rules that have something to say, sorted. */
export function rulesOf(decision: unknown): string[] {
	const { reasons, labels } = decision as Decision;
	return [...reasons, ...labels].map(({ rule }) => rule).sort();
}

/** Sets come out in the order of hashes in one engine, sorted in another; members of objects in any. */
function sorted(decision: unknown): unknown {
	return JSON.parse(JSON.stringify(decision), (_, value: unknown) => {
		if (Array.isArray(value)) return value.map((item) => JSON.stringify(item)).sort();
		if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).sort());
		return value;
	});
}
