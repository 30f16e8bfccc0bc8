import { BuiltinError } from '../types.ts';

/**
 * What is no GraphQL, or not valid by its schema. The functions that answer with a verdict say so; for the others it
 * is Go's error. Every other `BuiltinError` (a bound of ours) leaves those undefined too.
 */
export class Invalid extends BuiltinError {}

export function require(condition: boolean, message: string): asserts condition {
	if (!condition) throw new Invalid(message);
}
