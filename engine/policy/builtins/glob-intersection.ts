import { readGlob, type Token } from './glob-tokens.ts';
import { BuiltinError } from './types.ts';

/** Steps that one comparison may take, some 100 ns each. */
const MOST_STEPS = 2_000_000;
/** Repetitions in a pattern: each one can be a level of recursion. */
const MOST_REPETITIONS = 250;

type Glob = readonly Token[];

/**
 * Whether some text matches both patterns of characters, `.`, `[a-c]`, `+` and `*`, as the Go package that OPA uses
 * (yashtewari/glob-intersection) finds it. It tries ways one after another and gives the same answer for the same
 * places again, so answers are kept and the time is polynomial; it also has a bound. Errors for what is no pattern.
 */
export function globsIntersect(left: string, right: string): boolean {
	const globs = trimmed(readGlob(left), readGlob(right));
	if (globs === undefined) return false;
	if (globs.some((glob) => glob.filter(({ flag }) => flag !== '').length > MOST_REPETITIONS)) {
		throw new BuiltinError('too many repetitions');
	}
	return new Search(globs).meet(0, 0, 0);
}

/** Without what they have in common at both ends, but for one place; undefined if they differ there. */
function trimmed(a: Glob, b: Glob): readonly [Glob, Glob] | undefined {
	const plain = (x: Token | undefined, y: Token | undefined) => x?.flag === '' && y?.flag === '';
	let start = 0;
	for (; plain(a[start], b[start]); start++) {
		if (!overlap(a[start]!, b[start]!)) return undefined;
	}
	if (start > 0) start--;
	let [endA, endB] = [a.length, b.length];
	for (; endA > start && endB > start && plain(a[endA - 1], b[endB - 1]); endA--, endB--) {
		if (!overlap(a[endA - 1]!, b[endB - 1]!)) return undefined;
	}
	if (endA < a.length) {
		endA++;
		endB++;
	}
	return [a.slice(start, endA), b.slice(start, endB)];
}

/** Whether one character can stand at both places. Two sets need one that both have, a dot none. */
function overlap(a: Token, b: Token): boolean {
	if (a.kind === 'dot' || b.kind === 'dot') return true;
	for (let i = 0, k = 0; i < a.ranges.length && k < b.ranges.length; ) {
		const [x, y] = [a.ranges[i]!, b.ranges[k]!];
		if (x[1] < y[0]) i++;
		else if (y[1] < x[0]) k++;
		else return true;
	}
	return false;
}

/**
 * Places are `first`, the glob that the package has first (of two repetitions it follows that one), how far it is in
 * that one, and how far in the other.
 */
class Search {
	readonly #globs: readonly [Glob, Glob];
	readonly #known = new Map<number, boolean>();
	#steps = 0;

	constructor(globs: readonly [Glob, Glob]) {
		this.#globs = globs;
	}

	/** Whether the rests of both meet: plain places one by one, up to a repetition. */
	meet(first: 0 | 1, i: number, j: number): boolean {
		const [one, two] = this.#order(first);
		let [x, y] = [i, j];
		for (; x < one.length && y < two.length; x++, y++) {
			this.#step(one[x]!, two[y]!);
			if (one[x]!.flag !== '') return this.#repeat(first, x, y);
			if (two[y]!.flag !== '') return this.#repeat(first === 0 ? 1 : 0, y, x);
			if (!overlap(one[x]!, two[y]!)) return false;
		}
		return x === one.length && y === two.length;
	}

	/** `first` has a repetition at `i`. */
	#repeat(first: 0 | 1, i: number, j: number): boolean {
		const key = (first * (this.#globs[first].length + 1) + i) * (this.#order(first)[1].length + 1) + j;
		let answer = this.#known.get(key);
		if (answer === undefined) {
			answer = this.#order(first)[0][i]!.flag === '+' ? this.#plus(first, i, j) : this.#star(first, i, j);
			this.#known.set(key, answer);
		}
		return answer;
	}

	#plus(first: 0 | 1, i: number, j: number): boolean {
		const [one, two] = this.#order(first);
		if (!overlap(one[i]!, two[j]!)) return false;
		if (this.#star(first, i, j + 1)) return true;
		return two[j]!.flag !== '' && this.meet(first, i + 1, j);
	}

	/** The repetition takes place after place of the other, and stops where what follows it fits. */
	#star(first: 0 | 1, i: number, j: number): boolean {
		const [one, two] = this.#order(first);
		const next = one[i + 1];
		for (let y = j; y < two.length; y++) {
			this.#step(one[i]!, two[y]!);
			if (next !== undefined && overlap(two[y]!, next) && this.meet(first, i + 1, y)) return true;
			if (!overlap(two[y]!, one[i]!)) return false;
		}
		return next === undefined;
	}

	#order(first: 0 | 1): readonly [Glob, Glob] {
		return [this.#globs[first], this.#globs[first === 0 ? 1 : 0]];
	}

	#step(a: Token, b: Token): void {
		this.#steps += 1 + a.ranges.length + b.ranges.length;
		if (this.#steps > MOST_STEPS) throw new BuiltinError('patterns that take too long to compare');
	}
}
