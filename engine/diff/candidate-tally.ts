import type { Line } from '../recording/lines.ts';
import { DiffMerger } from './merge.ts';
import type { DiffTally } from './tally.ts';

/** What recorded candidate judgements say differently of some sessions. Plain data, which merges as a `DiffTally` does. */
export interface CandidateTally extends DiffTally {
	/** Revisions that were in force, and those of candidates beside them, sorted; only of frames that both judged. */
	readonly live: readonly string[];
	readonly candidates: readonly string[];
}

/** The revisions of one session's lines. */
export class SeenRevisions {
	readonly #live = new Set<string>();
	readonly #candidates = new Set<string>();

	add(line: Line): void {
		if ((line.type !== 'frame' && line.type !== 'rejudge') || line.candidate?.verdict === undefined) return;
		if (line.revision !== undefined) this.#live.add(line.revision);
		this.#candidates.add(line.candidate.revision);
	}

	get lists(): Pick<CandidateTally, 'live' | 'candidates'> {
		return { live: [...this.#live].sort(), candidates: [...this.#candidates].sort() };
	}

	/** Takes over those of a tally. */
	merge({ live, candidates }: CandidateTally): void {
		for (const revision of live) this.#live.add(revision);
		for (const revision of candidates) this.#candidates.add(revision);
	}
}

/** Merges tallies one after the other, in the order of sessions. */
export class CandidateMerger {
	readonly #diff: DiffMerger;
	readonly #revisions = new SeenRevisions();

	constructor(examples?: number) {
		this.#diff = new DiffMerger(examples);
	}

	get full(): ReadonlySet<string> {
		return this.#diff.full;
	}

	add(tally: CandidateTally): void {
		this.#diff.add(tally);
		this.#revisions.merge(tally);
	}

	tally(): CandidateTally {
		return { ...this.#diff.tally(), ...this.#revisions.lists };
	}
}
