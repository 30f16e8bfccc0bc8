/** What is put in the place of the bytes from `at` to `behind`, offsets of the source; often there are none. */
export interface Change {
	readonly at: number;
	readonly behind: number;
	/** Bytes that `write` writes. */
	readonly size: number;
	/** Returns the offset behind what it wrote. */
	readonly write: (target: Uint8Array, to: number) => number;
}

/** Bytes of the source from `from` to `end` with the changes in it. */
export function sizeWith(from: number, end: number, changes: readonly Change[]): number {
	return changes.reduce((sum, { at, behind, size }) => sum + size - (behind - at), end - from);
}

/** Writes the source from `from` to `end` with the changes in it, which are ascending. Returns the offset behind it. */
export function writeWith(
	target: Uint8Array,
	to: number,
	source: Uint8Array,
	from: number,
	end: number,
	changes: readonly Change[],
): number {
	let written = to;
	let read = from;
	for (const change of changes) {
		target.set(source.subarray(read, change.at), written);
		written = change.write(target, written + change.at - read);
		read = change.behind;
	}
	target.set(source.subarray(read, end), written);
	return written + end - read;
}
