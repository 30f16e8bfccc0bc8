import type { CompilerProblem } from '../compiler-protocol.ts';
import type { Span } from '../coverage/probed-body.ts';

/** A set of a rule package for one input, as `engine/compiler/explain.go` tells of it. */
export interface ExplainedSet {
	/** `data.rules.shell.closed` */
	readonly package: string;
	readonly set: string;
	readonly members: readonly ValueText[];
	readonly definitions: readonly ExplainedDefinition[];
	/** Why it has no value at all. */
	readonly error?: CompilerProblem;
}

/** One rule of a set or of a helper, or a branch of it; `Span`: its head. */
export interface ExplainedDefinition extends Span {
	readonly file: string;
	readonly head: string;
	/** How often it gave something. */
	readonly fired: number;
	/** Where it got furthest, when it never fired. */
	readonly failed?: Failure;
}

/** The expression that a definition got furthest to, and that was never true. */
export interface Failure extends Span {
	/** As written; of several lines, the first. */
	readonly text: string;
	/** `not …`: what follows was true. */
	readonly negated?: true;
	/** How many expressions before it were true. */
	readonly passed: number;
	/** How often it was tried. */
	readonly tries: number;
	/** It asks only for which frame this is. */
	readonly guard: boolean;
	/** What stands in it, at the first tries. */
	readonly values: readonly (readonly { readonly text: string; readonly value?: ValueText }[])[];
	/** Rules and functions in it that were undefined, false or empty; of a negation, those that were not. */
	readonly helpers?: readonly {
		readonly name: string;
		readonly value?: ValueText;
		readonly definitions: readonly ExplainedDefinition[];
	}[];
}

/** A value in Rego's own spelling; of a very long one, only its length. */
export interface ValueText {
	readonly rego?: string;
	readonly bytes: number;
}
