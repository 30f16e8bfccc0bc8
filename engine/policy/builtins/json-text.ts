import { numberText } from '../value/decimal.ts';
import { compare, isNumber, RegoObject, RegoSet, type Value } from '../value/value.ts';
import { BuiltinError } from './types.ts';

/** JSON of a value as Go's encoding/json writes it; sets are lists, keys are texts in order of their code points. */
export function jsonText(value: Value): string {
	return write(value, () => '', ':');
}

/** Longer texts a module has no room for. */
const LONGEST = 16_000_000;

/** As `json.MarshalIndent`: each line but the first begins with `prefix` and an `indent` for each level. */
export function indentedJson(value: Value, prefix: string, indent: string): string {
	let length = 0;
	const newLine = (depth: number) => {
		length += 1 + prefix.length + indent.length * depth;
		if (length > LONGEST) throw new BuiltinError('a text that is too long');
		return `\n${prefix}${indent.repeat(depth)}`;
	};
	return write(value, newLine, ': ');
}

/** A key of an object as text: a string is one, anything else is written as JSON. */
export function jsonKey(key: Value): string {
	return typeof key === 'string' ? key : jsonText(key);
}

/** Entries of an object as its JSON has them. Of keys that are one text, the last counts. */
export function jsonEntries(object: RegoObject): readonly (readonly [string, Value])[] {
	const entries = new Map(object.entries.map(([key, value]) => [jsonKey(key), value]));
	return [...entries].sort(([a], [b]) => compare(a, b));
}

function write(value: Value, newLine: (depth: number) => string, colon: string, depth = 0): string {
	if (typeof value === 'string') return quoted(value);
	if (isNumber(value)) return jsonNumber(numberText(value));
	if (value === null || typeof value !== 'object') return String(value);
	const inside = (member: Value) => newLine(depth + 1) + write(member, newLine, colon, depth + 1);
	if (value instanceof RegoObject) {
		if (value.entries.length === 0) return '{}';
		const entries = jsonEntries(value).map(
			([key, member]) => `${newLine(depth + 1)}${quoted(key)}${colon}${write(member, newLine, colon, depth + 1)}`,
		);
		return `{${entries.join(',')}${newLine(depth)}}`;
	}
	const members = value instanceof RegoSet ? value.members : (value as readonly Value[]);
	return members.length === 0 ? '[]' : `[${members.map(inside).join(',')}${newLine(depth)}]`;
}

/** As it is written. `.5` is a number of Rego, but none of JSON, and Go does not write it. */
function jsonNumber(text: string): string {
	if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text))
		throw new BuiltinError(`json: invalid number literal "${text}"`);
	return text;
}

/** Go also escapes what HTML and JavaScript would take for something else. */
function quoted(text: string): string {
	return JSON.stringify(text.toWellFormed()).replace(
		/[<>&\u2028\u2029]/g,
		(char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
}
