import type { CandidateTally } from '../../engine/diff/candidate-tally.ts';
import type { DiffTally } from '../../engine/diff/tally.ts';
import type { CompiledPolicy } from '../../engine/policy/types.ts';
import type { FrameFilter } from '../../engine/tally/frame-filter.ts';
import type { ReplayTally, Room } from '../../engine/tally/replay-tally.ts';
import type { SessionFilter } from './place.ts';

/** A policy that another thread can load without compiling anything. */
export interface PortablePolicy {
	readonly compiled: CompiledPolicy;
	/** The metered module of its bytes. */
	readonly module: WebAssembly.Module;
}

/** What is to be found out about every session. */
export type Task = DiffTask | ReplayTask | CandidateTask;

interface Selection {
	readonly sessions: SessionFilter;
	readonly frames: FrameFilter;
}

export interface DiffTask extends Selection {
	readonly kind: 'diff';
	readonly from: PortablePolicy;
	readonly to: PortablePolicy;
	/** How many a group keeps. */
	readonly examples: number;
	/** Show what was received, findings and all. */
	readonly reveal?: boolean;
}

export interface ReplayTask extends Selection {
	readonly kind: 'replay';
	/** Absent: each frame under the revision that judged it. */
	readonly policy?: PortablePolicy;
	readonly listed: Room;
	/** Show what was received, findings and all. */
	readonly reveal?: boolean;
}

/** What was enforced beside what a candidate said of it, as both are recorded: nothing is judged. */
export interface CandidateTask extends Selection {
	readonly kind: 'candidate';
	/** How many a group keeps. */
	readonly examples: number;
}

/** What a task comes to. */
export type TallyOf<T extends Task> = T extends DiffTask
	? DiffTally
	: T extends CandidateTask
		? CandidateTally
		: ReplayTally;

/**
 * What has been shown already by sessions before these: a tally need not have it again. What is left out for it is what
 * merging would leave out, so it changes no result.
 */
export interface Known {
	/** Groups of a diff that have enough examples. */
	readonly full?: ReadonlySet<string>;
	readonly room?: Room;
}

/** What came of the sessions of one place. */
export interface PlaceTally<T> {
	/** Sessions that lie there. */
	readonly sessions: number;
	/** Those of them that the filter selects. */
	readonly selected: number;
	/** Frames judged, whether or not they count. */
	readonly frames: number;
	readonly tally: T;
}

/** The policy of a recorded revision. */
export type Revisions = (revision: string | undefined) => Promise<PortablePolicy>;
