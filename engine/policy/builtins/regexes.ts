import type { RE2JS } from 're2js';
import type { Value } from '../value/value.ts';
import { globsIntersect } from './glob-intersection.ts';
import { int64Of, textOf } from './operands.ts';
import { compiled, type Match, matches } from './regex-engine.ts';
import { templatePattern } from './regex-template.ts';
import { type Builtin, BuiltinError } from './types.ts';

/** UTF-16 units that `regex.replace` may write: `$0$0$0…` makes much of little. */
const LONGEST = 16 * 1024 * 1024;

/** The `regex.*` functions that the module leaves to its host. */
export const regexes = {
	'regex.replace': (_: unknown, text: Value, pattern: Value, template: Value) => {
		const subject = textOf(text);
		const write = expander(compiled(textOf(pattern)), textOf(template));
		let out = '';
		let last = 0;
		for (const match of matches(textOf(pattern), subject)) {
			out += subject.slice(last, match.start) + write(match, LONGEST - out.length);
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
		const limit = int64Of(n);
		const found: string[] = [];
		const subject = textOf(text);
		for (const { start, end } of matches(textOf(pattern), subject)) {
			if (limit >= 0 && found.length >= limit) break;
			found.push(subject.slice(start, end));
		}
		return found;
	},
	'regex.find_all_string_submatch_n': (_: unknown, pattern: Value, text: Value, n: Value) => {
		const limit = int64Of(n);
		const found: string[][] = [];
		const subject = textOf(text);
		const groups = compiled(textOf(pattern)).groupCount();
		for (const match of matches(textOf(pattern), subject)) {
			if (limit >= 0 && found.length >= limit) break;
			found.push(Array.from({ length: groups + 1 }, (_, i) => match.group(i)));
		}
		return found;
	},
	'regex.template_match': (_: unknown, template: Value, text: Value, open: Value, close: Value) => {
		const subject = textOf(text);
		const pattern = templatePattern(textOf(template), textOf(open), textOf(close));
		return compiled(pattern).matcher(subject).find();
	},
	'regex.globs_match': (_: unknown, a: Value, b: Value) => globsIntersect(textOf(a), textOf(b)),
} satisfies Record<string, Builtin>;

type Part = string | ((match: Match) => string);

/** Go's `Regexp.Expand`: `$1`, `$name` (as long as it goes), `${1}`, `${name}`, `$$`; what is none of these is text. */
function expander(regex: RE2JS, template: string): (match: Match, room: number) => string {
	const names = regex.namedGroups();
	const parts: Part[] = [];
	let at = 0;
	for (const found of template.matchAll(/\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu)) {
		const [whole, dollar, braced, bare] = found;
		parts.push(template.slice(at, found.index));
		at = found.index + whole.length;
		const name = braced ?? bare ?? '';
		if (dollar !== undefined) parts.push('$');
		else if (/^(?:0|[1-9]\d{0,7})$/.test(name)) parts.push((match) => match.group(Number(name)));
		else if (Object.hasOwn(names, name)) parts.push((match) => match.group(names[name]!));
	}
	parts.push(template.slice(at));
	return (match, room) => {
		let out = '';
		for (const part of parts) {
			out += typeof part === 'string' ? part : part(match);
			if (out.length > room) throw new BuiltinError('a result that is too long');
		}
		return out;
	};
}
