/** What an expression yields, as far as the type checker of Rego tells kinds apart. */
export type Kind = 'number' | 'string' | 'boolean' | 'array' | 'set' | 'object';

/**
 * What is known of a name. `unknown`: the type checker knows nothing (it came from `input`), so it fits everywhere;
 * `value`: it has some type that we do not follow, so it fits only where any value does.
 */
export type Known = Kind | 'unknown' | 'value';

/** A variable or a rule without arguments. */
export interface Name {
	readonly name: string;
	readonly known: Known;
}

/** A function of the program: its arguments are of any kind. */
export interface FunctionName {
	readonly name: string;
	readonly arity: number;
}

/** What the text at one place of a program may refer to. */
export interface Scope {
	readonly variables: readonly Name[];
	/** Rules that stand above: a rule refers only to those, so there is no recursion. */
	readonly rules: readonly Name[];
	readonly functions: readonly FunctionName[];
	/** Last name of the package. */
	readonly package: string;
	/** Whether the module imports `rego.v2`. */
	readonly v2: boolean;
	/** A name that nothing else has. */
	fresh(): string;
}

/**
 * A piece of Rego that is not text yet: names are chosen when it is printed, from what is in scope there. So pieces
 * can be generated and shrunk apart from each other, and every name is bound.
 */
export type Piece = (scope: Scope) => string;

/** One line of a body, and the scope of the lines that follow. */
export type Statement = (scope: Scope) => { readonly text: string; readonly scope: Scope };

/** `scope` with more variables. */
export function binding(scope: Scope, ...variables: readonly Name[]): Scope {
	return { ...scope, variables: [...scope.variables, ...variables] };
}

/** The names that fit where `kind` is wanted. */
export function fitting(names: readonly Name[], kind: Kind | 'any' | 'unknown'): readonly Name[] {
	if (kind === 'any') return names;
	return names.filter(({ known }) => known === kind || known === 'unknown');
}

/** One of a list by a number of any size; undefined of an empty list. */
export function pick<T>(list: readonly T[], index: number): T | undefined {
	return list[index % Math.max(1, list.length)];
}
