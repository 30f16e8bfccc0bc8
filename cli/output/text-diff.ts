/** A piece of two texts: in both, only in the first, or only in the second. */
export interface DiffPiece {
	readonly side: ' ' | '-' | '+';
	readonly text: string;
}

/** Beyond so many comparisons nobody reads a fine diff: then all of the one, and all of the other. */
const MOST = 4_000_000;

/** A text in sentences and lines: what a change of a description is told in. Joined, they are the text. */
export function sentences(text: string): string[] {
	return text.match(/[^\n]*?(?:[.!?]["')\]]* +|\n|$)/g)?.filter((piece) => piece !== '') ?? [];
}

/** The shortest way from `from` to `to`, removals before additions (longest common subsequence). */
export function diffPieces(from: readonly string[], to: readonly string[]): DiffPiece[] {
	let head = 0;
	while (head < from.length && head < to.length && from[head] === to[head]) head++;
	let tail = 0;
	while (tail < from.length - head && tail < to.length - head && from.at(-1 - tail) === to.at(-1 - tail)) tail++;
	const a = from.slice(head, from.length - tail);
	const b = to.slice(head, to.length - tail);
	return [...from.slice(0, head).map(both), ...between(a, b), ...from.slice(from.length - tail).map(both)];
}

function between(a: readonly string[], b: readonly string[]): DiffPiece[] {
	if (a.length * b.length > MOST) return [...a.map(removed), ...b.map(added)];
	const width = b.length + 1;
	const common = new Uint32Array((a.length + 1) * width);
	for (let i = a.length - 1; i >= 0; i--) {
		for (let j = b.length - 1; j >= 0; j--) {
			const at = i * width + j;
			common[at] = a[i] === b[j] ? common[at + width + 1]! + 1 : Math.max(common[at + width]!, common[at + 1]!);
		}
	}
	const pieces: DiffPiece[] = [];
	let i = 0;
	let j = 0;
	while (i < a.length || j < b.length) {
		if (i < a.length && j < b.length && a[i] === b[j]) {
			pieces.push(both(a[i]!));
			i++;
			j++;
		} else if (i < a.length && (j === b.length || common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) {
			pieces.push(removed(a[i++]!));
		} else pieces.push(added(b[j++]!));
	}
	return pieces;
}

const both = (text: string): DiffPiece => ({ side: ' ', text });
const removed = (text: string): DiffPiece => ({ side: '-', text });
const added = (text: string): DiffPiece => ({ side: '+', text });
