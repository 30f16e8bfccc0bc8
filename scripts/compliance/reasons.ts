import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseResult } from './outcome.ts';

/** Why what does not pass stays so; written by hand in `reasons.json`. */
export interface Reasons {
	/** Built-in functions that the engine will not have. */
	readonly builtins: Readonly<Record<string, string>>;
	/** By family, by case. */
	readonly cases: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export function readReasons(path: string = join(import.meta.dirname, 'reasons.json')): Reasons {
	return JSON.parse(readFileSync(path, 'utf8')) as Reasons;
}

/** Why a case stays as it is, or undefined when it is only not done yet. */
export function reasonOf({ family, id, outcome }: CaseResult, reasons: Reasons): string | undefined {
	const own = reasons.cases[family]?.[id];
	if (own !== undefined || outcome.kind !== 'gap') return own;
	const refused = outcome.missing.find((builtin) => reasons.builtins[builtin] !== undefined);
	return refused && `\`${refused}\`: ${reasons.builtins[refused]}`;
}

/** Reasons for cases that pass, as `family: case`: they can go. */
export function staleReasons(results: readonly CaseResult[], reasons: Reasons): string[] {
	return results
		.filter(({ family, id, outcome }) => outcome.kind === 'pass' && reasons.cases[family]?.[id] !== undefined)
		.map(({ family, id }) => `${family}: ${id}`);
}
