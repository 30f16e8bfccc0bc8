import { RE2JS } from 're2js';
import type { Value } from '../value/value.ts';
import { textOf } from './operands.ts';
import { attempt, type Builtin } from './types.ts';

/**
 * The `regex.*` functions that are not native in the module. Linear time, RE2 syntax: patterns come from
 * policies and texts from strangers, so JavaScript's backtracking RegExp is out of the question.
 */
export const regexes = {
	'regex.replace': (_: unknown, text: Value, pattern: Value, template: Value) => {
		const subject = textOf(text);
		const write = expander(compiled(textOf(pattern)), textOf(template));
		let out = '';
		let last = 0;
		for (const match of matches(textOf(pattern), subject)) {
			out += subject.slice(last, match.start) + write(match);
			last = match.end;
		}
		return out + subject.slice(last);
	},
	// Go's Split: an empty match at the start separates nothing, nor is there anything after a match at the end.
	'regex.split': (_: unknown, pattern: Value, text: Value) => {
		const subject = textOf(text);
		if (compiled(textOf(pattern)).pattern() !== '' && subject === '') return [''];
		const parts: string[] = [];
		let from = 0;
		let last = 0;
		for (const { start, end } of matches(textOf(pattern), subject)) {
			last = start;
			if (end !== 0) parts.push(subject.slice(from, start));
			from = end;
		}
		if (last !== subject.length) parts.push(subject.slice(from));
		return parts;
	},
	'regex.find_n': (_: unknown, pattern: Value, text: Value, n: Value) => {
		if (!Number.isSafeInteger(n)) return undefined;
		const found: string[] = [];
		const limit = n as number;
		const subject = textOf(text);
		for (const { start, end } of matches(textOf(pattern), subject)) {
			if (limit >= 0 && found.length >= limit) break;
			found.push(subject.slice(start, end));
		}
		return found;
	},
} satisfies Record<string, Builtin>;

interface Match {
	readonly start: number;
	readonly end: number;
	group(index: number): string;
}

const CACHE_LIMIT = 200;
const cache = new Map<string, RE2JS>();

function compiled(pattern: string): RE2JS {
	let regex = cache.get(pattern);
	if (regex === undefined) {
		regex = attempt(() => RE2JS.compile(pattern));
		if (cache.size >= CACHE_LIMIT) cache.delete(cache.keys().next().value as string);
		cache.set(pattern, regex);
	}
	return regex;
}

/** All matches, left to right. As in Go, an empty one does not count right after another. */
function* matches(pattern: string, text: string): Generator<Match> {
	const matcher = compiled(pattern).matcher(text);
	let last = -1;
	while (matcher.find()) {
		const [start, end] = [matcher.start(), matcher.end()];
		if (start === end && start === last) continue;
		last = end;
		yield { start, end, group: (index) => (index <= matcher.groupCount() ? (matcher.group(index) ?? '') : '') };
	}
}

/** Go's `Regexp.Expand`: `$1`, `$name` (as long as it goes), `${1}`, `${name}`, `$$`; what is none of these is text. */
function expander(regex: RE2JS, template: string): (match: Match) => string {
	const names = regex.namedGroups();
	return (match) =>
		template.replace(/\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu, (_, dollar, braced, bare) => {
			if (dollar !== undefined) return '$';
			const name: string = braced ?? bare;
			if (/^(?:0|[1-9]\d{0,7})$/.test(name)) return match.group(Number(name));
			return Object.hasOwn(names, name) ? match.group(names[name]!) : '';
		});
}
