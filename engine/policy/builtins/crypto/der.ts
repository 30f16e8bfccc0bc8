import { BuiltinError } from '../types.ts';
import { bigintOfBytes } from './bytes.ts';

/** Tags as they stand in the first byte of an element. */
export const TAG = {
	boolean: 0x01,
	integer: 0x02,
	bitString: 0x03,
	octetString: 0x04,
	oid: 0x06,
	utcTime: 0x17,
	generalizedTime: 0x18,
	sequence: 0x30,
	set: 0x31,
} as const;

/** A tag of the context: `[n]`, with other elements in it or without. */
export const context = (n: number, { constructed = false } = {}) => 0x80 | (constructed ? 0x20 : 0) | n;

export interface Element {
	readonly tag: number;
	/** With its tag and length. */
	readonly whole: Buffer;
	readonly content: Buffer;
}

export interface BitString {
	readonly bytes: Buffer;
	readonly bits: number;
}

/** Integers beyond it mean nothing in cryptography (OpenSSL takes no RSA modulus over 16384 bits), but cost time. */
const MOST_INTEGER_BYTES = 4096;

/** An object identifier: its numbers. */
export type Oid = readonly number[];

/**
 * Reads DER from front to back, as strictly as `golang.org/x/crypto/cryptobyte`: one-byte tags, definite and shortest
 * lengths, shortest integers. What does not read throws `BuiltinError`. It never recurses.
 */
export class Der {
	readonly #bytes: Buffer;
	#at = 0;

	constructor(bytes: Buffer) {
		this.#bytes = bytes;
	}

	get empty(): boolean {
		return this.#at >= this.#bytes.length;
	}

	/** Of the next element. */
	get tag(): number | undefined {
		return this.#bytes[this.#at];
	}

	is(tag: number): boolean {
		return this.tag === tag;
	}

	any(): Element {
		const start = this.#at;
		const { tag, length } = this.#header();
		const from = this.#at;
		if (from + length > this.#bytes.length) throw malformed();
		this.#at = from + length;
		return { tag, whole: this.#bytes.subarray(start, this.#at), content: this.#bytes.subarray(from, this.#at) };
	}

	#header(): { readonly tag: number; readonly length: number } {
		const start = this.#at;
		const tag = this.#bytes[start];
		const first = this.#bytes[start + 1];
		if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw malformed();
		const figures = first < 0x80 ? 0 : first & 0x7f;
		if (first === 0x80 || figures > 4 || start + 2 + figures > this.#bytes.length) throw malformed();
		const length = figures === 0 ? first : this.#bytes.readUIntBE(start + 2, figures);
		if (figures > 0 && (length < 0x80 || this.#bytes[start + 2] === 0)) throw malformed();
		this.#at = start + 2 + figures;
		return { tag, length };
	}

	/**
	 * What is in an element `tag` that `[n]` may be around, `undefined` if there is none. Go's `encoding/asn1` does not
	 * ask how long `[n]` says that it is, so this does not either.
	 */
	explicit(n: number, tag: number): Buffer | undefined {
		if (this.empty) return undefined;
		const start = this.#at;
		const outer = this.#header();
		if (this.empty) throw malformed();
		const isOuter = outer.tag === context(n, { constructed: true }) || (outer.tag === context(n) && outer.length === 0);
		if (isOuter && outer.length === 0) throw malformed();
		if (isOuter) {
			const inner = this.#at;
			const found = this.#header().tag === tag;
			this.#at = inner;
			if (found) return this.content(tag);
		}
		this.#at = start;
		return undefined;
	}

	element(tag: number): Element {
		const element = this.any();
		if (element.tag !== tag) throw malformed();
		return element;
	}

	content(tag: number): Buffer {
		return this.element(tag).content;
	}

	/** What is in the next element, which has `tag`. */
	inside(tag: number): Der {
		return new Der(this.content(tag));
	}

	/** As `inside` if the next element has `tag`, and nothing is read otherwise. */
	maybeInside(tag: number): Der | undefined {
		return this.is(tag) ? this.inside(tag) : undefined;
	}

	skip(tag: number): void {
		if (this.is(tag)) this.any();
	}

	oid(): Oid {
		return readOid(this.content(TAG.oid));
	}

	boolean(): boolean {
		return readBoolean(this.content(TAG.boolean));
	}

	/** An integer of any size up to 4096 bytes. */
	integer(tag: number = TAG.integer): bigint {
		return readInteger(this.content(tag));
	}

	/** An integer of 64 bits. */
	int64(tag: number = TAG.integer): bigint {
		const value = this.integer(tag);
		if (BigInt.asIntN(64, value) !== value) throw malformed();
		return value;
	}

	bitString(): BitString {
		return readBitString(this.content(TAG.bitString));
	}
}

export function malformed(): BuiltinError {
	return new BuiltinError('malformed DER');
}

export function readBoolean(content: Buffer): boolean {
	if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) throw malformed();
	return content[0] === 0xff;
}

export function readInteger(content: Buffer): bigint {
	const [first, second] = content;
	if (first === undefined || content.length > MOST_INTEGER_BYTES) throw malformed();
	if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) throw malformed();
	return BigInt.asIntN(content.length * 8, bigintOfBytes(content));
}

export function readBitString(content: Buffer): BitString {
	const [padding] = content;
	const bytes = content.subarray(1);
	if (padding === undefined || padding > 7 || (bytes.length === 0 && padding !== 0)) throw malformed();
	if (bytes.length > 0 && (bytes.at(-1)! & ((1 << padding) - 1)) !== 0) throw malformed();
	return { bytes, bits: bytes.length * 8 - padding };
}

/** The bytes of a bit string with the padding in front. */
export function rightAligned({ bytes, bits }: BitString): Buffer {
	const shift = (8 - (bits % 8)) % 8;
	if (shift === 0) return bytes;
	return Buffer.from(bytes.map((byte, i) => (byte >> shift) | ((bytes[i - 1] ?? 0) << (8 - shift))));
}

/** No part of it takes more than 31 bits. */
export function readOid(content: Buffer): Oid {
	const parts: number[] = [];
	for (let at = 0; at < content.length; ) {
		let value = 0;
		if (content[at] === 0x80) throw malformed();
		for (let more = true; more; at++) {
			const byte = content[at];
			if (byte === undefined || value >= 2 ** 24) throw malformed();
			value = value * 128 + (byte & 0x7f);
			more = byte >= 0x80;
		}
		parts.push(value);
	}
	const [first, ...rest] = parts;
	if (first === undefined) throw malformed();
	const top = Math.min(2, Math.floor(first / 40));
	return [top, first - top * 40, ...rest];
}
