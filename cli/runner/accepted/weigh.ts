import { ABSENT, type Blame, type PolicyChanges } from '../../../engine/diff/accountable.ts';
import type { DifferenceClass } from '../../../engine/diff.ts';
import { type AcceptableClass, type AcceptedChange, keyOf } from './changes-file.ts';
import type { ToAccept } from './spell-line.ts';

/**
 * How a line stands to the two policies of a run (contract §5).
 *
 * `holds`: it is about exactly this change. `spent`: the base has it already, so it is done with. `waits`: one side has
 * one of its hashes, and the other has something else. `stale`: neither side has any. `void`: it is past its `until`.
 */
export type LineState = 'holds' | 'spent' | 'waits' | 'stale' | 'void';

export interface WeighedLine {
	readonly line: AcceptedChange;
	readonly state: LineState;
}

/** What the lines say of one difference. */
export interface Acceptance {
	/** Lines that together accept it; empty unless all that has to answer for it is accepted. */
	readonly by: readonly AcceptedChange[];
	/** What is not accepted of it. Empty also where nothing can be: see `acceptable`. */
	readonly missing: readonly ToAccept[];
	/** Whether lines could accept it at all. */
	readonly acceptable: boolean;
}

/** The lines of a `policy-changes.yaml` against two policies. */
export class Weighing {
	readonly lines: readonly WeighedLine[];
	readonly #changes: PolicyChanges;
	readonly #holding: ReadonlyMap<string, AcceptedChange>;

	/** `nowNs`: Unix ns. */
	constructor(lines: readonly AcceptedChange[], changes: PolicyChanges, nowNs: bigint) {
		this.#changes = changes;
		this.lines = lines.map((line) => ({ line, state: stateOf(line, changes, nowNs) }));
		const holding = this.lines.filter(({ state }) => state === 'holds');
		this.#holding = new Map(holding.map(({ line }) => [keyOf(line), line]));
	}

	/** Lines that are done with. */
	get spent(): readonly AcceptedChange[] {
		return this.lines.flatMap(({ line, state }) => (state === 'spent' ? [line] : []));
	}

	/** Lines that make a run fail whatever is judged: nobody knows what they are about, or they are over. */
	get broken(): boolean {
		return this.lines.some(({ state }) => state === 'stale' || state === 'void');
	}

	/** A difference is accepted only if everything that may have made it is, each by a line of its own. */
	difference(of: Blame & { readonly class: DifferenceClass }): Acceptance {
		return this.#weigh(this.#changes.accountable(of), of.class);
	}

	/** A changed rule that no frame reaches. */
	unexercised(rule: string): Acceptance {
		return this.#weigh([rule], 'unexercised');
	}

	#weigh(rules: readonly string[], ofChange: DifferenceClass | AcceptableClass): Acceptance {
		if (ofChange === 'unknown' || rules.length === 0) return { by: [], missing: [], acceptable: false };
		const wanted = rules.map((rule): ToAccept => {
			const { from, to } = this.#changes;
			return { rule, class: ofChange, from: from(rule), to: to(rule) };
		});
		const missing = wanted.filter((want) => !this.#holding.has(keyOf(want)));
		const by = missing.length > 0 ? [] : wanted.map((want) => this.#holding.get(keyOf(want))!);
		return { by, missing, acceptable: true };
	}
}

function stateOf(line: AcceptedChange, changes: PolicyChanges, nowNs: bigint): LineState {
	const [before, after] = [changes.from(line.rule), changes.to(line.rule)];
	// done with is done with, however long ago: a merged pull request must not break the next one
	if (before === line.to) return 'spent';
	// where neither policy has the rule, its absence is no state that the line could be about
	const gone = before === ABSENT && after === ABSENT;
	if (gone || (before !== line.from && after !== line.from && after !== line.to)) return 'stale';
	if (nowNs >= line.voidNs) return 'void';
	return before === line.from && after === line.to ? 'holds' : 'waits';
}
