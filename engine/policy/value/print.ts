import { Decimal, numberText } from './decimal.ts';
import { isPrintable } from './printable.ts';
import { RegoObject, RegoSet, type Value } from './value.ts';

/** As OPA prints a value (`ast.Term.String`): members in Rego's order, strings quoted as Go quotes them. */
export function print(value: Value): string {
	if (typeof value === 'string') return quote(value);
	if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Decimal) return numberText(value);
	if (value === null || typeof value !== 'object') return String(value);
	if (value instanceof RegoSet)
		return value.members.length === 0 ? 'set()' : `{${value.members.map(print).join(', ')}}`;
	if (value instanceof RegoObject) return `{${value.entries.map(([k, v]) => `${print(k)}: ${print(v)}`).join(', ')}}`;
	return `[${(value as readonly Value[]).map(print).join(', ')}]`;
}

const SHORT: Readonly<Record<string, string>> = {
	'"': '\\"',
	'\\': '\\\\',
	'\x07': '\\a',
	'\b': '\\b',
	'\f': '\\f',
	'\n': '\\n',
	'\r': '\\r',
	'\t': '\\t',
	'\v': '\\v',
};

/** Go's `strconv.Quote`; `ascii` as in `QuoteToASCII`. */
export function quote(text: string, ascii = false): string {
	return `"${[...text].map((char) => escaped(char, ascii)).join('')}"`;
}

/** Go's `unicode.IsPrint`. */
export const PRINTABLE: Pick<RegExp, 'test'> = { test: isPrintable };

export function escaped(char: string, ascii: boolean): string {
	const short = SHORT[char];
	if (short !== undefined) return short;
	const point = char.codePointAt(0)!;
	if (isPrintable(char) && !(ascii && point > 0x7e)) return char;
	const hex = point.toString(16);
	if (point < 0x80) return `\\x${hex.padStart(2, '0')}`;
	return point < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
