import { bytesOfBigint } from './bytes.ts';
import { TAG } from './der.ts';

// Enough DER to hand a key to node:crypto.

export function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
	const content = Buffer.concat(parts);
	const length = bytesOfBigint(BigInt(content.length), 1);
	const header = content.length < 0x80 ? [tag, content.length] : [tag, 0x80 | length.length, ...length];
	return Buffer.concat([Buffer.from(header), content]);
}

export const sequence = (...parts: readonly Uint8Array[]) => element(TAG.sequence, ...parts);

/** A positive integer. */
export function integer(value: bigint): Buffer {
	const bytes = bytesOfBigint(value, 1);
	return element(TAG.integer, bytes[0]! >= 0x80 ? Buffer.from([0]) : Buffer.alloc(0), bytes);
}

export const bitString = (bytes: Uint8Array) => element(TAG.bitString, Buffer.from([0]), bytes);

export function oid(text: string): Buffer {
	const [top = 0, second = 0, ...rest] = text.split('.').map(Number);
	return element(TAG.oid, Buffer.from([top * 40 + second, ...rest].flatMap(base128)));
}

function base128(value: number): number[] {
	const figures = [value & 0x7f];
	for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128))
		figures.unshift(0x80 | (left & 0x7f));
	return figures;
}
