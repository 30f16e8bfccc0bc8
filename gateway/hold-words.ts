import type { HoldDemand } from '../engine/policy/judgement.ts';
import { RPC } from './answers.ts';
import type { Approval } from './approvals/types.ts';

/** What a client is told of a request that was held and does not go on. */
export interface HoldWords {
	readonly code: string;
	/** JSON-RPC error code. */
	readonly rpc: number;
	readonly text: string;
}

/** Who decided, as the record spells it: an event's detail is plain JSON. */
export function votesOf({ votes }: Approval): object[] {
	return votes.map((vote) => ({ ...vote, at: new Date(Number(vote.at / 1_000_000n)).toISOString() }));
}

/** In the words of the rules that held it; `end`: what its wait ended with. */
export function wordsOf(
	end: 'denied' | 'expired' | 'patience' | 'shutdown',
	approval: Approval,
	demands: readonly HoldDemand[],
): HoldWords {
	const why = demands.map((demand) => `${demand.message} (rule ${demand.rule})`).join('; ');
	switch (end) {
		case 'denied': {
			const last = approval.votes.find((vote) => vote.vote === 'deny');
			return {
				code: 'ERR_APPROVAL_DENIED',
				rpc: RPC.refusedByHuman,
				text: `A human denied this request (ticket ${approval.id})${last?.reason ? `: ${last.reason}` : ''}. Nothing was executed. Do not repeat it.`,
			};
		}
		case 'expired':
			return {
				code: 'ERR_APPROVAL_EXPIRED',
				rpc: RPC.expired,
				text: `Nobody approved this request in time (ticket ${approval.id}): ${why}. Nothing was executed. Repeat it to ask again.`,
			};
		default:
			return {
				code: 'ERR_APPROVAL_PENDING',
				rpc: RPC.held,
				text: `Held for approval, ticket ${approval.id}: ${why}. Nothing was executed. Repeat the identical call after it was approved.`,
			};
	}
}
