/** Part of a file: rows and columns from 1, the end being after the last character. */
export interface Span {
	readonly row: number;
	readonly col: number;
	readonly endRow: number;
	readonly endCol: number;
}

/**
 * A body (what stands between braces or after `if` and `|`) of an instrumented module, as `engine/compiler/instrument.go`
 * tells of it. Probe `first` stands before the first expression, `first + i` before expression `i`, and the one after the
 * last expression tells that all of them held.
 */
export interface ProbedBody {
	/** Relative to the policy folder. */
	readonly file: string;
	/** `data.rules.shell.closed` */
	readonly package: string;
	/** Head of the rule, as written. */
	readonly rule: string;
	readonly kind: 'rule' | 'else' | 'default' | 'comprehension' | 'every' | 'not' | 'and' | 'or';
	/** Of a rule's own body, the head; else the expression or term that the body is in. */
	readonly at: Span;
	/** The body around it and the number of its expression that this is part of, one more than the last for the head; absent: it is a rule's own. */
	readonly parent?: readonly [body: number, expression: number];
	readonly first: number;
	/** In the order of the text; none: the rule has no body. */
	readonly expressions: readonly (Span & { readonly text: string })[];
	/** The head is computed after the body, and one probe more tells that it had a value. */
	readonly computed?: true;
	/** OPA evaluates these expressions in another order, so there is a probe before the first only. */
	readonly reordered?: true;
}

/** How many probes these bodies have. */
export function probesOf(bodies: readonly ProbedBody[]): number {
	return bodies.reduce((most, { first, expressions }) => Math.max(most, first + expressions.length + 2), 0);
}
