import type { Place } from '../../engine/policy/types.ts';
import type { ExitCode } from '../shell.ts';

/** What a command found, apart from how it is shown. No text in it holds a value that was masked. */
export interface Report {
	readonly command: 'check' | 'test' | 'replay' | 'diff';
	readonly exit: ExitCode;
	/** The finding in one sentence, before everything else; only where there is a lot to read. */
	readonly headline?: string;
	/** What there is in figures, before the groups. */
	readonly tables?: readonly Table[];
	readonly groups: readonly Group[];
	/** Something to copy, to be shown as it is: no wrapping, no indent. */
	readonly appendix?: { readonly title: string; readonly language: string; readonly text: string };
	/** One line, no full stop: `25 rules, 2 warnings`. */
	readonly summary: string;
	/** The members of the JSON form beside `version` and `command`; public API. A long list may be a `Listed`. */
	readonly data: Readonly<Record<string, unknown>>;
}

/** Figures in columns; the last column is the longest. */
export interface Table {
	readonly head: readonly string[];
	readonly rows: readonly TableRow[];
}

export interface TableRow {
	readonly cells: readonly string[];
	/** Title of the group that says more of it. */
	readonly group?: string;
}

/** Items that belong together: a file, a session, a rule. */
export interface Group {
	readonly title: string;
	readonly items: readonly Item[];
	/** Text shows only the number of items that are fine. */
	readonly brief?: boolean;
}

export type Status = 'ok' | 'note' | 'warning' | 'failure' | 'skipped';

export interface Item {
	readonly name: string;
	readonly status: Status;
	/** Rule id or diagnostic code, for formats that group by it. */
	readonly rule?: string;
	readonly message?: string;
	readonly help?: string;
	readonly place?: Place;
	/** Further lines, in the order they should be read. */
	readonly detail?: readonly string[];
}

/** How wide and how colourful. */
export interface Look {
	readonly width: number;
	readonly color: boolean;
}

/** One way to show a report; the text ends with a line feed. */
export type Reporter = (report: Report, look: Look) => string;

/** Counts items by status. */
export function tally(report: Report): Readonly<Record<Status, number>> {
	const counts = { ok: 0, note: 0, warning: 0, failure: 0, skipped: 0 };
	for (const group of report.groups) for (const item of group.items) counts[item.status]++;
	return counts;
}

/** `a.rego:3:7` */
export function spellPlace(place: Place): string {
	return `${place.file}:${place.row}:${place.col}`;
}
