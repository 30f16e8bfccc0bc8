import { refuseModule } from './refusal.ts';

/**
 * Reads the binary format at a position that moves on. Integers are LEB128 (WebAssembly Core Specification 2.0,
 * §5.2.2). What is read was found valid before; the ends are checked all the same.
 */
export class Cursor {
	readonly bytes: Uint8Array;
	/** Offset of the next byte. */
	at: number;

	constructor(bytes: Uint8Array, at = 0) {
		this.bytes = bytes;
		this.at = at;
	}

	byte(): number {
		const value = this.bytes[this.at++];
		if (value === undefined) throw truncated();
		return value;
	}

	/** `u32`, at most five bytes. */
	unsigned(): number {
		let value = this.byte();
		if (value < 0x80) return value;
		value &= 0x7f;
		for (let shift = 7; ; shift += 7) {
			const next = this.byte();
			// Shifting by 32 and more would wrap, and the fifth byte reaches the sign bit.
			if (shift > 28) throw refuseModule('ERR_MODULE_MALFORMED', 'the module has an integer of more than five bytes');
			value |= (next & 0x7f) << shift;
			if (next < 0x80) return value >>> 0;
		}
	}

	/** `s32`. */
	signed(): number {
		let value = 0;
		let shift = 0;
		let next: number;
		do {
			if (shift > 28) throw refuseModule('ERR_MODULE_MALFORMED', 'the module has an integer of more than five bytes');
			next = this.byte();
			value |= (next & 0x7f) << shift;
			shift += 7;
		} while (next >= 0x80);
		return shift < 32 && next >= 0x40 ? value | (-1 << shift) : value;
	}

	/** Passes over an integer of any width and sign. */
	skipInteger(): void {
		while (this.byte() >= 0x80);
	}

	/** `name` (§5.2.4), as latin 1: the names we compare with are ASCII, and a longer one never equals them. */
	name(): string {
		const length = this.unsigned();
		const end = this.at + length;
		let text = '';
		while (this.at < end) text += String.fromCharCode(this.byte());
		return text;
	}
}

/** Bytes that `value` (a `u32`) takes. */
export function sizeOfUnsigned(value: number): number {
	let size = 1;
	for (let rest = value >>> 7; rest !== 0; rest >>>= 7) size++;
	return size;
}

/** Writes `value` (a `u32`) in as few bytes as it takes. Returns the offset behind it. */
export function writeUnsigned(target: Uint8Array, at: number, value: number): number {
	let rest = value;
	while (rest > 0x7f) {
		target[at++] = (rest & 0x7f) | 0x80;
		rest >>>= 7;
	}
	target[at++] = rest;
	return at;
}

/** `value` (an `s32`, §5.2.2) as `i32.const` takes it. */
export function signedBytes(value: number): number[] {
	const bytes: number[] = [];
	for (let rest = value; ; rest >>= 7) {
		const low = rest & 0x7f;
		const last = rest >> 6 === 0 || rest >> 6 === -1;
		bytes.push(last ? low : low | 0x80);
		if (last) return bytes;
	}
}

function truncated(): Error {
	return refuseModule('ERR_MODULE_MALFORMED', 'the module ends in the middle of something');
}
