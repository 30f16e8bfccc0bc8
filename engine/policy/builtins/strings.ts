import type { Value } from '../value/value.ts';
import { int64Of, textOf, textsOf } from './operands.ts';
import { occurrences } from './subsequences.ts';
import { type Builtin, BuiltinError } from './types.ts';

/** `strings.*` and `indexof_n`, which are not native in the module. */
export const strings = {
	'strings.any_prefix_match': (_: unknown, search: Value, base: Value) => anyStartsWith(textsOf(search), textsOf(base)),
	'strings.any_suffix_match': (_: unknown, search: Value, base: Value) =>
		anyStartsWith(textsOf(search).map(backwards), textsOf(base).map(backwards)),
	'strings.count': (_: unknown, text: Value, part: Value) =>
		textOf(part) === '' ? [...textOf(text)].length + 1 : textOf(text).split(textOf(part)).length - 1,
	// The first `n` parts, or with a negative one the last ones.
	'strings.split_n': (_: unknown, text: Value, separator: Value, n: Value) => {
		const by = textOf(separator);
		const parts = by === '' ? [...textOf(text)] : textOf(text).split(by);
		const count = Number(int64Of(n));
		return count < 0 ? parts.slice(count) : parts.slice(0, count);
	},
	// Positions count Unicode code points, as Rego's `substring` does.
	indexof_n: (_: unknown, text: Value, part: Value) => {
		const points = [...textOf(text)];
		const wanted = [...textOf(part)];
		if (wanted.length === 0) throw new BuiltinError('nothing to look for');
		return [...occurrences(points, wanted, (a, b) => a === b)];
	},
} satisfies Record<string, Builtin>;

/** Texts with one beginning stand together when sorted, right from where it would stand itself. */
function anyStartsWith(texts: readonly string[], beginnings: readonly string[]): boolean {
	const sorted = [...texts].sort();
	return beginnings.some((beginning) => {
		let [low, high] = [0, sorted.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			if (sorted[middle]! < beginning) low = middle + 1;
			else high = middle;
		}
		return sorted[low]?.startsWith(beginning) ?? false;
	});
}

function backwards(text: string): string {
	return text.split('').reverse().join('');
}
