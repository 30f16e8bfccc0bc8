import type { CandidateTally } from '../../engine/diff/candidate-tally.ts';
import type { CandidateTask } from '../../gateway/judging/task.ts';
import type { Report } from '../output/report.ts';
import type { Shell } from '../shell.ts';
import type { DiffRequest } from './diff.ts';
import { diffReport } from './diff-report.ts';
import { judgeAtGateway } from './judge-at-gateway.ts';
import { judgeSessions } from './judge-sessions.ts';

/**
 * What the candidate said of recorded frames, beside what was enforced, reported as a diff: from the policy in force to
 * the candidate. Both are read, nothing is judged, and no policy is needed.
 */
export async function diffCandidate(request: DiffRequest, shell: Shell): Promise<Report> {
	const limit = request.limit ?? 3;
	const { tally } =
		request.gateway === undefined
			? await judgeSessions<CandidateTask>(
					request,
					({ sessions, frames }) => ({ kind: 'candidate', sessions, frames, examples: limit }),
					shell,
				)
			: await judgeAtGateway<CandidateTask>('candidate', {}, { ...request, limit }, shell);
	const { live, candidates } = tally;
	const report = diffReport({ from: one(live), to: one(candidates), changes: UNKNOWN, tally }, request.failOn);
	return {
		...report,
		groups: [...report.groups, ...severalGroup(tally)],
		data: { ...report.data, revisions: { from: live, to: candidates } },
	};
}

/** A recording has what two policies said, not what they are made of. */
const UNKNOWN = { changed: [], from: () => '', to: () => '', accountable: () => [] };

function one(revisions: readonly string[]): string {
	return revisions.length === 1 ? revisions[0]! : '';
}

/** Frames of several candidates stand in one table: whoever reads it has to know. */
function severalGroup({ live, candidates }: CandidateTally): Report['groups'] {
	if (candidates.length <= 1) return [];
	const short = (revisions: readonly string[]) => revisions.map((revision) => revision.slice(0, 12)).join(', ');
	const message = `${candidates.length} candidates judged beside ${live.length} live revisions: what they say stands together here`;
	return [
		{
			title: 'several candidates',
			items: [
				{
					name: short(candidates),
					status: 'note',
					message,
					help: '--since and --until narrow it down to sessions of one',
				},
			],
		},
	];
}
