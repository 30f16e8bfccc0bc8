import { hash } from 'node:crypto';
import type { HoldDemand } from '../../engine/policy/judgement.ts';
import { entitled } from './quorum.ts';
import type { Approval, HeldCall } from './types.ts';

/** SHA-256 (hex) of everything that makes a call the same call. Whom it is made for counts: a grant is not passed on. */
export function callDigest({ principal, server, method, tool, definitionHash, paramsDigest }: HeldCall): string {
	const { issuer, id, human, on_behalf_of } = principal;
	const parts = [issuer, id, human, on_behalf_of, server, method, tool, definitionHash, paramsDigest];
	return hash('sha256', JSON.stringify(parts.map((part) => part ?? null)));
}

/** Whether two holds ask for the same, in whatever order. */
export function sameDemands(a: readonly HoldDemand[], b: readonly HoldDemand[]): boolean {
	const spell = (demands: readonly HoldDemand[]) => JSON.stringify(demands.map(spelled).sort());
	return spell(a) === spell(b);
}

/**
 * Whether what was approved answers what is asked now: each demand is one that was shown (rule and message), and
 * the votes that were cast satisfy it. A demand nobody has seen is not covered.
 */
export function covers(approval: Approval, demands: readonly HoldDemand[]): boolean {
	return demands.every((demand) => {
		const shown = approval.demands.some(({ rule, message }) => rule === demand.rule && message === demand.message);
		const approvals = approval.votes.filter(({ vote }) => vote === 'approve');
		return shown && approvals.filter((vote) => entitled(demand, vote)).length >= demand.quorum;
	});
}

function spelled({ rule, message, approvers, quorum }: HoldDemand): string {
	return JSON.stringify([rule, message, [...approvers].sort(), quorum]);
}
