import type { Term } from './terms.ts';

/** What a host built-in may know besides its arguments: facts of the frame, so that judging again gives the same. */
export interface BuiltinContext {
	/** `input.time.ns` */
	readonly nowNs: bigint;
	/** `<session>/<seq>`: seeds everything random. */
	readonly seed: string;
	/** The arguments of this call with their numbers as written, for those that print them. */
	readonly terms: () => readonly Term[];
}

/**
 * A built-in function of Rego that the WASM module leaves to its host. Arguments are JSON values, sets as `Set`, and
 * whole numbers that a double cannot hold as bigint. They have any type: Rego knows types at run time only.
 * `undefined` or an exception is Rego's undefined. A bigint becomes an exact JSON number.
 */
export type Builtin = (context: BuiltinContext, ...args: never[]) => unknown;

/** `value`, which must be a string: an argument of another type makes the call undefined, as in OPA. */
export function textOf(value: unknown): string {
	if (typeof value === 'string') return value;
	throw new TypeError('not a string');
}

/** A string, or a list or set of strings, as a list. */
export function textsOf(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (Array.isArray(value) || value instanceof Set) return [...(value as Iterable<unknown>)].map(textOf);
	throw new TypeError('not strings');
}
