import type { Disagreement } from '../../../engine/policy/explain/agreement.ts';
import type { Effect, Outcome } from '../../../engine/policy/explain/explain.ts';
import type { Level, RuleSet } from '../../../engine/policy/judgement.ts';
import type { Place } from '../../../engine/policy/types.ts';

/** An explanation, fit to be shown. JSON has it as it is: `eval.schema.json`. */
export interface ShownExplanation {
	readonly rules: readonly ShownRule[];
	readonly disagreements: readonly Disagreement[];
}

export interface ShownRule {
	readonly rule: string;
	readonly level: Level;
	readonly sets: readonly {
		readonly set: RuleSet;
		/** What it holds, each as Rego. */
		readonly members: readonly ShownValue[];
		readonly effect?: Effect;
		readonly error?: string;
	}[];
	readonly definitions: readonly (ShownDefinition & { readonly set: RuleSet; readonly outcome: Outcome })[];
}

export interface ShownDefinition {
	readonly place: Place;
	readonly fired: number;
	readonly failed?: ShownFailure;
}

export interface ShownFailure {
	readonly place: Place;
	readonly text: string;
	readonly negated: boolean;
	/** Expressions before it that were true. */
	readonly passed: number;
	readonly tries: number;
	/** What stood in it, at the first tries; without a `value`: undefined. */
	readonly values: readonly (readonly ({ readonly text: string } & Partial<ShownValue>)[])[];
	readonly because: readonly ShownHelper[];
}

export interface ShownHelper extends Partial<ShownValue> {
	readonly name: string;
	readonly definitions: readonly ShownDefinition[];
}

/** A value as Rego; a long one is cut, and `bytes` is how long all of it is. */
export interface ShownValue {
	readonly value: string;
	readonly bytes?: number;
}
