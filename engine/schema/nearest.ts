/**
 * The one of `known` that a reader most likely meant by `word`, or undefined when none is close: at most a third of
 * the letters may differ (optimal string alignment distance, case aside), and a prefix of three letters counts.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
	const wanted = word.toLowerCase();
	let best: string | undefined;
	let least = Number.POSITIVE_INFINITY;
	for (const candidate of known) {
		const lower = candidate.toLowerCase();
		const bound = Math.max(1, Math.floor(Math.max(wanted.length, lower.length) / 3));
		let d = distance(wanted, lower);
		if (d > bound && wanted.length >= 3 && lower.startsWith(wanted)) d = bound;
		if (d <= bound && d < least) {
			least = d;
			best = candidate;
		}
	}
	return best;
}

function distance(a: string, b: string): number {
	let before: number[] = [];
	let last = Array.from({ length: b.length + 1 }, (_, j) => j);
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		for (let j = 1; j <= b.length; j++) {
			const same = a[i - 1] === b[j - 1];
			let d = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
			// two neighbours swapped are one mistake, not two
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d = Math.min(d, before[j - 2]! + 1);
			row.push(d);
		}
		before = last;
		last = row;
	}
	return last[b.length]!;
}
