/** Where `wanted` (not empty) begins in `items`, overlaps included; linear time (Knuth, Morris, Pratt). */
export function* occurrences<T>(
	items: readonly T[],
	wanted: readonly T[],
	equal: (a: T, b: T) => boolean,
): Generator<number> {
	const fallback = borders(wanted, equal);
	let matched = 0;
	for (const [i, item] of items.entries()) {
		while (matched > 0 && (matched === wanted.length || !equal(item, wanted[matched]!))) {
			matched = fallback[matched - 1]!;
		}
		if (equal(item, wanted[matched]!)) matched++;
		if (matched === wanted.length) yield i - matched + 1;
	}
}

/** How much of each beginning is also its end. */
function borders<T>(wanted: readonly T[], equal: (a: T, b: T) => boolean): number[] {
	const lengths = [0];
	for (let i = 1, length = 0; i < wanted.length; i++) {
		while (length > 0 && !equal(wanted[i]!, wanted[length]!)) length = lengths[length - 1]!;
		if (equal(wanted[i]!, wanted[length]!)) length++;
		lengths.push(length);
	}
	return lengths;
}
