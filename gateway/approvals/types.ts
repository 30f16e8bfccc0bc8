import type { HoldDemand } from '../../engine/policy/judgement.ts';
import type { Principal } from '../../engine/session/types.ts';
import type { Role } from '../identity/types.ts';

/**
 * `pending` until a quorum approves, one human denies, time runs out or the caller takes it back; each of these is
 * final. `used`: it was approved, and a call has passed on it.
 */
export type ApprovalState = 'pending' | 'approved' | 'denied' | 'expired' | 'withdrawn' | 'used';

/** What makes two calls the same call (contract §7). */
export interface HeldCall {
	readonly principal: Principal;
	readonly server: string;
	readonly method: string;
	readonly tool?: string;
	/** Hash of the tool's definition: a tool that changed is another tool. */
	readonly definitionHash?: string;
	/** {@link paramsDigest} of what was received. */
	readonly paramsDigest: string;
}

/** A frame that the policy wants a human to look at. */
export interface HoldRequest extends HeldCall {
	/** Where it is recorded. */
	readonly session: string;
	readonly seq: number;
	readonly demands: readonly HoldDemand[];
	/** What approvers see: the arguments as they would be delivered, each masked span described. */
	readonly shown: string;
	/** ns; absent: as configured */
	readonly timeoutNs?: number;
	readonly grantNs?: number;
}

export interface Vote {
	/** Id and issuer of who voted. */
	readonly by: string;
	readonly issuer: string;
	/** The human behind it; quorum counts these. */
	readonly human: string;
	readonly groups: readonly string[];
	readonly vote: 'approve' | 'deny';
	readonly reason?: string;
	/** Unix time, ns */
	readonly at: bigint;
}

/** One question to humans, and all that became of it. Times are Unix time, ns. */
export interface Approval extends HeldCall {
	/** The ticket: short, and not to be guessed. */
	readonly id: string;
	readonly state: ApprovalState;
	readonly session: string;
	readonly seq: number;
	/** All calls that wait for it, the first included. */
	readonly calls: readonly { readonly session: string; readonly seq: number }[];
	readonly demands: readonly HoldDemand[];
	readonly shown: string;
	readonly votes: readonly Vote[];
	readonly created: bigint;
	readonly expiresAt: bigint;
	/** How long an approval stays usable, ns. */
	readonly grantNs: number;
	/** When it left `pending`. */
	readonly decidedAt?: bigint;
	/** Once approved. */
	readonly grant?: { readonly expiresAt: bigint; readonly usedAt?: bigint };
	/** Once denied: the identical call is refused unasked until then. */
	readonly deniedUntil?: bigint;
}

/**
 * Routes held calls to humans and keeps what they said. All processes on one store see the same approvals; of
 * steps that exclude each other exactly one happens.
 */
export interface ApprovalBroker {
	/**
	 * Asks, or joins: an identical call that waits, one that was approved and not used, and one that was denied
	 * lately come back as they are, in their state. The caller looks at `approval.state`.
	 */
	request(hold: HoldRequest): Promise<{ readonly approval: Approval; readonly joined: boolean }>;
	get(id: string): Promise<Approval | undefined>;
	/** Newest first. */
	list(filter?: { readonly state?: ApprovalState }): Promise<Approval[]>;
	/**
	 * Errors: `ERR_APPROVAL_UNKNOWN`, `ERR_APPROVAL_DECIDED`, `ERR_APPROVAL_ROLE`, `ERR_APPROVAL_NO_HUMAN`,
	 * `ERR_APPROVAL_SELF`, `ERR_APPROVAL_NOT_APPROVER`, `ERR_APPROVAL_VOTED`.
	 */
	vote(id: string, voter: Principal, role: Role, vote: 'approve' | 'deny', reason?: string): Promise<Approval>;
	/** One call gives up; with the last one a pending approval is withdrawn. `undefined`: unknown id. */
	withdraw(id: string, call: { readonly session: string; readonly seq: number }): Promise<Approval | undefined>;
	/** Writes down what has run out of time, and gives what this call wrote down. `get`, `list` and `vote` do so too. */
	expire(): Promise<Approval[]>;
	/** An approved, unused approval of the identical call that covers `demands`. It is not used by that. */
	grantFor(call: HeldCall, demands: readonly HoldDemand[]): Promise<Approval | undefined>;
	/** Uses the grant. true exactly once: whoever gets it lets one call pass. */
	use(id: string): Promise<boolean>;
	/** The denial of the identical call, while it holds. */
	deniedRecently(call: HeldCall): Promise<Approval | undefined>;
	/**
	 * Calls back with what an approval is and whenever it becomes something else, by whatever process, within half a
	 * second. While somebody watches, an expiry that is due is written down. The result stops it.
	 */
	watch(id: string, listener: (approval: Approval) => void): () => void;
	/** Calls back on every change of any approval from now on; the same state may come twice. */
	onChange(listener: (approval: Approval) => void): () => void;
	/** Stops watching. */
	close(): void;
}
