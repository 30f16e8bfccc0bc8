import { print } from '../value/print.ts';
import { RegoSet, type Value } from '../value/value.ts';
import { arrayOf, membersOf, textOf } from './operands.ts';
import type { Builtin } from './types.ts';

/** A module has no room for longer texts. */
const LONGEST = 16_000_000;

/** What makes one text of many: the module's own take the members of a set in the order of its hash table. */
export const concats = {
	concat: (_: unknown, separator: Value, texts: Value) => {
		const by = textOf(separator);
		const parts = membersOf(texts).map(textOf);
		const length = parts.reduce((sum, part) => sum + part.length, by.length * parts.length);
		if (length > LONGEST) throw new RangeError('a text that is too long');
		return parts.join(by);
	},
	// `$"{x}"`: each part is a text, or a set of the one value that its expression has, if it has one.
	'internal.template_string': (_: unknown, parts: Value) => arrayOf(parts).map(written).join(''),
} satisfies Record<string, Builtin>;

/** A part is never an array, unless the host has no sets, as that of the npm package. */
function written(part: Value): string {
	if (!(part instanceof RegoSet || Array.isArray(part))) return shown(part);
	const members = membersOf(part);
	const [value] = members;
	if (members.length > 1) throw new RangeError('a template string with several outputs');
	return value === undefined ? '<undefined>' : shown(value);
}

function shown(value: Value): string {
	return typeof value === 'string' ? value : print(value);
}
