import type { PolicyChanges } from '../../../engine/diff/accountable.ts';
import { EMPTY_DIFF } from '../../../engine/diff/tally.ts';
import type { Report } from '../../output/report.ts';
import { diffData } from '../diff-data.ts';
import type { AcceptedLines, FailOn } from '../diff-report.ts';
import { describeLines } from './describe-lines.ts';
import { Ruling } from './ruling.ts';

/** What `diff --prune` did where no sessions are named, so that nothing was judged. */
export function pruneReport(
	policies: { readonly from: string; readonly to: string; readonly changes: PolicyChanges },
	failOn: FailOn,
	{ weighing, file }: AcceptedLines,
): Report {
	const ruling = new Ruling(weighing, EMPTY_DIFF, []);
	const { length } = weighing.spent;
	const what = length === 0 ? 'no line is spent' : `${length} spent line${length === 1 ? '' : 's'} removed`;
	return {
		command: 'diff',
		exit: weighing.broken ? 1 : 0,
		groups: describeLines(ruling, file ?? '', true, false),
		summary: file === undefined ? 'there is no policy-changes.yaml here' : `${file}: ${what}; nothing was judged`,
		data: diffData({ ...policies, tally: EMPTY_DIFF }, [], [], failOn, ruling, []),
	};
}
