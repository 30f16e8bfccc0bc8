import { NumberTerm, parseTerm, type Term } from '../builtins/terms.ts';
import { RegoObject, RegoSet, type Value } from './value.ts';

/**
 * Values as the module's `opa_value_dump` writes and `opa_value_parse` reads them: JSON, with sets as `{1,2}` and
 * `set()`, and object keys of any kind.
 */
export function writeValue(value: Value): string {
	if (typeof value === 'bigint') return String(value);
	if (typeof value === 'number') return number(value);
	if (value === null || typeof value !== 'object')
		return JSON.stringify(typeof value === 'string' ? value.toWellFormed() : value);
	if (value instanceof RegoSet)
		return value.members.length === 0 ? 'set()' : `{${value.members.map(writeValue).join(',')}}`;
	if (value instanceof RegoObject)
		return `{${value.entries.map(([k, v]) => `${writeValue(k)}:${writeValue(v)}`).join(',')}}`;
	return `[${(value as readonly Value[]).map(writeValue).join(',')}]`;
}

function number(value: number): string {
	if (!Number.isFinite(value)) throw new RangeError('not a number of Rego');
	return Object.is(value, -0) ? '0' : String(value).replace('e+', 'e');
}

/** The value that `opa_value_dump` wrote. Throws `SyntaxError` on anything else. */
export function readValue(text: string): Value {
	return fromTerm(parseTerm(text));
}

function fromTerm(term: Term): Value {
	if (term instanceof NumberTerm) return readNumber(term.text);
	if (term === null || typeof term !== 'object') return term;
	if (term instanceof Set) return new RegoSet([...term].map(fromTerm));
	if (term instanceof Map) return new RegoObject([...term].map(([key, value]) => [fromTerm(key), fromTerm(value)]));
	return (term as readonly Term[]).map(fromTerm);
}

/** Exact for integers of any size; anything else as a double. */
export function readNumber(token: string): number | bigint {
	const value = Number(token);
	if (Number.isSafeInteger(value)) return value;
	if (/^-?\d+$/.test(token)) return BigInt(token);
	return value;
}
