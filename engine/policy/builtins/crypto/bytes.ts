import { BuiltinError } from '../types.ts';
import { textOfBytes as textOf } from '../utf8.ts';

// Bytes and text as Go's library converts them.

/**
 * Go's `base64.StdEncoding` and `URLEncoding` with padding, `raw` without: line ends are skipped anywhere, bits that are
 * left over in the last figure are ignored, everything else is an error.
 */
export function decodeBase64(text: string, { url = false, raw = false } = {}): Buffer {
	const figures = text.replace(/[\r\n]/g, '');
	const alphabet = url ? /^[\w-]*={0,2}$/ : /^[A-Za-z0-9+/]*={0,2}$/;
	const wrongLength = raw ? figures.endsWith('=') || figures.length % 4 === 1 : figures.length % 4 !== 0;
	if (wrongLength || !alphabet.test(figures)) throw new BuiltinError('illegal base64 data');
	return Buffer.from(figures, 'base64');
}

/** What Go's `json.Marshal` makes of bytes that it takes for text: every byte that is no UTF-8 becomes U+FFFD. */
export function textOfBytes(bytes: Buffer): string {
	return textOf(bytes.toString('latin1'));
}

/** A big-endian number, 0 for no bytes. */
export function bigintOfBytes(bytes: Uint8Array): bigint {
	return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

/** Big-endian, at least `length` bytes; 0 has none. */
export function bytesOfBigint(value: bigint, length = 0): Buffer {
	if (value === 0n) return Buffer.alloc(length);
	const hex = value.toString(16);
	return Buffer.from(hex.padStart(Math.max(length * 2, hex.length + (hex.length % 2)), '0'), 'hex');
}

export function bitLength(value: bigint): number {
	return value === 0n ? 0 : value.toString(2).length;
}
