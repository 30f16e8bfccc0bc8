import { readFileSync } from 'node:fs';
import type { Answer } from './answer.ts';

/** One pair that differs. */
export interface Difference {
	/** The Rego of the program. */
	readonly program: string;
	readonly input: Readonly<Record<string, unknown>>;
	readonly ours: Answer;
	readonly theirs: Answer;
}

/** A difference that stays, and why. */
export interface Known {
	readonly name: string;
	readonly reason: string;
	/** The smallest that shows it: the text of a program after its package, and its input as JSON. A test sees that it is still there. */
	readonly example: { readonly rules: string; readonly input: string };
	/**
	 * How it is found in a random program: by what the program writes and how the answers differ, never by the case.
	 * Absent: the generator does not write it.
	 */
	readonly found?: {
		/** A regular expression for the Rego. */
		readonly program: string;
		/** What the answers have in common. */
		readonly same: Likeness;
	};
}

/**
 * `numbers`: but for numbers, which differ by less than 1 in 10^15, the values are the same. `order`: the printed
 * values have the same characters in another order. `conflict`: ours is one. Any other text is a
 * regular expression: the message of the one that
 * failed has it.
 */
type Likeness = 'numbers' | 'order' | 'conflict' | (string & {});

const LIST = new URL('../../../scripts/differential/known.json', import.meta.url);

export function readKnown(): readonly Known[] {
	return JSON.parse(readFileSync(LIST, 'utf8')) as Known[];
}

/** The entry of the list that covers a difference. */
export function knownAs(difference: Difference, list: readonly Known[]): Known | undefined {
	return list.find(
		({ found }) =>
			found !== undefined &&
			new RegExp(found.program, 'su').test(difference.program) &&
			alike(difference.ours, difference.theirs, found.same),
	);
}

function alike(ours: Answer, theirs: Answer, likeness: Likeness): boolean {
	if (likeness === 'conflict') return ours.kind === 'conflict' && theirs.kind === 'value';
	if (theirs.kind === 'failure') return new RegExp(likeness).test(theirs.message);
	if (ours.kind === 'failure') return new RegExp(likeness).test(ours.message);
	if (ours.kind !== 'value' || theirs.kind !== 'value') return false;
	if (likeness === 'order') return sorted(ours.text) === sorted(theirs.text);
	return likeness === 'numbers' && closeNumbers(ours.text, theirs.text);
}

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function closeNumbers(a: string, b: string): boolean {
	if (a.replace(NUMBER, '0') !== b.replace(NUMBER, '0')) return false;
	const ours = a.match(NUMBER) ?? [];
	const theirs = b.match(NUMBER) ?? [];
	return ours.every((text, i) => {
		const [x, y] = [Number(text), Number(theirs[i])];
		return x === y || Math.abs(x - y) <= 1e-15 * Math.max(Math.abs(x), Math.abs(y));
	});
}

function sorted(text: string): string {
	return [...text].sort().join('');
}
