/** A range of bytes, `end` exclusive. */
export interface ByteRange {
	readonly start: number;
	readonly end: number;
}

/**
 * The bytes to cut so that some children of an object or array go, and commas still stand between those that
 * stay: each takes the comma before it along, or the one after it where nothing before it stays. The ranges do
 * not overlap; one for each removed child, in order.
 */
export function removalRanges(children: readonly ByteRange[], removed: readonly boolean[]): readonly ByteRange[] {
	const firstKept = removed.indexOf(false);
	return children.flatMap((child, i) => {
		if (!removed[i]) return [];
		if (firstKept !== -1 && firstKept < i) return [{ start: (children[i - 1] as ByteRange).end, end: child.end }];
		return [{ start: child.start, end: (children[i + 1] ?? { start: child.end }).start }];
	});
}
