import type { NamedSession } from '../diff/tally.ts';
import type { Verdict } from '../policy/judgement.ts';
import type { Replayed } from '../replay.ts';

/**
 * What a replay says of some recorded sessions. Plain data, as `DiffTally` is: `mergeReplays` of the tallies in the order
 * of the sessions is the tally of them all.
 */
export interface ReplayTally {
	/** Frames that count, and judgements of them at a release. */
	readonly frames: number;
	/** Those of them that the policy judges. */
	readonly judged: number;
	/** Judgements that are not what was recorded. */
	readonly changed: number;
	/** How frames come out, each once. */
	readonly shapes: readonly ReplayShape[];
	/** Sessions with a frame that counts. */
	readonly sessions: readonly ReplayedSession[];
}

export interface ReplayedSession extends NamedSession {
	readonly server: string;
	/** Three numbers a frame: `seq`, that of the frame that is judged again at this release (0: none), shape. */
	readonly frames: readonly number[];
	/** The frames that are told of at length; see `listed`. */
	readonly items: readonly ReplayItem[];
}

/** How a frame comes out, without its place. */
export interface ReplayShape {
	readonly from: 'client' | 'server';
	readonly status: Replayed['status'];
	readonly verdict?: Verdict;
	readonly rules?: readonly string[];
	readonly code?: string;
	/** Pointers of what is masked. */
	readonly masked?: readonly string[];
	readonly revision?: string;
	readonly recorded: Verdict | null;
	readonly changed: boolean;
}

/** A frame as it may be shown to anybody. */
export interface ReplayItem {
	readonly seq: number;
	/** `seq` of the frame that is judged again here. */
	readonly rejudges?: number;
	readonly from: 'client' | 'server';
	readonly status: Replayed['status'];
	readonly changed: boolean;
	/** What the frame is: `tools/call query`. */
	readonly frame: string;
	readonly message: string;
	readonly detail: readonly string[];
	readonly rule?: string;
}

export const EMPTY_REPLAY: ReplayTally = { frames: 0, judged: 0, changed: 0, shapes: [], sessions: [] };

/** Frames of each sort that are told of at length. */
export interface Room {
	readonly changed: number;
	readonly others: number;
}

/**
 * Which frames are told of at length: the first so many that changed, and the first so many of the others, whatever
 * session they are in. Counts down.
 */
export class Listing {
	#changed: number;
	#others: number;

	constructor(most: Room) {
		this.#changed = most.changed;
		this.#others = most.others;
	}

	/** Whether there is room for one more of this sort; then it is taken. */
	take(changed: boolean): boolean {
		if ((changed ? this.#changed : this.#others) === 0) return false;
		if (changed) this.#changed--;
		else this.#others--;
		return true;
	}

	/** What is left. */
	get room(): Room {
		return { changed: this.#changed, others: this.#others };
	}
}
