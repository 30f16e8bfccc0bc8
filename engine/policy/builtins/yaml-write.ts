import { numberText } from '../value/decimal.ts';
import { isNumber, RegoObject, RegoSet, type Value } from '../value/value.ts';
import { general } from './go-numbers.ts';
import { jsonEntries, jsonText } from './json-text.ts';
import { BuiltinError } from './types.ts';
import { compareKeys } from './yaml-keys.ts';
import { resolve } from './yaml-scalars.ts';
import { isSimpleKey, writeText } from './yaml-strings.ts';

/** What no YAML text may have in it as it is; JSON does not escape these. */
const REFUSED = /[\x7f-\x84\x86-\x9f\ufffe\uffff]/;
/** Longer keys in one line of JSON go-yaml does not read. */
const LONGEST_KEY = 1024;

/** A value as OPA writes it in YAML: go-yaml v3 with an indentation of two, by way of JSON. Throws `BuiltinError`. */
export function writeYaml(value: Value): string {
	if (REFUSED.test(jsonText(value))) throw new BuiltinError('a character that YAML does not have');
	return ended(isBlock(value) ? block(value, '') : scalar(value, '  '));
}

/** A list or an object that is not empty: it begins on a line of its own. */
function isBlock(value: Value): boolean {
	if (value instanceof RegoObject) return value.entries.length > 0;
	return membersOf(value)?.length !== 0 && membersOf(value) !== undefined;
}

function membersOf(value: Value): readonly Value[] | undefined {
	if (value instanceof RegoSet) return value.members;
	return Array.isArray(value) ? (value as readonly Value[]) : undefined;
}

/** Lines, each of them ended. */
function block(value: Value, indent: string): string {
	const inner = `${indent}  `;
	if (!(value instanceof RegoObject)) {
		return membersOf(value)!
			.map((member) => `${indent}- ${afterMark(member, inner)}`)
			.join('');
	}
	return sortedEntries(value)
		.map(([key, member]) => {
			if (!isSimpleKey(key)) {
				return `${indent}? ${ended(writeText(key, inner, false))}${indent}: ${afterMark(member, inner)}`;
			}
			const name = `${indent}${writeText(key, inner, true)}:`;
			return isBlock(member) ? `${name}\n${block(member, inner)}` : ended(`${name} ${scalar(member, inner)}`);
		})
		.join('');
}

/** After `- ` and the like a block begins right there. */
function afterMark(value: Value, indent: string): string {
	return isBlock(value) ? block(value, indent).slice(indent.length) : ended(scalar(value, indent));
}

function scalar(value: Value, indent: string): string {
	if (typeof value === 'string') return writeText(folded(value), indent, false);
	if (isNumber(value)) return numeric(numberText(value), indent);
	if (value === null || typeof value === 'boolean') return String(value);
	return value instanceof RegoObject ? '{}' : '[]';
}

/** A number as go-yaml reads and writes it: in 64 bits, an integer or a double, or if it has no room a text. */
function numeric(text: string, indent: string): string {
	const read = resolve(text);
	if (read.tag === 'int') return String(read.value);
	return read.tag === 'float' ? general(read.value, -1) : writeText(text, indent, false);
}

/** U+0085 is a line break, which on the way through JSON becomes a space, and several become one less. */
function folded(text: string): string {
	return text.replace(/ *\x85[ \x85]*/g, (breaks) => '\n'.repeat(breaks.replaceAll(' ', '').length - 1) || ' ');
}

function sortedEntries(object: RegoObject): readonly (readonly [string, Value])[] {
	const entries = jsonEntries(object);
	if (entries.some(([key]) => key.includes('\x85') || [...jsonText(key)].length > LONGEST_KEY)) {
		throw new BuiltinError('a key that does not fit on a line');
	}
	return [...entries].sort(([a], [b]) => compareKeys(a, b));
}

function ended(text: string): string {
	return text.endsWith('\n') ? text : `${text}\n`;
}
