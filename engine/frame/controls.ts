/**
 * Whether any byte is a control character (below 0x20). Four bytes at a time: compact JSON has none, and knowing
 * that once lets the scanner jump from quote to quote.
 */
export function hasControls(bytes: Uint8Array): boolean {
	const head = Math.min(bytes.length, (4 - (bytes.byteOffset & 3)) & 3);
	const words = new Int32Array(bytes.buffer, bytes.byteOffset + head, (bytes.length - head) >> 2);
	for (let i = 0; i < head; i += 1) if ((bytes[i] as number) < 0x20) return true;
	for (let i = head + words.length * 4; i < bytes.length; i += 1) if ((bytes[i] as number) < 0x20) return true;
	// (x - 0x20) & ~x has the top bit of a byte set exactly when some byte of the word is below 0x20.
	let below = 0;
	for (let i = 0; i < words.length; i += 1) {
		const word = words[i] as number;
		below |= (word - 0x20202020) & ~word;
	}
	return (below & 0x80808080) !== 0;
}
