import type { Finding } from '../detect/finding.ts';
import type { Party } from '../frame/frame.ts';
import type { Splice } from '../mask/splice.ts';
import type { Label, Reason, Verdict } from '../policy/judgement.ts';
import type { Principal, Recent, SessionOrigin } from '../session/types.ts';

/**
 * The lines of a recorded session, in memory. The store seals them, a session file spells them as JSON
 * (contract §5), replay reads them: one model for all three.
 */
export type Line = FrameLine | GatewayLine | RejudgeLine | EventLine;

/** Header of a recording: everything the input needs that is the same for all frames. */
export interface RecordingHeader extends SessionOrigin {
	readonly version: 1;
	/** Version of the detector rules that found what `findings` say. */
	readonly detectors?: string;
	/** It was made safe to commit. */
	readonly scrubbed?: Scrubbed;
	/** Why what looks like secrets or personal data in it is not: it was written by hand. */
	readonly synthetic?: string;
	/** It holds what was received, in clear: an export that was not scrubbed. */
	readonly exported?: 'received';
}

/** How a session was scrubbed. */
export interface Scrubbed {
	readonly version: 1;
	/** The policies under which every verdict is proven to be what it was. */
	readonly revisions: readonly string[];
	/** How many judged frames were compared. */
	readonly proven: number;
	/** Where values were kept (pointers into messages, or places of the input), how many, and how long all together. */
	readonly kept: readonly { readonly at: string; readonly values?: number; readonly characters?: number }[];
}

/** What became of a frame; never recomputed. */
export type Outcome = 'forwarded' | 'released' | 'refused' | 'expired' | 'cancelled' | 'withdrawn' | 'undelivered';

/** A frame of the client or the server, as received, with what the policy said of it as it arrived. */
export interface FrameLine {
	readonly type: 'frame';
	readonly seq: number;
	/** ns since the session's start */
	readonly t: number;
	readonly from: Party;
	/** Exactly as received. */
	readonly bytes: Buffer;
	/** How what was delivered differs from `bytes`: absent as received, a list of splices, or null: nothing was. */
	readonly delivered?: readonly Splice[] | null;
	/** Absent on a hand-written line: then that of the header. */
	readonly principal?: Principal;
	readonly recent?: Recent;
	/** `seq` of the request that this answers. */
	readonly answers?: number;
	/** Absent on a hand-written line. */
	readonly verdict?: Verdict;
	/** `ERR_…` of the engine or the gateway. */
	readonly code?: string;
	/** The gateway refused it itself: replay keeps that. */
	readonly by?: 'gateway';
	readonly reasons?: readonly Reason[];
	readonly labels?: readonly Label[];
	readonly findings?: readonly Finding[];
	readonly revision?: string;
	readonly outcome?: Outcome;
	/** What the candidate policy said of it, beside the live one. */
	readonly candidate?: CandidateVerdict;
	/** Transport facts: HTTP exchange number, SSE event id, line ending of stdio, … */
	readonly wire?: Readonly<Record<string, string | number | boolean>>;
}

/** What the gateway itself wrote, to whom, and what it answers. Never judged. */
export interface GatewayLine {
	readonly type: 'gateway';
	readonly seq: number;
	readonly t: number;
	readonly to: Party;
	readonly answers?: number;
	readonly bytes: Buffer;
}

/** A judgement of a held frame at its release or at the use of a grant. */
export interface RejudgeLine {
	readonly type: 'rejudge';
	readonly seq: number;
	readonly t: number;
	readonly rejudges: number;
	/** The fact as it was at this judgement. */
	readonly recent?: Recent;
	readonly verdict: Verdict;
	readonly code?: string;
	readonly reasons: readonly Reason[];
	readonly labels: readonly Label[];
	readonly delivered?: readonly Splice[] | null;
	readonly revision: string;
	readonly outcome: Outcome;
	readonly candidate?: CandidateVerdict;
}

/** What a candidate policy says of a frame. Nothing follows from it: it is never enforced, and no replay looks at it. */
export interface CandidateVerdict {
	readonly revision: string;
	/** Absent: not judged, as the candidate would not have forwarded the request that the frame answers. */
	readonly verdict?: Verdict;
	/** `ERR_…` of the engine. */
	readonly code?: string;
	readonly reasons?: readonly Reason[];
	/** How what it would deliver differs from the received bytes. Absent: not at all, or an older recording does not say. */
	readonly splices?: readonly Splice[];
}

/** Everything else that has a `seq`: votes, expiry, cancellation, failed delivery, reload, the end. */
export interface EventLine {
	readonly type: 'event';
	readonly seq: number;
	readonly t: number;
	readonly event:
		| 'held'
		| 'vote'
		| 'approved'
		| 'denied'
		| 'ticket'
		| 'grant-used'
		| 'expired'
		| 'cancelled'
		| 'withdrawn'
		| 'undelivered'
		| 'late'
		| 'policy'
		| 'pinned'
		| 'accepted'
		| 'resumed'
		| 'stderr'
		| 'read'
		| 'refused'
		| 'connected'
		| 'disconnected'
		| 'closed';
	/** `seq` of the frame it is about. */
	readonly of?: number;
	readonly detail?: Readonly<Record<string, unknown>>;
}
