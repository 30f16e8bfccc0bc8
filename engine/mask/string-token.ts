/**
 * Byte offsets of code points inside a string token, in one pass.
 *
 * @param start offset of the opening quote; `end` one after the closing one
 * @param value the decoded string
 * @param points ascending positions in it, in code points
 */
export function byteOffsets(
	bytes: Buffer,
	start: number,
	end: number,
	value: string,
	points: readonly number[],
): readonly number[] {
	// Escapes and UTF-8 only ever make the token longer than its string: equal length is ASCII, spelled out.
	if (value.length === end - start - 2) return points.map((point) => start + 1 + point);
	const offsets: number[] = [];
	let at = start + 1;
	let point = 0;
	for (const wanted of points) {
		while (point < wanted && at < end - 1) {
			at += width(bytes, at);
			point += 1;
		}
		offsets.push(at);
	}
	return offsets;
}

/** Bytes of the character at `at`; a pair of surrogate escapes is one. */
function width(bytes: Buffer, at: number): number {
	const byte = bytes[at] as number;
	if (byte < 0x80) {
		if (byte !== 0x5c) return 1;
		if (bytes[at + 1] !== 0x75) return 2;
		return isSurrogate(bytes, at, '89ab') && isSurrogate(bytes, at + 6, 'cdef') ? 12 : 6;
	}
	return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/** Whether an escape `\uDXXX` stands at `at`, with one of `third` as its second digit: the high or the low half. */
function isSurrogate(bytes: Buffer, at: number, third: string): boolean {
	const token = bytes.toString('latin1', at, at + 4).toLowerCase();
	return token.length === 4 && token.startsWith('\\ud') && third.includes(token[3] as string);
}

/** The text between two offsets of a string token. */
export function textBetween(bytes: Buffer, start: number, end: number): string {
	return JSON.parse(`"${bytes.toString('utf8', start, end)}"`) as string;
}

/** `text` as it stands inside a string token. */
export function encoded(text: string): string {
	return JSON.stringify(text).slice(1, -1);
}
