import { METHODS } from '../frame/methods.ts';
import { canonical } from './revision.ts';
import type { RuleInfo, Slot } from './types.ts';

/** What of a frame decides which rules can say anything of it, as policy sees it in its input. */
export interface IndexedFrame {
	readonly from: string;
	readonly kind: string;
	readonly method: string;
	/** `tool.name`; undefined: the frame has no tool. */
	readonly tool?: string | undefined;
}

/** Rules that touch the same frames, so that they are evaluated together or not at all. */
export interface RuleGroup {
	/** `g0`, `g1`, … */
	readonly name: string;
	/** Ids in the order of their names. */
	readonly rules: readonly string[];
	readonly touches: readonly Slot[];
}

/**
 * Tells which rules a frame needs. Sound: what it leaves out has empty sets for that frame. The compiler infers the
 * slots (`engine/compiler/requires.go`); this only looks them up.
 */
export interface RuleIndex {
	/** The same groups for the same rules, in whatever order those come. */
	readonly groups: readonly RuleGroup[];
	/**
	 * Names of the groups that can say anything of a frame, in the order of `groups`; all of them for a method that the
	 * protocol does not know. Equal answers are the same array, as long as there are not very many; `join()` of one
	 * identifies the active set for good.
	 */
	groupsFor(frame: IndexedFrame): readonly string[];
}

/** A rule that touches any frame. */
export const ANY_FRAME: readonly Slot[] = [{}];

const FACTS = ['from', 'kind', 'method', 'tool'] as const;

/** Answers that are kept: bounded, though values that no rule names are one value, so there are few. */
const KEPT_ANSWERS = 4096;

/** The index over some rules. Rules without `touches` touch any frame. */
export function createRuleIndex(rules: readonly Pick<RuleInfo, 'id' | 'touches'>[]): RuleIndex {
	const groups = groupRules(rules);
	const all: readonly string[] = Object.freeze(groups.map(({ name }) => name));
	const [from, kind, method, tool] = FACTS.map((fact) => numbered(groups, fact)) as [Named, Named, Named, Named];
	const answers = new Map<number, readonly string[]>();
	const sets = new Map<string, readonly string[]>([[all.join(), all]]);
	return {
		groups,
		groupsFor(frame) {
			if (!METHODS.has(frame.method)) return all;
			// as the input has it: a lone surrogate is U+FFFD there
			const name = frame.tool?.toWellFormed();
			let key = from.get(frame.from) ?? 0;
			key = key * (kind.size + 1) + (kind.get(frame.kind) ?? 0);
			key = key * (method.size + 1) + (method.get(frame.method) ?? 0);
			key = key * (tool.size + 1) + (name === undefined ? 0 : (tool.get(name) ?? 0));
			const answered = answers.get(key);
			if (answered !== undefined) return answered;
			const found = groups.filter(({ touches }) => touches.some((slot) => contains(slot, { ...frame, tool: name })));
			const names = found.map((group) => group.name);
			const set = sets.get(names.join()) ?? Object.freeze(names);
			if (answers.size >= KEPT_ANSWERS) {
				answers.clear();
				sets.clear();
				sets.set(all.join(), all);
			}
			sets.set(names.join(), set);
			answers.set(key, set);
			return set;
		},
	};
}

/** The values of one fact that some rule names, numbered from 1; no two of the others can be told apart. */
type Named = ReadonlyMap<string, number>;

function numbered(groups: readonly RuleGroup[], fact: keyof Slot): Named {
	const values = new Set(groups.flatMap(({ touches }) => touches.flatMap((slot) => slot[fact] ?? [])));
	return new Map([...values].map((value, i) => [value, i + 1]));
}

/** Whether a value out of a file is a list of slots. Facts that a later version may add widen a slot, so they may be there. */
export function areSlots(value: unknown): value is readonly Slot[] {
	return (
		Array.isArray(value) &&
		value.every(
			(slot: unknown) =>
				typeof slot === 'object' &&
				slot !== null &&
				!Array.isArray(slot) &&
				FACTS.every((fact) => {
					const list = (slot as Slot)[fact] as unknown;
					return list === undefined || (Array.isArray(list) && list.every((item) => typeof item === 'string'));
				}),
		)
	);
}

function groupRules(rules: readonly Pick<RuleInfo, 'id' | 'touches'>[]): readonly RuleGroup[] {
	const byTouches = new Map<string, { touches: readonly Slot[]; rules: string[] }>();
	for (const { id, touches = ANY_FRAME } of rules) {
		const tidy = touches.map(sortedSlot).sort((a, b) => (canonical(a) < canonical(b) ? -1 : 1));
		const key = canonical(tidy);
		const group = byTouches.get(key);
		if (group === undefined) byTouches.set(key, { touches: tidy, rules: [id] });
		else group.rules.push(id);
	}
	return [...byTouches]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([, { touches, rules }], i) => ({ name: `g${i}`, rules: rules.sort(), touches }));
}

function sortedSlot(slot: Slot): Slot {
	return Object.fromEntries(
		FACTS.flatMap((fact) => (slot[fact] === undefined ? [] : [[fact, [...new Set(slot[fact])].sort()]])),
	);
}

function contains(slot: Slot, frame: IndexedFrame): boolean {
	return FACTS.every((fact) => {
		const list = slot[fact];
		const value = frame[fact];
		return list === undefined || (value !== undefined && list.includes(value));
	});
}
