import { Decimal, numberText } from './decimal.ts';
import { RegoObject, RegoSet, type Value } from './value.ts';

/**
 * A value as the module's `opa_value_parse` reads it: JSON, with sets as `{1,2}` and `set()`, and object keys of any
 * kind. Lone surrogates become U+FFFD, as the module stops at them. Throws `RangeError` for an infinite number.
 */
export function writeValue(value: Value): string {
	if (typeof value === 'string') return JSON.stringify(value.toWellFormed());
	// The module reads JSON, which has no `.5`.
	if (value instanceof Decimal) return value.text.replace(/^(-?)\./, '$10.');
	if (typeof value === 'number' || typeof value === 'bigint') return numberText(value);
	if (value === null || typeof value !== 'object') return String(value);
	if (value instanceof RegoSet)
		return value.members.length === 0 ? 'set()' : `{${value.members.map(writeValue).join(',')}}`;
	if (value instanceof RegoObject)
		return `{${value.entries.map(([k, v]) => `${writeValue(k)}:${writeValue(v)}`).join(',')}}`;
	return `[${(value as readonly Value[]).map(writeValue).join(',')}]`;
}
