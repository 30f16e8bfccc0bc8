import type { FiredSet } from '../../../engine/policy/coverage/fired.ts';
import { RULE_SETS } from '../../../engine/policy/rule-shape.ts';

/** Rules × sets as rows of words, the heading first: how many frames a set fired in, `-` where a rule has no such set. */
export function matrix(sets: readonly FiredSet[]): readonly (readonly string[])[] {
	const rules = [...new Set(sets.map(({ rule }) => rule))];
	const cell = (rule: string, set: string) => sets.find((one) => one.rule === rule && one.set === set)?.frames ?? '-';
	return [['rule', ...RULE_SETS], ...rules.map((rule) => [rule, ...RULE_SETS.map((set) => String(cell(rule, set)))])];
}

/** How many rules fired, with any of their sets, and which sets never did. */
export function firing(sets: readonly FiredSet[]): {
	readonly rules: number;
	readonly fired: number;
	readonly never: readonly Pick<FiredSet, 'rule' | 'set'>[];
} {
	const rules = new Set(sets.map(({ rule }) => rule));
	const fired = new Set(sets.filter(({ frames }) => frames > 0).map(({ rule }) => rule));
	const never = sets.filter(({ frames }) => frames === 0).map(({ rule, set }) => ({ rule, set }));
	return { rules: rules.size, fired: fired.size, never };
}
