import { RE2JS } from 're2js';
import { attempt } from './types.ts';

// Linear time, RE2 syntax: patterns come from policies and texts from strangers, so JavaScript's backtracking RegExp is
// out of the question.

export interface Match {
	readonly start: number;
	readonly end: number;
	group(index: number): string;
}

const CACHE_LIMIT = 200;
const cache = new Map<string, RE2JS>();

/** Errors for what is no pattern of RE2. */
export function compiled(pattern: string): RE2JS {
	let regex = cache.get(pattern);
	if (regex === undefined) {
		regex = attempt(() => RE2JS.compile(pattern));
		if (cache.size >= CACHE_LIMIT) cache.delete(cache.keys().next().value as string);
		cache.set(pattern, regex);
	}
	return regex;
}

/** All matches, left to right. As in Go, an empty one does not count right after another. */
export function* matches(pattern: string, text: string): Generator<Match> {
	const matcher = compiled(pattern).matcher(text);
	let last = -1;
	while (matcher.find()) {
		const [start, end] = [matcher.start(), matcher.end()];
		if (start === end && start === last) continue;
		last = end;
		yield { start, end, group: (index) => (index <= matcher.groupCount() ? (matcher.group(index) ?? '') : '') };
	}
}
