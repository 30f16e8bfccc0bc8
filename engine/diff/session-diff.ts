import { type Difference, diffJudgements } from '../diff.ts';
import type { Policy } from '../policy/load.ts';
import type { RecordingHeader } from '../recording/lines.ts';
import type { Replayed } from '../replay.ts';
import { Distinct } from '../tally/distinct.ts';
import { countsFrame, type FrameFilter } from '../tally/frame-filter.ts';
import { EXAMPLES } from './merge.ts';
import type { Pair } from './pairs.ts';
import { type DiffExample, type DifferenceShape, type DiffGroup, type DiffTally, groupKey } from './tally.ts';

/** What is worth telling of a difference, as it may be shown. */
export type DescribeDifference = (pair: Pair, difference: Difference) => Omit<DiffExample, 'session' | 'seq'>;

export interface SessionDiffOptions {
	readonly filter?: FrameFilter;
	readonly lacksFacts?: (rule: string) => boolean;
	/** Absent: no examples. */
	readonly describe?: DescribeDifference;
	/** Examples a group. */
	readonly examples?: number;
	/** Keys of groups that have enough examples from sessions before this one. */
	readonly full?: ReadonlySet<string>;
}

interface OpenGroup extends Omit<DiffGroup, 'principals' | 'tools' | 'frames' | 'examples' | 'loosens' | 'tightens'> {
	loosens: boolean;
	tightens: boolean;
	frames: number;
	readonly principals: Set<string>;
	readonly tools: Set<string>;
	readonly examples: DiffExample[];
}

/** Rules that read a fact which recordings may lack: `input.recent`, or who knows what. */
export function readersOfRecent(...policies: readonly Policy[]): (rule: string) => boolean {
	const readers = new Set(
		policies
			.flatMap(({ rules }) => rules)
			.filter(({ reads }) => reads?.some((path) => /^input(\.recent\b|$)/.test(path)) ?? true)
			.map(({ id }) => id),
	);
	return (rule) => readers.has(rule);
}

/** Folds the frames of one session, in their order, into its tally. */
export class SessionDiff {
	readonly #header: RecordingHeader;
	readonly #options: SessionDiffOptions;
	#frames = 0;
	#judged = 0;
	readonly #shapes = new Distinct<DifferenceShape>();
	readonly #differences: number[] = [];
	readonly #unreached: number[] = [];
	#diverged: number | undefined;
	readonly #exercised = new Set<string>();
	readonly #groups = new Map<string, OpenGroup>();
	/** `seq` of frames that differ: what a release changes counts only where its arrival did not. */
	readonly #differing = new Set<number>();

	constructor(header: RecordingHeader, options: SessionDiffOptions = {}) {
		this.#header = header;
		this.#options = options;
	}

	get frames(): number {
		return this.#frames;
	}

	add(pair: Pair): void {
		const { line, rejudge, a, b } = pair;
		for (const side of a === b ? [a] : [a, b]) {
			for (const { rule } of side?.judgement?.reasons ?? []) this.#exercised.add(rule);
			// some rules only label
			for (const { rule } of side?.judgement?.labels ?? []) this.#exercised.add(rule);
		}
		const arrived = rejudge === undefined;
		if (arrived) this.#divergence(line.verdict, line.seq, [a, b]);
		if (!countsFrame(this.#options.filter ?? {}, line, [a, b])) return;
		if (arrived) this.#count(a, b, line.seq);
		if (a?.judgement === undefined || b?.judgement === undefined) return;
		if (this.#differing.has(line.seq)) return;
		const { lacksFacts } = this.#options;
		const difference = diffJudgements(a, b, lacksFacts === undefined ? {} : { lacksFacts });
		if (difference === undefined) return;
		this.#differing.add(line.seq);
		const { seq, ...shape } = difference;
		this.#differences.push(0, seq, this.#shapes.indexOf(shape));
		this.#group(pair, difference);
	}

	/** `name`: how the session is called in reports. */
	tally(name: string): DiffTally {
		const { id } = this.#header;
		return {
			sessions: this.#frames > 0 ? 1 : 0,
			frames: this.#frames,
			judged: this.#judged,
			named: this.#isNamed ? [{ id, name }] : [],
			shapes: this.#shapes.list,
			differences: this.#differences,
			unreached: this.#unreached,
			diverged: this.#diverged === undefined ? [] : [0, this.#diverged],
			exercised: [...this.#exercised].sort(),
			groups: [...this.#groups.values()].map(({ principals, tools, ...group }) => ({
				...group,
				principals: [...principals],
				tools: [...tools],
			})),
		};
	}

	get #isNamed(): boolean {
		return this.#differences.length + this.#unreached.length > 0 || this.#diverged !== undefined;
	}

	#count(a: Replayed | undefined, b: Replayed | undefined, seq: number): void {
		this.#frames++;
		if (a?.status === 'unreached' || b?.status === 'unreached') this.#unreached.push(0, seq);
		if (a?.judgement !== undefined && b?.judgement !== undefined) this.#judged++;
	}

	#divergence(recorded: string | undefined, seq: number, sides: readonly (Replayed | undefined)[]): void {
		if (recorded !== 'deny' || this.#diverged !== undefined) return;
		const goes = sides.some((side) => side?.judgement?.verdict === 'allow' || side?.judgement?.verdict === 'mask');
		if (goes) this.#diverged = seq;
	}

	#group(pair: Pair, difference: Difference): void {
		const { rule, class: kindOfChange, kind, loosens, tightens } = difference;
		const key = groupKey(difference);
		let group = this.#groups.get(key);
		if (group === undefined) {
			group = {
				...{ rule, class: kindOfChange, kind, loosens, tightens, frames: 0, sessions: 1 },
				...{ principals: new Set<string>(), tools: new Set<string>(), examples: [] },
			};
			this.#groups.set(key, group);
		}
		group.loosens ||= loosens;
		group.tightens ||= tightens;
		group.frames++;
		const { issuer, id } = pair.line.principal ?? this.#header.principal;
		group.principals.add(JSON.stringify([issuer, id]));
		for (const side of [pair.a, pair.b]) for (const tool of side?.tools ?? []) group.tools.add(tool);
		const { describe, examples = EXAMPLES, full } = this.#options;
		if (describe === undefined || group.examples.length >= examples || full?.has(key) === true) return;
		group.examples.push({ session: 0, seq: pair.line.seq, ...describe(pair, difference) });
	}
}
