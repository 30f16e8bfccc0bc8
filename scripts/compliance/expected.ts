import { readFile, writeFile } from 'node:fs/promises';
import { type CaseResult, summary } from './outcome.ts';
import { tally } from './tally.ts';

/** What is checked in: every case passes but those that are listed, with what became of them. */
export interface Expected {
	/** Version of OPA whose cases these are. */
	readonly opa: string;
	readonly cases: number;
	readonly passed: number;
	/** By family, by case: what became of it. */
	readonly open: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A run against what was expected. */
export interface Comparison {
	/** Passed when the list was made, and do not now (or are new and do not pass). */
	readonly broken: readonly CaseResult[];
	/** On the list, and pass. */
	readonly mended: readonly CaseResult[];
	/** On the list, and not among the cases any more. */
	readonly gone: readonly string[];
}

/** Throws when the file is not there or is no list. */
export async function readExpected(path: string): Promise<Expected> {
	return JSON.parse(await readFile(path, 'utf8')) as Expected;
}

/** Writes the list as the results have it. */
export async function writeExpected(path: string, opa: string, results: readonly CaseResult[]): Promise<void> {
	const open: Record<string, Record<string, string>> = {};
	for (const { family, id, outcome } of results) {
		if (outcome.kind === 'pass') continue;
		open[family] ??= {};
		open[family][id] = summary(outcome);
	}
	const { cases, pass } = tally('', results);
	const expected: Expected = { opa, cases, passed: pass, open };
	await writeFile(path, `${JSON.stringify(expected, null, '\t')}\n`);
}

/** Compares a run with the list; families that were not run are left alone. */
export function compareWith(expected: Expected, results: readonly CaseResult[]): Comparison {
	const listed = ({ family, id }: CaseResult): boolean => expected.open[family]?.[id] !== undefined;
	const run = Map.groupBy(results, ({ family }) => family);
	const gone = [...run].flatMap(([family, own]) => {
		const ids = new Set(own.map(({ id }) => id));
		return Object.keys(expected.open[family] ?? {})
			.filter((id) => !ids.has(id))
			.map((id) => `${family}: ${id}`);
	});
	return {
		broken: results.filter((result) => result.outcome.kind !== 'pass' && !listed(result)),
		mended: results.filter((result) => result.outcome.kind === 'pass' && listed(result)),
		gone,
	};
}
