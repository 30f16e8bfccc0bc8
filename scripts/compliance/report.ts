import type { CaseResult } from './outcome.ts';
import { type Tally, tallies, tally } from './tally.ts';

/** Longest value that is shown of a difference. */
const SHOWN = 600;

/** The table of all families, with the total and the largest gaps. */
export function table(results: readonly CaseResult[]): string {
	const rows = [...tallies(results), tally('total', results)];
	const head = ['family', 'cases', 'pass', 'fail', 'gap', 'not compiled', 'missing'];
	const cells = rows.map((row) => [...columns(row), row.name === 'total' ? '' : gaps(row, 4)]);
	const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]!.length)));
	const line = (row: readonly string[]): string =>
		row
			.map((text, i) => (i === 0 || i === row.length - 1 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!)))
			.join('  ')
			.trimEnd();
	return [line(head), ...cells.map(line)].join('\n');
}

/** The missing built-in functions that cost most cases. */
export function largestGaps(results: readonly CaseResult[], count: number): string[] {
	return [...tally('', results).missing]
		.slice(0, count)
		.map(([builtin, cases]) => `${String(cases).padStart(5)}  ${builtin}`);
}

/** The first differences, so many a family: what was asked, wanted and got. */
export function differences(results: readonly CaseResult[], each: number): string[] {
	const shown: string[] = [];
	for (const own of Map.groupBy(results, ({ family }) => family).values()) {
		const failed = own.filter(({ outcome }) => outcome.kind === 'fail' || outcome.kind === 'not compiled');
		shown.push(...failed.slice(0, each).map(difference));
		if (failed.length > each) shown.push(`  … and ${failed.length - each} more of ${failed[0]!.family}`);
	}
	return shown;
}

function difference({ file, id, query, input, outcome }: CaseResult): string {
	if (outcome.kind !== 'fail') return `${id} (${file})\n  ${outcome.kind === 'not compiled' ? outcome.why : ''}`;
	const lines = [`query ${query.trim()}`, ...(input === undefined ? [] : [`input ${input}`])];
	lines.push(`why   ${outcome.why}`, `want  ${outcome.want}`, `got   ${outcome.got}`);
	return [`${id} (${file})`, ...lines.map((line) => `  ${cut(line)}`)].join('\n');
}

/** Cases, pass, fail, gap, not compiled; an empty cell for none. */
export function columns({ name, cases, pass, fail, gap, notCompiled }: Tally): string[] {
	return [name, ...[cases, pass].map(String), ...[fail, gap, notCompiled].map((n) => (n === 0 ? '' : String(n)))];
}

/** Missing built-in functions by name, at most so many. */
export function gaps({ missing }: Tally, most: number): string {
	const names = [...missing.keys()];
	const more = names.length > most ? ` and ${names.length - most} more` : '';
	return names.slice(0, most).join(', ') + more;
}

function cut(text: string): string {
	return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
