import { RE2JS } from 're2js';
import type { Builtin } from './types.ts';

/**
 * The `regex.*` functions that are not native in the module. Linear time, RE2 syntax: patterns come from
 * policies and texts from strangers, so JavaScript's backtracking RegExp is out of the question.
 */
export const regexes = {
	'regex.replace': (_: unknown, text: string, pattern: string, value: string) =>
		compiled(pattern).matcher(text).replaceAll(goTemplate(value)),
	'regex.split': (_: unknown, pattern: string, text: string) => {
		const parts: string[] = [];
		let last = 0;
		for (const [start, end] of matches(pattern, text)) {
			// Go's Split: an empty match at either edge separates nothing.
			if (end === 0 || (start === end && start === text.length)) continue;
			parts.push(text.slice(last, start));
			last = end;
		}
		parts.push(text.slice(last));
		return parts;
	},
	'regex.find_n': (_: unknown, pattern: string, text: string, n: number) => {
		const found: string[] = [];
		for (const [start, end] of matches(pattern, text)) {
			if (n >= 0 && found.length >= n) break;
			found.push(text.slice(start, end));
		}
		return found;
	},
} satisfies Record<string, Builtin>;

const CACHE_LIMIT = 200;
const cache = new Map<string, RE2JS>();

function compiled(pattern: string): RE2JS {
	let regex = cache.get(pattern);
	if (regex === undefined) {
		regex = RE2JS.compile(pattern);
		if (cache.size >= CACHE_LIMIT) cache.delete(cache.keys().next().value as string);
		cache.set(pattern, regex);
	}
	return regex;
}

function* matches(pattern: string, text: string): Generator<[number, number]> {
	const matcher = compiled(pattern).matcher(text);
	while (matcher.find()) yield [matcher.start(), matcher.end()];
}

/** Go writes groups as `$1`, `${1}`, `${name}`, and `$$`; RE2JS as `$1`, `${name}` with a backslash as escape. */
function goTemplate(template: string): string {
	return template
		.replaceAll('\\', '\\\\')
		.replaceAll('$$', '\\$')
		.replace(/\$\{(\d+)\}/g, '$$$1');
}
