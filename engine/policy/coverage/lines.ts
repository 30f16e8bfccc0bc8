import { ignoredRows } from './ignored.ts';
import type { ProbedBody, Span } from './probed-body.ts';
import { type Circumstances, type Reason, whyNot } from './reasons.ts';

/**
 * `covered`: something that starts on the line was true at least once; `partial`: reached, never true; `missed`: never
 * reached; `ignored`: excluded by a comment; `unmeasured`: reached, and no probe tells more.
 */
export type LineStatus = 'covered' | 'partial' | 'missed' | 'ignored' | 'unmeasured';

/** A line of Rego on which something is evaluated. */
export interface LineCoverage {
	readonly row: number;
	readonly status: LineStatus;
	/** How often what starts on it was true, of its parts the most. */
	readonly hits: number;
	/** Of a line that is not covered. */
	readonly reason?: Reason;
	/** Columns of parts that were never true, on a line that counts as covered. */
	readonly never?: readonly number[];
}

export interface FileCoverage {
	/** Relative to the policy folder. */
	readonly file: string;
	/** By row; rows on which nothing is evaluated are left out. */
	readonly lines: readonly LineCoverage[];
	/** Heads and expressions, and how many of them were true at least once. */
	readonly expressions: { readonly total: number; readonly held: number };
	/** Comments that exclude a line and need not (it is covered) or do not (no reason is given), by row. */
	readonly idle: readonly { readonly row: number; readonly why: 'covered' | 'no reason' }[];
}

/** A head or an expression. */
interface Part extends Span {
	readonly reached: number;
	readonly held: number;
	readonly measured: boolean;
	/** Not within a part that starts on the same line: `not x` is not covered because `x` was true. */
	readonly outer: boolean;
	readonly why: () => Reason;
}

/** What was executed of a file with the text `text`. */
export function coverFile(file: string, text: string, about: Circumstances): FileCoverage {
	const parts = about.bodies.filter((body) => body.file === file).flatMap((body) => partsOf(body, about));
	const rows = new Map<number, Part[]>();
	for (const part of parts) rows.set(part.row, [...(rows.get(part.row) ?? []), part]);
	const ignored = ignoredRows(text);
	const lines = [...rows].sort(([a], [b]) => a - b).map(([row, on]) => lineOf(row, on, ignored.get(row)?.reason));
	const idle = [...ignored].flatMap(([row, { reason }]): FileCoverage['idle'] => {
		if (reason === undefined) return [{ row, why: 'no reason' }];
		return lines.some((line) => line.row === row && line.status === 'covered') ? [{ row, why: 'covered' }] : [];
	});
	const held = parts.filter((part) => part.held > 0).length;
	return { file, lines, expressions: { total: parts.length, held }, idle };
}

function partsOf(body: ProbedBody, about: Circumstances): Part[] {
	const { counts } = about;
	const measured = body.reordered !== true;
	const held = (i: number) => (measured ? counts.at(body, i) : 0);
	const reached = (i: number) => counts.at(body, measured ? i : 0);
	const parts = body.expressions.map((expression, i): Part => {
		const outer = !isWithin(body, expression.row, about);
		return {
			...expression,
			measured,
			outer,
			reached: reached(i),
			held: held(i + 1),
			why: () => whyNot(body, i, about),
		};
	});
	if (body.parent !== undefined) return parts;
	const end = body.expressions.length;
	const head = {
		...body.at,
		measured,
		outer: true,
		reached: reached(0),
		held: measured ? counts.fired(body) : 0,
		why: () => whyNot(body, end, about),
	};
	return [head, ...parts];
}

/** Whether what a body is in starts on that row. */
function isWithin({ parent }: ProbedBody, row: number, about: Circumstances): boolean {
	if (parent === undefined) return false;
	const [around, i] = parent;
	const body = about.bodies[around]!;
	const part = body.expressions[i] ?? (body.parent === undefined ? body.at : undefined);
	return part?.row === row || isWithin(body, row, about);
}

function lineOf(row: number, all: readonly Part[], ignored: string | undefined): LineCoverage {
	const parts = all.filter(({ outer }) => outer);
	const hits = Math.max(...parts.map(({ held }) => held));
	const never = all.filter(({ held, measured }) => held === 0 && measured).map(({ col }) => col);
	if (hits > 0) return { row, status: 'covered', hits, ...(never.length === 0 ? {} : { never }) };
	if (ignored !== undefined) return { row, status: 'ignored', hits, reason: { code: 'ignored', text: ignored } };
	// what was reached says more than what was not
	const telling = parts.find(({ reached }) => reached > 0) ?? parts[0]!;
	const reason = telling.why();
	if (telling.reached === 0) return { row, status: 'missed', hits, reason };
	return { row, status: telling.measured ? 'partial' : 'unmeasured', hits, reason };
}

export interface LineTotals {
	/** Lines that count: neither ignored nor unmeasured. */
	readonly total: number;
	readonly covered: number;
	readonly partial: number;
	readonly missed: number;
	readonly ignored: number;
	readonly unmeasured: number;
	/** Of 100, rounded down to a tenth, so that only all lines are 100. */
	readonly percent: number;
}

/** Counts the lines of files. */
export function totalsOf(files: readonly Pick<FileCoverage, 'lines'>[]): LineTotals {
	const n: Record<LineStatus, number> = { covered: 0, partial: 0, missed: 0, ignored: 0, unmeasured: 0 };
	for (const { lines } of files) for (const { status } of lines) n[status]++;
	const total = n.covered + n.partial + n.missed;
	return { total, ...n, percent: percentOf(n.covered, total) };
}

/** `part` of `whole` in percent, rounded down to a tenth; of nothing, 100. */
export function percentOf(part: number, whole: number): number {
	return whole === 0 ? 100 : Math.floor((1000 * part) / whole) / 10;
}
