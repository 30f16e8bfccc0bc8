import type { JudgedInput } from '../../judge.ts';
import type { Level } from '../judgement.ts';
import type { Policy } from '../load.ts';
import { readValue } from '../value/read.ts';
import { RegoObject, type Value } from '../value/value.ts';
import type { ExplainedSet } from './explained-set.ts';

/** Something that one of the two engines has in a set and the other one has not. */
export interface Disagreement {
	readonly rule: string;
	readonly set: string;
	/** Who has it: the module that judges, or the interpreter that explains. */
	readonly only: 'module' | 'interpreter';
	/** The message, or the label. */
	readonly member: string;
}

/**
 * Compares what the rules gave in the module with what they gave in the interpreter. Rules that are off are not asked in
 * the module; nor is anything compared where it came to no decision, which the judgement says itself.
 */
export function comparedWithEngine(
	policy: Policy,
	input: Uint8Array,
	{ scope, seed }: JudgedInput,
	sets: readonly ExplainedSet[],
	levels: Readonly<Record<string, Level>>,
): readonly Disagreement[] {
	const evaluation = policy.evaluator.evaluate(input, { nowNs: scope.nowNs, seed });
	if (!evaluation.ok) return [];
	const { reasons, labels, malformed } = evaluation.decision as Raw;
	const broken = new Set(malformed.map(({ rule, set }) => `${rule} ${set}`));
	const engine = new Map<string, Disagreement>();
	for (const { rule, set, message } of reasons) put(engine, { rule, set, member: message, only: 'module' });
	for (const { rule, label } of labels) put(engine, { rule, set: 'label', member: label, only: 'module' });
	const interpreter = new Map<string, Disagreement>();
	for (const { package: of, set, members } of sets) {
		const rule = of.split('.').slice(2).join('/');
		if (levels[rule] === 'off' || broken.has(`${rule} ${set}`)) continue;
		for (const { rego } of members) {
			if (rego === undefined) continue;
			put(interpreter, { rule, set, member: mainOf(readValue(rego), set), only: 'interpreter' });
		}
	}
	const only = (ours: ReadonlyMap<string, Disagreement>, theirs: ReadonlyMap<string, Disagreement>) =>
		[...ours].filter(([key, { rule, set }]) => !theirs.has(key) && !broken.has(`${rule} ${set}`)).map(([, one]) => one);
	return [...only(engine, interpreter), ...only(interpreter, engine)];
}

interface Raw {
	readonly reasons: readonly { readonly rule: string; readonly set: string; readonly message: string }[];
	readonly labels: readonly { readonly rule: string; readonly label: string }[];
	readonly malformed: readonly { readonly rule: string; readonly set: string }[];
}

function put(into: Map<string, Disagreement>, one: Disagreement): void {
	into.set(JSON.stringify([one.rule, one.set, one.member]), one);
}

function mainOf(member: Value, set: string): string {
	const main = member instanceof RegoObject ? member.get(set === 'label' ? 'label' : 'message') : member;
	return typeof main === 'string' ? main : '';
}
