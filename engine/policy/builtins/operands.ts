import { numberText, type RegoNumber, toDouble } from '../value/decimal.ts';
import { isNumber, RegoObject, RegoSet, type Value } from '../value/value.ts';
import { isInteger, rational } from './rationals.ts';
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

/** An integer of any size, however it is written (`1.0` and `1e3` are some), as Go's `BigIntOperand` has it. */
export function bigintOf(value: Value): bigint {
	const number = numberOf(value);
	if (typeof number === 'bigint') return number;
	const exact = rational(numberText(number));
	if (exact === undefined || !isInteger(exact)) throw new BuiltinError('not an integer');
	return exact.numerator / exact.denominator;
}

/** An integer of 64 bits as Go's `IntOperand` has it: `1.0` is one, `1e3` is none. */
export function int64Of(value: Value): bigint {
	const integer = readInt64(numberText(numberOf(value)));
	if (integer === undefined) throw new BuiltinError('not an integer of 64 bits');
	return integer;
}

/** What OPA takes for an integer of 64 bits (`util.Atoi64`): no exponent, and only zeros after a point. */
export function readInt64(text: string): bigint | undefined {
	const m = /^([+-]?)(?=.{1,19}$)(\d*)(?:\.0*)?$/.exec(text);
	if (m === null) return undefined;
	const integer = BigInt(m[2]!) * (m[1] === '-' ? -1n : 1n);
	return integer === BigInt.asIntN(64, integer) ? integer : undefined;
}

export function arrayOf(value: Value): readonly Value[] {
	if (Array.isArray(value)) return value as readonly Value[];
	throw new BuiltinError('not an array');
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
