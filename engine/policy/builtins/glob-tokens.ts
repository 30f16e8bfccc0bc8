import { BuiltinError } from './types.ts';

/** Code points, both ends included. */
export type Range = readonly [from: number, to: number];

/** One place of a pattern of `regex.globs_match`: a character, `.` or a set, and how often it may come. */
export interface Token {
	readonly kind: 'character' | 'dot' | 'set';
	/** In order, apart from each other; none for a dot. */
	readonly ranges: readonly Range[];
	readonly flag: '' | '+' | '*';
}

interface Char {
	readonly text: string;
	readonly escaped: boolean;
}

/** Reads a pattern; errors for what is none. Repetitions of the same thing next to each other become one. */
export function readGlob(text: string): readonly Token[] {
	const chars = readChars(text);
	const tokens: Token[] = [];
	let at = 0;
	while (at < chars.length) {
		const { text: char, escaped } = chars[at++]!;
		let [kind, ranges]: [Token['kind'], readonly Range[]] = ['character', [single(char)]];
		if (!escaped && /[\]+*]/.test(char)) throw new BuiltinError(`\`${char}\` out of place`);
		if (!escaped && char === '.') [kind, ranges] = ['dot', []];
		if (!escaped && char === '[') [kind, ranges, at] = ['set', ...readSet(chars, at)];
		const flag = chars[at]?.escaped === false && /[+*]/.test(chars[at]!.text) ? (chars[at++]!.text as '+' | '*') : '';
		const last = tokens.at(-1);
		if (flag !== '' && last !== undefined && last.flag !== '' && same(last, { kind, ranges, flag })) {
			tokens[tokens.length - 1] = { ...last, flag: flag === '+' || last.flag === '+' ? '+' : '*' };
		} else {
			tokens.push({ kind, ranges, flag });
		}
	}
	return tokens;
}

function readChars(text: string): readonly Char[] {
	const chars: Char[] = [];
	const points = [...text];
	for (let i = 0; i < points.length; i++) {
		const escaped = points[i] === '\\';
		if (escaped && ++i === points.length) throw new BuiltinError('an escape at the end');
		chars.push({ text: points[i]!, escaped });
	}
	return chars;
}

/** From behind the `[`: the ranges, and where the set ends. */
function readSet(chars: readonly Char[], start: number): [readonly Range[], number] {
	const ranges: Range[] = [];
	let previous: string | undefined;
	for (let at = start; at < chars.length; at++) {
		const { text, escaped } = chars[at]!;
		if (!escaped && text === ']') return [merged(ranges), at + 1];
		if (escaped || text !== '-') {
			ranges.push(single(text));
			previous = text;
			continue;
		}
		const last = chars[++at];
		if (previous === undefined || last === undefined) throw new BuiltinError('a range without its ends');
		if (!last.escaped && /[\]-]/.test(last.text)) throw new BuiltinError('a range without its end');
		if (point(last.text) < point(previous)) throw new BuiltinError('a range that is out of order');
		ranges.push([point(previous), point(last.text)]);
		previous = undefined;
	}
	throw new BuiltinError('a set without its end');
}

function merged(ranges: readonly Range[]): readonly Range[] {
	const out: [number, number][] = [];
	for (const [from, to] of ranges.toSorted(([a], [b]) => a - b)) {
		const last = out.at(-1);
		if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
		else out.push([from, to]);
	}
	return out;
}

function same(a: Token, b: Token): boolean {
	if (a.kind !== b.kind || a.ranges.length !== b.ranges.length) return false;
	return a.ranges.every(([from, to], i) => from === b.ranges[i]![0] && to === b.ranges[i]![1]);
}

const point = (char: string): number => char.codePointAt(0)!;
const single = (char: string): Range => [point(char), point(char)];
