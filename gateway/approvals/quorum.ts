import type { HoldDemand } from '../../engine/policy/judgement.ts';
import type { Vote } from './types.ts';

/** Whether this vote counts for `demand`: `user:` names the voter or the human, `group:` one of the groups. */
export function entitled(demand: HoldDemand, voter: Pick<Vote, 'by' | 'human' | 'groups'>): boolean {
	if (demand.approvers.length === 0) return true;
	return demand.approvers.some((approver) => {
		if (approver.startsWith('group:')) return voter.groups.includes(approver.slice(6));
		return approver === `user:${voter.by}` || approver === `user:${voter.human}`;
	});
}

/** Demands that still lack votes, and how many. Each is satisfied on its own; one human may count for several. */
export function outstanding(
	demands: readonly HoldDemand[],
	votes: readonly Vote[],
): { readonly demand: HoldDemand; readonly missing: number }[] {
	// Votes of one approval are of distinct humans: `castVote` sees to that.
	const approvals = votes.filter(({ vote }) => vote === 'approve');
	return demands
		.map((demand) => ({
			demand,
			missing: demand.quorum - approvals.filter((vote) => entitled(demand, vote)).length,
		}))
		.filter(({ missing }) => missing > 0);
}
