import type { DifferenceShape, DiffGroup, DiffTally } from '../../../engine/diff/tally.ts';
import { groupKey } from '../../../engine/diff/tally.ts';
import { type AcceptedChange, keyOf } from './changes-file.ts';
import type { ToAccept } from './spell-line.ts';
import type { Acceptance, WeighedLine, Weighing } from './weigh.ts';

/** How much of what is counted together is accepted. */
export type Accepted = 'all' | 'some' | 'none';

/** What the lines of a `policy-changes.yaml` make of a diff. */
export class Ruling {
	readonly lines: readonly WeighedLine[];
	/** Lines that hold and accept nothing here. */
	readonly idle: ReadonlySet<AcceptedChange>;
	readonly #weighing: Weighing;
	readonly #shapes: readonly Acceptance[];
	readonly #groups: ReadonlyMap<string, readonly Acceptance[]>;
	readonly #unexercised: ReadonlyMap<string, Acceptance>;

	constructor(weighing: Weighing, tally: DiffTally, unexercised: readonly string[]) {
		this.#weighing = weighing;
		this.lines = weighing.lines;
		this.#shapes = tally.shapes.map((shape) => weighing.difference(shape));
		const grouped = Map.groupBy(tally.shapes.keys(), (i) => groupKey(tally.shapes[i]!));
		this.#groups = new Map([...grouped].map(([key, indexes]) => [key, indexes.map((i) => this.#shapes[i]!)]));
		this.#unexercised = new Map(unexercised.map((rule) => [rule, weighing.unexercised(rule)]));
		const used = new Set([...this.#shapes, ...this.#unexercised.values()].flatMap(({ by }) => by));
		const holding = weighing.lines.filter(({ line, state }) => state === 'holds' && !used.has(line));
		this.idle = new Set(holding.map(({ line }) => line));
	}

	shape(index: number): Acceptance {
		return this.#shapes[index]!;
	}

	unexercised(rule: string): Acceptance {
		return this.#unexercised.get(rule) ?? this.#weighing.unexercised(rule);
	}

	group(group: DiffGroup): Accepted {
		const all = this.#groups.get(groupKey(group)) ?? [];
		const accepted = all.filter(({ by }) => by.length > 0).length;
		if (accepted === 0) return 'none';
		return accepted === all.length ? 'all' : 'some';
	}

	/** The lines that accept some of a group, each once. */
	linesOf(group: DiffGroup): readonly AcceptedChange[] {
		return [...new Set((this.#groups.get(groupKey(group)) ?? []).flatMap(({ by }) => by))];
	}

	/** What lines could accept of that which fails and is not accepted, each once, in the order of rules. */
	toAccept(fails: (shape: DifferenceShape) => boolean, tally: DiffTally, unexercisedFail: boolean): ToAccept[] {
		const missing = [
			...tally.shapes.flatMap((shape, i) => (fails(shape) ? this.#shapes[i]!.missing : [])),
			...(unexercisedFail ? [...this.#unexercised.values()].flatMap((acceptance) => acceptance.missing) : []),
		];
		const each = new Map(missing.map((line) => [keyOf(line), line]));
		return [...each].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
	}
}
