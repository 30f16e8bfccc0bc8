import type { Difference, DifferenceClass } from '../diff.ts';

/**
 * What two policies say differently of some recorded sessions. Plain data that survives JSON and a structured clone, so
 * that sessions can be judged anywhere and in any number of places: `mergeDiffs` of the tallies, in the order of the
 * sessions, is the tally of them all, however they were split.
 */
export interface DiffTally {
	/** Sessions with a frame that counts. */
	readonly sessions: number;
	/** Frames that count. */
	readonly frames: number;
	/** Those of them that both policies judge. */
	readonly judged: number;
	/** The sessions that the lists below name by their index here. */
	readonly named: readonly NamedSession[];
	/** What differences are, each once; differences name them by their index. */
	readonly shapes: readonly DifferenceShape[];
	/** Three numbers a difference: session, `seq`, shape. As numbers, since there may be a hundred thousand. */
	readonly differences: readonly number[];
	/** Two numbers a frame that only one policy, or none, would have reached: session, `seq`. */
	readonly unreached: readonly number[];
	/** Two numbers a session in which a recorded deny is now let through: session, `seq` of the first. */
	readonly diverged: readonly number[];
	/** Rules with a reason on some frame, or a label, whatever came of it and whether or not that frame counts. */
	readonly exercised: readonly string[];
	/** Differences of the same rule, class and kind. */
	readonly groups: readonly DiffGroup[];
}

export interface NamedSession {
	readonly id: string;
	/** As the user would say it: the path of its file, or its id. */
	readonly name: string;
}

/** A difference without its place. */
export type DifferenceShape = Omit<Difference, 'seq'>;

export interface DiffGroup {
	readonly rule: string;
	readonly class: DifferenceClass;
	readonly kind: string;
	readonly loosens: boolean;
	readonly tightens: boolean;
	readonly frames: number;
	readonly sessions: number;
	/** Each once, in the order in which they came; `issuer` and `id` as one text. */
	readonly principals: readonly string[];
	/** Each once, in the order in which they came. */
	readonly tools: readonly string[];
	/** The first ones, in the order of sessions and `seq`. */
	readonly examples: readonly DiffExample[];
}

/** A difference as it may be shown to anybody. */
export interface DiffExample {
	/** Index into `named`. */
	readonly session: number;
	readonly seq: number;
	/** What the frame is: `tools/call query`. */
	readonly frame: string;
	/** What each side says of it: `deny shell/closed`. */
	readonly from: string;
	readonly to: string;
	/** Further lines about it. */
	readonly detail: readonly string[];
	/** The frame as received, every finding masked, cut where it is long. Absent: nothing of it may be shown. */
	readonly shown?: string;
}

/** What differences are counted together by. */
export function groupKey(of: Pick<DiffGroup, 'rule' | 'class' | 'kind'>): string {
	return `${of.class}\n${of.rule}\n${of.kind}`;
}

export const EMPTY_DIFF: DiffTally = {
	sessions: 0,
	frames: 0,
	judged: 0,
	named: [],
	shapes: [],
	differences: [],
	unreached: [],
	diverged: [],
	exercised: [],
	groups: [],
};
