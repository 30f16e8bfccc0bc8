import { SluiceError } from '../../engine/error.ts';
import type { Principal } from '../../engine/session/types.ts';
import { samePerson } from '../identity/person.ts';
import type { Role } from '../identity/types.ts';
import { entitled, outstanding } from './quorum.ts';
import type { Approval, Vote } from './types.ts';

/**
 * The steps of an approval as pure functions: the approval as it is and the time in, the approval as it becomes
 * out. Whoever stores it swaps the one for the other, so of steps that race exactly one takes place.
 * `undefined`: the step does not apply (any more).
 */

/** The approval as it counts at `now`: one that has run out of time is expired, whether or not somebody wrote it down. */
export function asOf(approval: Approval, now: bigint): Approval {
	if (approval.state !== 'pending' || now < approval.expiresAt) return approval;
	return { ...approval, state: 'expired', decidedAt: approval.expiresAt };
}

export function expire(approval: Approval, now: bigint): Approval | undefined {
	if (approval.state !== 'pending') return undefined;
	const later = asOf(approval, now);
	return later.state === 'expired' ? later : undefined;
}

/** One call gives up waiting; the last one takes the question back. */
export function withdraw(
	approval: Approval,
	call: { readonly session: string; readonly seq: number },
	now: bigint,
): Approval | undefined {
	if (asOf(approval, now).state !== 'pending') return undefined;
	const calls = approval.calls.filter(({ session, seq }) => session !== call.session || seq !== call.seq);
	if (calls.length === approval.calls.length) return undefined;
	return calls.length > 0 ? { ...approval, calls } : { ...approval, calls, state: 'withdrawn', decidedAt: now };
}

/** How many waiting calls are kept by name; more of the same wait too, but do not take the question back. */
const MOST_CALLS = 100;

export function join(
	approval: Approval,
	call: { readonly session: string; readonly seq: number },
	now: bigint,
): Approval | undefined {
	if (asOf(approval, now).state !== 'pending' || approval.calls.length >= MOST_CALLS) return undefined;
	return { ...approval, calls: [...approval.calls, { session: call.session, seq: call.seq }] };
}

export function isUsable(approval: Approval, now: bigint): boolean {
	return approval.state === 'approved' && approval.grant !== undefined && now < approval.grant.expiresAt;
}

export function use(approval: Approval, now: bigint): Approval | undefined {
	if (!isUsable(approval, now)) return undefined;
	return { ...approval, state: 'used', grant: { ...approval.grant!, usedAt: now } };
}

/**
 * One human's word. A deny decides; an approve decides when nothing is outstanding any more.
 * `denyNs`: for how long a deny refuses the identical call unasked.
 *
 * Errors: those of `ApprovalBroker.vote`.
 */
export function castVote(
	approval: Approval,
	{ voter, role, vote, reason }: { voter: Principal; role: Role; vote: 'approve' | 'deny'; reason?: string },
	now: bigint,
	denyNs: number,
): Approval {
	const { id } = approval;
	const { state } = asOf(approval, now);
	if (state !== 'pending')
		throw refused('ERR_APPROVAL_DECIDED', `approval \`${id}\` is ${state} already`, 'nothing is left to decide');
	if (role !== 'approver') {
		throw refused(
			'ERR_APPROVAL_ROLE',
			`\`${voter.id}\` has the role ${role}, which does not vote`,
			'use a token of role approver',
		);
	}
	if (voter.human === undefined || voter.human === '') {
		throw refused(
			'ERR_APPROVAL_NO_HUMAN',
			`no human is known behind \`${voter.id}\``,
			'use a token that was made with `--for HUMAN`, or for a human',
		);
	}
	if (samePerson(approval.principal, voter)) {
		throw refused(
			'ERR_APPROVAL_SELF',
			`\`${voter.id}\` cannot vote on a request made for the same person`,
			'ask somebody else to decide',
		);
	}
	const cast: Vote = {
		by: voter.id,
		issuer: voter.issuer,
		human: voter.human,
		groups: [...voter.groups],
		vote,
		...(reason === undefined ? {} : { reason }),
		at: now,
	};
	if (!approval.demands.some((demand) => entitled(demand, cast))) {
		throw refused(
			'ERR_APPROVAL_NOT_APPROVER',
			`\`${voter.id}\` is not among the approvers of \`${id}\``,
			'ask one of the approvers that the request names',
		);
	}
	if (vote === 'deny') {
		return {
			...approval,
			state: 'denied',
			votes: [...approval.votes, cast],
			decidedAt: now,
			deniedUntil: now + BigInt(denyNs),
		};
	}
	if (approval.votes.some((earlier) => samePerson({ id: earlier.by, human: earlier.human }, voter))) {
		throw refused(
			'ERR_APPROVAL_VOTED',
			`\`${voter.human}\` has voted on \`${id}\` already`,
			'another human has to vote',
		);
	}
	const votes = [...approval.votes, cast];
	if (outstanding(approval.demands, votes).length > 0) return { ...approval, votes };
	return {
		...approval,
		state: 'approved',
		votes,
		decidedAt: now,
		grant: { expiresAt: now + BigInt(approval.grantNs) },
	};
}

function refused(code: string, message: string, help: string): SluiceError {
	return new SluiceError(code, message, { help });
}
