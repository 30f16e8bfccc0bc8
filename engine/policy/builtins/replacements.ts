import type { Value } from '../value/value.ts';
import { objectOf, textOf } from './operands.ts';
import type { Builtin } from './types.ts';
import { bytesOf, textOfBytes } from './utf8.ts';

/** A module has no room for longer texts. */
const LONGEST = 16_000_000;
/** Steps through patterns; more take seconds. */
const MOST_STEPS = 50_000_000;

/** `replace` and `strings.replace_n` as Go's `strings.Replacer`: the module's own do not end where nothing is replaced. */
export const replacements = {
	replace: (_: unknown, text: Value, old: Value, by: Value) => replaced(textOf(text), [[textOf(old), textOf(by)]]),
	'strings.replace_n': (_: unknown, patterns: Value, text: Value) => {
		const pairs = objectOf(patterns).entries.map(([old, by]): Pair => [textOf(old), textOf(by)]);
		return replaced(textOf(text), pairs);
	},
} satisfies Record<string, Builtin>;

type Pair = readonly [old: string, by: string];

function replaced(text: string, pairs: readonly Pair[]): string {
	const [first] = pairs;
	if (pairs.length === 1 && first![0] !== '') return single(text, first!);
	// Where an empty text matches, it does so between the bytes of a character too.
	return textOfBytes(many(bytesOf(text), trie(pairs)));
}

function single(text: string, [old, by]: Pair): string {
	const parts = text.split(old);
	bound(text.length + (parts.length - 1) * by.length);
	return parts.join(by);
}

interface Node {
	readonly next: Map<string, Node>;
	/** What ends here; the lower `rank` goes before. */
	match?: { readonly rank: number; readonly length: number; readonly by: string };
}

/** Over the bytes of the patterns. Of two that are the same the first counts. */
function trie(pairs: readonly Pair[]): Node {
	const root: Node = { next: new Map() };
	for (const [rank, [old, by]] of pairs.entries()) {
		const bytes = bytesOf(old);
		let node = root;
		for (const byte of bytes) {
			const next = node.next.get(byte) ?? { next: new Map() };
			node.next.set(byte, next);
			node = next;
		}
		node.match ??= { rank, length: bytes.length, by: bytesOf(by) };
	}
	return root;
}

/** At each place the pattern that comes first in their order, not the longest one. No two empty matches follow each other. */
function many(bytes: string, root: Node): string {
	const parts: string[] = [];
	let [last, length, steps, emptyBefore] = [0, 0, 0, false];
	for (let at = 0; at <= bytes.length; ) {
		let best = emptyBefore ? undefined : root.match;
		let node = root.next.get(bytes[at] ?? '');
		for (let to = at + 1; node !== undefined; to++) {
			if (node.match !== undefined && (best === undefined || node.match.rank < best.rank)) best = node.match;
			node = node.next.get(bytes[to] ?? '');
			if (++steps > MOST_STEPS) throw new RangeError('too much to replace');
		}
		emptyBefore = best !== undefined && best.length === 0;
		if (best === undefined) {
			at++;
			continue;
		}
		parts.push(bytes.slice(last, at), best.by);
		length += at - last + best.by.length;
		bound(length);
		at += best.length;
		last = at;
	}
	return parts.join('') + bytes.slice(last);
}

/** OPA would go on until it has no memory left. */
function bound(length: number): void {
	if (length > LONGEST) throw new RangeError('a text that is too long');
}
