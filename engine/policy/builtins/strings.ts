import type { Value } from '../value/value.ts';
import { textOf, textsOf } from './operands.ts';
import type { Builtin } from './types.ts';

const some = (search: Value, base: Value, matches: (text: string, part: string) => boolean): boolean => {
	const parts = textsOf(base);
	return textsOf(search).filter((text) => parts.some((part) => matches(text, part))).length > 0;
};

/** `strings.*` and `indexof_n`, which are not native in the module. */
export const strings = {
	'strings.any_prefix_match': (_: unknown, search: Value, base: Value) =>
		some(search, base, (text, part) => text.startsWith(part)),
	'strings.any_suffix_match': (_: unknown, search: Value, base: Value) =>
		some(search, base, (text, part) => text.endsWith(part)),
	'strings.count': (_: unknown, text: Value, part: Value) =>
		textOf(part) === '' ? [...textOf(text)].length + 1 : textOf(text).split(textOf(part)).length - 1,
	// Positions count Unicode code points, as Rego's `substring` does.
	indexof_n: (_: unknown, text: Value, part: Value) => {
		const points = [...textOf(text)];
		const wanted = [...textOf(part)];
		if (wanted.length === 0) return undefined;
		const found: number[] = [];
		for (let i = 0; i + wanted.length <= points.length; i++) {
			if (wanted.every((c, k) => points[i + k] === c)) found.push(i);
		}
		return found;
	},
} satisfies Record<string, Builtin>;
