import { numberText, type RegoNumber } from '../../value/decimal.ts';
import { readValue } from '../../value/read.ts';
import { compare, isNumber, RegoObject, type Value } from '../../value/value.ts';
import { jsonText } from '../json-text.ts';
import { attempt, BuiltinError } from '../types.ts';

/** JSON with objects that can be looked into; numbers are as they were written. */
export type Json = null | boolean | string | RegoNumber | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

/** A schema or a document: a text of JSON, or an object or array of Rego. Throws `BuiltinError`. */
export function jsonOf(value: Value): Json {
	if (typeof value === 'string') {
		try {
			JSON.parse(value);
		} catch {
			throw new BuiltinError('invalid JSON string');
		}
		return lookable(attempt(() => readValue(value)));
	}
	if (value instanceof RegoObject || Array.isArray(value)) return lookable(readValue(jsonText(value)));
	throw new BuiltinError('wrong type, expected string or object');
}

function lookable(value: Value): Json {
	if (value instanceof RegoObject) return new Map(value.entries.map(([k, v]) => [k as string, lookable(v)]));
	return Array.isArray(value) ? (value as readonly Value[]).map(lookable) : (value as Json);
}

export function isObject(json: Json | undefined): json is JsonObject {
	return json instanceof Map;
}

export function isList(json: Json | undefined): json is readonly Json[] {
	return Array.isArray(json);
}

export function isJsonNumber(json: Json | undefined): json is RegoNumber {
	return json !== undefined && !isObject(json) && isNumber(json as Value);
}

/** JSON of one form for equal values: keys in order, numbers as doubles. */
export function canonical(json: Json): string {
	if (isObject(json)) {
		const entries = [...json].sort(([a], [b]) => compare(a, b));
		return `{${entries.map(([key, value]) => `${jsonText(key)}:${canonical(value)}`).join(',')}}`;
	}
	if (isList(json)) return `[${json.map(canonical).join(',')}]`;
	if (!isJsonNumber(json)) return jsonText(json as Value);
	const double = Number(numberText(json));
	if (!Number.isFinite(double)) throw new BuiltinError('a number that no double holds');
	return Object.is(double, -0) ? '-0' : String(double);
}
