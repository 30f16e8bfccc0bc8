import type { Value } from '../value/value.ts';
import { arrayOf, int64Of, textOf } from './operands.ts';
import { type Builtin, BuiltinError } from './types.ts';

const ASCII = /^[\0-\x7f]*$/;

/** Parts of texts and arrays: the module's own take no `1.0` for an index, and find the empty text. */
export const substrings = {
	'array.slice': (_: unknown, array: Value, start: Value, stop: Value) => {
		const items = arrayOf(array);
		const [from, to] = [int64Of(start), int64Of(stop)].map((index) => clamped(index, items.length));
		return items.slice(from, to);
	},
	// Positions count Unicode code points.
	indexof: (_: unknown, text: Value, part: Value) => {
		const [whole, wanted] = [textOf(text), textOf(part)];
		if (wanted === '') throw new BuiltinError('nothing to look for');
		const at = whole.indexOf(wanted);
		return at <= 0 ? at : codePoints(whole.slice(0, at));
	},
	// A negative length: up to the end.
	substring: (_: unknown, text: Value, start: Value, length: Value) => {
		const whole = textOf(text);
		const [from, count] = [int64Of(start), int64Of(length)];
		if (from < 0n) throw new BuiltinError('a negative offset');
		const points = ASCII.test(whole) ? whole : [...whole];
		const begin = clamped(from, points.length);
		const end = count < 0n ? points.length : clamped(from + count, points.length);
		const part = points.slice(begin, end);
		return typeof part === 'string' ? part : part.join('');
	},
} satisfies Record<string, Builtin>;

function clamped(index: bigint, length: number): number {
	if (index < 0n) return 0;
	return index > BigInt(length) ? length : Number(index);
}

function codePoints(text: string): number {
	return ASCII.test(text) ? text.length : [...text].length;
}
