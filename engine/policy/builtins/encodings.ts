import { compare, RegoObject, type Value } from '../value/value.ts';
import { escapeBytes, unescapeBytes } from './escapes.ts';
import { jsonKey } from './json-text.ts';
import { membersOf, objectOf, textOf } from './operands.ts';
import { type Builtin, BuiltinError } from './types.ts';
import { bytesOf, textOfBytes } from './utf8.ts';

/** Go reads no query with more. */
const MOST_PARAMETERS = 10_000;

/** `hex`, `urlquery` and what is left of `base64url` (the rest is native in the module). */
export const encodings = {
	'hex.encode': (_: unknown, text: Value) => Buffer.from(textOf(text), 'utf8').toString('hex'),
	'hex.decode': (_: unknown, text: Value) => {
		const digits = textOf(text);
		if (digits.length % 2 !== 0 || /[^0-9a-fA-F]/.test(digits)) throw new BuiltinError('not hexadecimal');
		return textOfBytes(Buffer.from(digits, 'hex').toString('latin1'));
	},
	'base64url.encode_no_pad': (_: unknown, text: Value) => Buffer.from(textOf(text), 'utf8').toString('base64url'),
	'urlquery.encode': (_: unknown, text: Value) => escapeText(textOf(text)),
	'urlquery.decode': (_: unknown, text: Value) => unescapeText(textOf(text)),
	'urlquery.encode_object': (_: unknown, object: Value) => {
		const values = new Map(objectOf(object).entries.map(([key, value]) => [jsonKey(key), value]));
		const sorted = [...values].sort(([a], [b]) => compare(a, b));
		const parameters = sorted.flatMap(([key, value]) =>
			(typeof value === 'string' ? [value] : membersOf(value)).map(
				(item) => `${escapeText(key)}=${escapeText(textOf(item))}`,
			),
		);
		return parameters.join('&');
	},
	'urlquery.decode_object': (_: unknown, query: Value) => {
		const parameters = textOf(query).split('&');
		if (parameters.length > MOST_PARAMETERS) throw new BuiltinError('too many parameters');
		const lists = new Map<string, string[]>();
		for (const parameter of parameters) {
			if (parameter === '') continue;
			if (parameter.includes(';')) throw new BuiltinError('a semicolon in a query');
			const at = parameter.indexOf('=');
			const key = unescapeText(at < 0 ? parameter : parameter.slice(0, at));
			const value = at < 0 ? '' : unescapeText(parameter.slice(at + 1));
			const list = lists.get(key);
			if (list === undefined) lists.set(key, [value]);
			else list.push(value);
		}
		return new RegoObject(lists);
	},
} satisfies Record<string, Builtin>;

function escapeText(text: string): string {
	return escapeBytes(bytesOf(text), 'query');
}

function unescapeText(text: string): string {
	return textOfBytes(unescapeBytes(bytesOf(text), 'query'));
}
