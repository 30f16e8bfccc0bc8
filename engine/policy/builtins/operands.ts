import { Decimal, type RegoNumber, toDouble } from '../value/decimal.ts';
import { isNumber, RegoObject, RegoSet, type Value } from '../value/value.ts';
import { BuiltinError } from './types.ts';

// Operands of a built-in as the type that it needs: one of another type makes the call undefined, as in OPA.

export function textOf(value: Value): string {
	if (typeof value === 'string') return value;
	throw new BuiltinError('not a string');
}

export function booleanOf(value: Value): boolean {
	if (typeof value === 'boolean') return value;
	throw new BuiltinError('not a boolean');
}

export function numberOf(value: Value): RegoNumber {
	if (isNumber(value)) return value;
	throw new BuiltinError('not a number');
}

export function doubleOf(value: Value): number {
	return toDouble(numberOf(value));
}

/** An integer of any size; `1.0` is none, as in Go. */
export function bigintOf(value: Value): bigint {
	const number = numberOf(value);
	if (number instanceof Decimal || !(typeof number === 'bigint' || Number.isInteger(number)))
		throw new BuiltinError('not an integer');
	return BigInt(number);
}

/** An integer that a double holds exactly. */
export function integerOf(value: Value): number {
	const integer = Number(bigintOf(value));
	if (!Number.isSafeInteger(integer)) throw new BuiltinError('an integer that is too large');
	return integer;
}

export function arrayOf(value: Value): readonly Value[] {
	if (Array.isArray(value)) return value as readonly Value[];
	throw new BuiltinError('not an array');
}

export function setOf(value: Value): RegoSet {
	if (value instanceof RegoSet) return value;
	throw new BuiltinError('not a set');
}

export function objectOf(value: Value): RegoObject {
	if (value instanceof RegoObject) return value;
	throw new BuiltinError('not an object');
}

/** Members of an array, or of a set in Rego's order. */
export function membersOf(value: Value): readonly Value[] {
	return value instanceof RegoSet ? value.members : arrayOf(value);
}

/** A string, or a list or set of strings, as a list. */
export function textsOf(value: Value): readonly string[] {
	return typeof value === 'string' ? [value] : membersOf(value).map(textOf);
}
