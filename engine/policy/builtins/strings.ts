import type { Builtin } from './types.ts';

const list = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

/** `strings.*` and `indexof_n`, which are not native in the module. */
export const strings = {
	'strings.any_prefix_match': (_: unknown, search: string | string[], base: string | string[]) =>
		list(search).some((s) => list(base).some((b) => s.startsWith(b))),
	'strings.any_suffix_match': (_: unknown, search: string | string[], base: string | string[]) =>
		list(search).some((s) => list(base).some((b) => s.endsWith(b))),
	'strings.count': (_: unknown, text: string, part: string) =>
		part === '' ? [...text].length + 1 : text.split(part).length - 1,
	// Positions count Unicode code points, as Rego's `substring` does.
	indexof_n: (_: unknown, text: string, part: string) => {
		if (part === '') return undefined;
		const points = [...text];
		const wanted = [...part];
		const found: number[] = [];
		for (let i = 0; i + wanted.length <= points.length; i++) {
			if (wanted.every((c, k) => points[i + k] === c)) found.push(i);
		}
		return found;
	},
} satisfies Record<string, Builtin>;
