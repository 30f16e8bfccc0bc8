import type { FiredSet } from '../../../engine/policy/coverage/fired.ts';
import type { FileCoverage, LineTotals } from '../../../engine/policy/coverage/lines.ts';

/** What was executed of a policy folder. */
export interface PolicyCoverage {
	/** The folder, as the user would say it. */
	readonly policy: string;
	readonly frames: number;
	readonly tests: number;
	/** By fixtures and unit tests together: what counts. */
	readonly lines: LineTotals;
	readonly byFixtures: LineTotals;
	readonly expressions: { readonly total: number; readonly held: number };
	readonly files: readonly CoveredFile[];
	/** Rules × sets, as they fired in fixtures. */
	readonly sets: readonly FiredSet[];
}

export interface CoveredFile extends FileCoverage {
	/** As the user would say it. */
	readonly path: string;
	readonly text: string;
	readonly totals: LineTotals;
	/** Rows that only unit tests cover. */
	readonly byTestsOnly: readonly number[];
}
