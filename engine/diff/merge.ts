import { Distinct } from '../tally/distinct.ts';
import {
	type DiffExample,
	type DifferenceShape,
	type DiffGroup,
	type DiffTally,
	groupKey,
	type NamedSession,
} from './tally.ts';

/** Examples that a group keeps unless somebody asks for more. */
export const EXAMPLES = 3;

/** The tallies of sessions as the tally of them all. Their order is that of the sessions. */
export function mergeDiffs(tallies: Iterable<DiffTally>, examples = EXAMPLES): DiffTally {
	const merger = new DiffMerger(examples);
	for (const tally of tallies) merger.add(tally);
	return merger.tally();
}

interface OpenGroup extends Pick<DiffGroup, 'rule' | 'class' | 'kind'> {
	loosens: boolean;
	tightens: boolean;
	frames: number;
	sessions: number;
	readonly principals: Set<string>;
	readonly tools: Set<string>;
	readonly examples: DiffExample[];
}

/** Merges tallies one after the other; each costs what it holds, not what has been merged before. */
export class DiffMerger {
	readonly #most: number;
	#sessions = 0;
	#frames = 0;
	#judged = 0;
	readonly #named: NamedSession[] = [];
	readonly #shapes = new Distinct<DifferenceShape>();
	readonly #differences: number[] = [];
	readonly #unreached: number[] = [];
	readonly #diverged: number[] = [];
	readonly #exercised = new Set<string>();
	readonly #groups = new Map<string, OpenGroup>();

	/** `examples`: how many a group keeps. */
	constructor(examples = EXAMPLES) {
		this.#most = examples;
	}

	get frames(): number {
		return this.#frames;
	}

	/** Groups that need no further example. */
	get full(): ReadonlySet<string> {
		return new Set([...this.#groups].filter(([, { examples }]) => examples.length >= this.#most).map(([key]) => key));
	}

	add(tally: DiffTally): void {
		this.#sessions += tally.sessions;
		this.#frames += tally.frames;
		this.#judged += tally.judged;
		const base = this.#named.length;
		for (const session of tally.named) this.#named.push(session);
		const shapes = tally.shapes.map((shape) => this.#shapes.indexOf(shape));
		const { differences } = tally;
		for (let i = 0; i < differences.length; i += 3) {
			this.#differences.push(base + differences[i]!, differences[i + 1]!, shapes[differences[i + 2]!]!);
		}
		for (const [from, to] of [
			[tally.unreached, this.#unreached],
			[tally.diverged, this.#diverged],
		] as const) {
			for (let i = 0; i < from.length; i += 2) to.push(base + from[i]!, from[i + 1]!);
		}
		for (const rule of tally.exercised) this.#exercised.add(rule);
		for (const group of tally.groups) this.#group(group, base);
	}

	tally(): DiffTally {
		return {
			sessions: this.#sessions,
			frames: this.#frames,
			judged: this.#judged,
			named: this.#named,
			shapes: this.#shapes.list,
			differences: this.#differences,
			unreached: this.#unreached,
			diverged: this.#diverged,
			exercised: [...this.#exercised].sort(),
			groups: [...this.#groups.values()].map(({ principals, tools, ...group }) => ({
				...group,
				principals: [...principals],
				tools: [...tools],
			})),
		};
	}

	#group(group: DiffGroup, base: number): void {
		const key = groupKey(group);
		let open = this.#groups.get(key);
		if (open === undefined) {
			const { rule, class: ofChange, kind } = group;
			open = {
				...{ rule, class: ofChange, kind, loosens: false, tightens: false, frames: 0, sessions: 0 },
				...{ principals: new Set<string>(), tools: new Set<string>(), examples: [] },
			};
			this.#groups.set(key, open);
		}
		open.loosens ||= group.loosens;
		open.tightens ||= group.tightens;
		open.frames += group.frames;
		open.sessions += group.sessions;
		for (const principal of group.principals) open.principals.add(principal);
		for (const tool of group.tools) open.tools.add(tool);
		for (const example of group.examples) {
			if (open.examples.length >= this.#most) break;
			open.examples.push({ ...example, session: base + example.session });
		}
	}
}
