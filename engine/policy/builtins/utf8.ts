/** The UTF-8 bytes of `text`, one character (0–255) each, as Go's strings are. */
export function bytesOf(text: string): string {
	return Buffer.from(text, 'utf8').toString('latin1');
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text that bytes write. Each byte that is no UTF-8 becomes U+FFFD by itself, as in Go, not a run of them. */
export function textOfBytes(bytes: string): string {
	const buffer = Buffer.from(bytes, 'latin1');
	try {
		return strict.decode(buffer);
	} catch {
		let text = '';
		for (let at = 0; at < buffer.length; ) {
			const length = sequenceLength(buffer, at);
			text += length === 0 ? '\ufffd' : buffer.toString('utf8', at, at + length);
			at += length || 1;
		}
		return text;
	}
}

/** Of the well-formed sequence at `at` (Unicode, table 3-7); 0: there is none. */
function sequenceLength(bytes: Buffer, at: number): number {
	const first = bytes[at]!;
	if (first < 0x80) return 1;
	const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
	for (let i = 1; i < length; i++) {
		const next = bytes[at + i];
		if (next === undefined || next < 0x80 || next > 0xbf) return 0;
	}
	const second = bytes[at + 1]!;
	const overlong = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90);
	const beyond = (first === 0xed && second > 0x9f) || (first === 0xf4 && second > 0x8f);
	return overlong || beyond ? 0 : length;
}
