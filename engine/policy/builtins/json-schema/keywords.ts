import { RE2JS } from 're2js';
import { numberText } from '../../value/decimal.ts';
import { rational } from '../rationals.ts';
import { BuiltinError } from '../types.ts';
import { isJsonNumber, isList, isObject, type Json, type JsonObject } from './json.ts';
import type { Limit } from './schema.ts';

// Values of keywords. What is none is an error in OPA's words (its copy of gojsonschema), since policies see them.

export function invalidType(expected: string, given: string): BuiltinError {
	return new BuiltinError(`Invalid type. Expected: ${expected}, given: ${given}`);
}

export function textAt(schema: JsonObject, name: string): string | undefined {
	const value = schema.get(name);
	if (value === undefined || typeof value === 'string') return value;
	throw invalidType('string', name);
}

export function listAt(schema: JsonObject, name: string): readonly Json[] | undefined {
	const value = schema.get(name);
	if (value === undefined || isList(value)) return value;
	throw new BuiltinError(`${name} must be of an array`);
}

export function objectAt(schema: JsonObject, name: string): JsonObject | undefined {
	const value = schema.get(name);
	if (value === undefined || isObject(value)) return value;
	throw invalidType('Valid Schema', name);
}

/** An integer of 64 bits, 0 or more, without point and exponent. */
export function countAt(schema: JsonObject, name: string): number | undefined {
	const value = schema.get(name);
	if (value === undefined) return undefined;
	const text = isJsonNumber(value) ? numberText(value) : '';
	if (!/^-?\d+$/.test(text) || BigInt(text) !== BigInt.asIntN(64, BigInt(text))) {
		throw new BuiltinError(`${name} must be of an integer`);
	}
	if (text.startsWith('-')) throw new BuiltinError(`${name} must be greater than or equal to 0`);
	return Number(text);
}

export function limitOf(value: Json): Limit | undefined {
	if (!isJsonNumber(value)) return undefined;
	const text = numberText(value);
	const exact = rational(text);
	return exact && { value: exact, text };
}

export function boundAt(schema: JsonObject, name: 'minimum' | 'maximum'): Limit | undefined {
	const value = schema.get(name);
	if (value === undefined) return undefined;
	const limit = limitOf(value);
	if (limit === undefined) throw new BuiltinError(`${name} must be of a Number`);
	return limit;
}

export function regex(pattern: string, wrong: string): RE2JS {
	try {
		return RE2JS.compile(pattern);
	} catch {
		throw new BuiltinError(wrong);
	}
}
