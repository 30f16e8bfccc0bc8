import type { Judgement, RuleSet } from '../judgement.ts';
import type { RuleInfo } from '../types.ts';

/** A set of a rule, and in how many judged frames it said something. */
export interface FiredSet {
	readonly rule: string;
	readonly set: RuleSet;
	readonly frames: number;
}

/** Counts which sets of which rules said something: rules × verdicts. */
export class Fired {
	readonly #frames = new Map<string, number>();

	/**
	 * One frame. A reason that a level or an exception has made a warning counts for the set that it came from; a mask
	 * counts where it covers something.
	 */
	judged({ reasons, labels }: Pick<Judgement, 'reasons' | 'labels'>): void {
		const said = [
			...reasons.map((reason) => key(reason.rule, reason.was ?? reason.set)),
			...labels.map((label) => key(label.rule, 'label')),
		];
		for (const one of new Set(said)) this.#frames.set(one, (this.#frames.get(one) ?? 0) + 1);
	}

	/** All sets that the rules define, by rule, in the order of the contract. */
	of(rules: readonly Pick<RuleInfo, 'id' | 'sets'>[]): readonly FiredSet[] {
		return rules.flatMap(({ id, sets }) =>
			sets.map((set) => ({ rule: id, set, frames: this.#frames.get(key(id, set)) ?? 0 })),
		);
	}
}

function key(rule: string, set: RuleSet): string {
	return `${set} ${rule}`;
}
