/** One small change of a policy that its tests should notice. Places are 1-based, files relative to the policy folder. */
export interface Mutant {
	/** `FILE:ROW:COL:OPERATOR`, with `:N` behind it where there are several: the same for the same text. */
	readonly id: string;
	readonly file: string;
	readonly row: number;
	readonly col: number;
	readonly operator: string;
	/** Dotted, without `data`: `rules.shell.closed`, `lib.paths`. */
	readonly package: string;
	/** First name of the rule's head. */
	readonly name: string;
	/** The expression (or head) as it stands, on one line. */
	readonly before: string;
	/** Empty: it is left out. */
	readonly after: string;
}

/** A comment `# sluice:equivalent OPERATOR? reason…`: mutants of `line` change nothing that anybody could see. */
export interface Equivalent {
	readonly file: string;
	readonly row: number;
	/** Absent: every operator. */
	readonly operator?: string;
	readonly reason?: string;
	/** The first line below that is no comment. */
	readonly line: number;
}

/** Answer of the compiler's `mutants`. */
export interface MutantList {
	readonly mutants: readonly Mutant[];
	readonly equivalents: readonly Equivalent[];
	/** Names of all operators. */
	readonly operators: readonly string[];
}

/** Answer of the compiler's `mutate`. */
export interface MutatedModule {
	/** Base64. */
	readonly wasm: string;
	readonly mutants: readonly Numbered[];
	/** Those that do not compile. */
	readonly dropped: readonly { readonly id: string; readonly message: string }[];
}

/** A mutant in a module: switched on by its number, in the place of the definition with that number. */
export interface Numbered {
	readonly id: string;
	readonly number: number;
	readonly definition: number;
}
