import { isAscii, isUtf8 } from 'node:buffer';
import { hasControls } from './controls.ts';
import type { FrameLimits, Refusal } from './frame.ts';
import type { JsonMember, JsonNode } from './json.ts';
import { MAX_DEPTH } from './limits.ts';
import { decode, ScannedNumber, ScannedString, type Source, type Spelling } from './nodes.ts';
import { FrameRefused, refusalOf } from './refusal.ts';

/** A JSON text as a tree with byte offsets, or why it is none. */
export type ScannedJson =
	| {
			readonly ok: true;
			readonly root: JsonNode;
			/** Byte offsets of `\uD8xx` escapes without a partner, in string values, ascending. */
			readonly loneSurrogates: readonly number[];
	  }
	| { readonly ok: false; readonly refusal: Refusal };

/**
 * Reads one JSON text (RFC 8259) strictly, in one pass over the raw bytes.
 *
 * What two parsers could read differently does not scan: invalid UTF-8, a byte order mark, anything after the
 * value, a key that an object has twice once unescaped, a lone surrogate in a key. Numbers keep their token.
 * Never throws; every refusal has an `ERR_FRAME_…` code and the byte offset of the place.
 */
export function scanJson(bytes: Buffer, limits: FrameLimits): ScannedJson {
	try {
		if (bytes.length > limits.frame) {
			throw new FrameRefused('ERR_FRAME_SIZE', `the frame has ${bytes.length} bytes, the limit is ${limits.frame}`);
		}
		const ascii = isAscii(bytes);
		if (!ascii && !isUtf8(bytes)) throw new FrameRefused('ERR_FRAME_UTF8', 'the frame is not valid UTF-8');
		if (bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
			throw new FrameRefused('ERR_FRAME_BOM', 'the frame starts with a byte order mark', 0);
		}
		const scanner = new Scanner(bytes, ascii, limits);
		return { ok: true, root: scanner.text(), loneSurrogates: scanner.loneSurrogates };
	} catch (thrown) {
		return { ok: false, refusal: refusalOf(thrown) };
	}
}

/** 1 for the bytes that end a run of plain characters in a string: quote, backslash, controls, non-ASCII. */
const SPECIAL = new Uint8Array(256).fill(1, 0, 0x20).fill(1, 0x80);
SPECIAL[0x22] = 1;
SPECIAL[0x5c] = 1;

/** Up to this many members, comparing a new key with each one before is cheaper than a set. */
const FEW = 12;

/** A string this long is searched with the engine's own search instead of byte by byte. */
const LONG = 48;

class Scanner {
	readonly loneSurrogates: number[] = [];
	private readonly bytes: Buffer;
	private readonly ascii: boolean;
	private readonly source: Source;
	private readonly maxDepth: number;
	private readonly maxKeys: number;
	private at = 0;
	private depth = 0;
	private keys = 0;
	/** Set by `string()` for the token it just passed. */
	private spelling: Spelling = 'plain';
	/** What `jump` found last: offsets stay good until `at` has passed them, so the frame is searched once. */
	private quote = -1;
	private backslash = -1;
	private jumps: boolean | undefined = undefined;

	constructor(bytes: Buffer, ascii: boolean, limits: FrameLimits) {
		this.bytes = bytes;
		this.ascii = ascii;
		this.source = { bytes, latin1: bytes.toString('latin1') };
		this.maxDepth = Math.min(limits.depth, MAX_DEPTH);
		this.maxKeys = limits.keys;
	}

	text(): JsonNode {
		this.space();
		const root = this.value();
		this.space();
		if (this.at < this.bytes.length) throw this.bad('there is more after the JSON value');
		return root;
	}

	private value(): JsonNode {
		const start = this.at;
		switch (this.bytes[start]) {
			case 0x22:
				this.string(false);
				return new ScannedString(this.source, start, this.at, this.spelling);
			case 0x7b:
				return this.object(start);
			case 0x5b:
				return this.array(start);
			case 0x74:
				return this.literal(start, 'true', true);
			case 0x66:
				return this.literal(start, 'false', false);
			case 0x6e:
				return this.literal(start, 'null', null);
			default:
				return this.number(start);
		}
	}

	private object(start: number): JsonNode {
		this.enter();
		const bytes = this.bytes;
		const members: JsonMember[] = [];
		let seen: Set<string> | undefined;
		this.at += 1;
		this.space();
		if (bytes[this.at] === 0x7d) this.at += 1;
		else {
			for (;;) {
				this.count();
				const keyStart = this.at;
				if (bytes[keyStart] !== 0x22) throw this.bad('a key was expected');
				this.string(true);
				const keyEnd = this.at;
				const key = decode(this.source, keyStart, keyEnd, this.spelling);
				if (members.length === FEW) seen = new Set(members.map((m) => m.key));
				if (seen === undefined ? hasKey(members, key) : seen.has(key)) {
					// The name is not repeated here: in `arguments` a key can be data.
					throw new FrameRefused('ERR_FRAME_DUPLICATE_KEY', 'an object has the same key twice', keyStart);
				}
				seen?.add(key);
				this.space();
				if (bytes[this.at] !== 0x3a) throw this.bad('a `:` was expected');
				this.at += 1;
				this.space();
				const value = this.value();
				members.push({ key, keyStart, keyEnd, value });
				this.space();
				const next = bytes[this.at];
				if (next !== 0x2c && next !== 0x7d) throw this.bad('a `,` or `}` was expected');
				this.at += 1;
				if (next === 0x7d) break;
				this.space();
			}
		}
		this.depth -= 1;
		return { type: 'object', start, end: this.at, members };
	}

	private array(start: number): JsonNode {
		this.enter();
		const items: JsonNode[] = [];
		this.at += 1;
		this.space();
		if (this.bytes[this.at] === 0x5d) this.at += 1;
		else {
			for (;;) {
				this.count();
				items.push(this.value());
				this.space();
				const next = this.bytes[this.at];
				if (next !== 0x2c && next !== 0x5d) throw this.bad('a `,` or `]` was expected');
				this.at += 1;
				if (next === 0x5d) break;
				this.space();
			}
		}
		this.depth -= 1;
		return { type: 'array', start, end: this.at, items };
	}

	/** Passes the string token at `at` and notes how it is spelled. */
	private string(key: boolean): void {
		const bytes = this.bytes;
		const length = bytes.length;
		let at = this.at + 1;
		let spelling: Spelling = 'plain';
		let near = at + LONG;
		for (;;) {
			const stop = Math.min(near, length);
			while (at < stop && SPECIAL[bytes[at] as number] === 0) at += 1;
			if (at >= near) {
				// A long run: jump to its end, unless the frame has control characters somewhere.
				this.jumps ??= !hasControls(bytes);
				if (!this.jumps) {
					near = Number.POSITIVE_INFINITY;
					continue;
				}
				at = this.jump(at);
				if (!this.ascii && spelling === 'plain') spelling = 'utf8';
			}
			if (at >= length) throw this.bad('the string has no end', at);
			const byte = bytes[at] as number;
			if (byte === 0x22) break;
			if (byte === 0x5c) {
				spelling = 'escaped';
				at = this.escape(at, key);
				near = at + LONG;
			} else if (byte >= 0x80) {
				if (spelling === 'plain') spelling = 'utf8';
				at += 1;
			} else throw this.bad('a control character stands unescaped in a string', at);
		}
		this.at = at + 1;
		this.spelling = spelling;
	}

	/** The offset of the next quote or backslash; the length if there is none. */
	private jump(at: number): number {
		if (this.quote < at) this.quote = this.next('"', at);
		if (this.backslash < at) this.backslash = this.next('\\', at);
		return Math.min(this.quote, this.backslash);
	}

	private next(character: string, at: number): number {
		const found = this.source.latin1.indexOf(character, at);
		return found === -1 ? this.bytes.length : found;
	}

	/** The offset after the escape at `at`; a pair of surrogate escapes is passed as one. */
	private escape(at: number, key: boolean): number {
		switch (this.bytes[at + 1]) {
			case 0x22: // "
			case 0x2f: // /
			case 0x5c: // \
			case 0x62: // b
			case 0x66: // f
			case 0x6e: // n
			case 0x72: // r
			case 0x74: // t
				return at + 2;
			case 0x75: {
				const unit = this.unit(at);
				if (unit < 0xd800 || unit > 0xdfff) return at + 6;
				if (unit < 0xdc00 && this.bytes[at + 6] === 0x5c && this.bytes[at + 7] === 0x75) {
					const low = this.unit(at + 6);
					if (low >= 0xdc00 && low <= 0xdfff) return at + 12;
				}
				if (key) throw new FrameRefused('ERR_FRAME_SURROGATE', 'a key has half of a surrogate pair', at);
				this.loneSurrogates.push(at);
				return at + 6;
			}
			default:
				throw this.bad('an escape is none of JSON', at);
		}
	}

	/** The UTF-16 unit of the `\uXXXX` at `at`. */
	private unit(at: number): number {
		let unit = 0;
		for (let i = at + 2; i < at + 6; i += 1) {
			const byte = this.bytes[i] ?? 0;
			const letter = byte | 0x20;
			if (byte >= 0x30 && byte <= 0x39) unit = unit * 16 + byte - 0x30;
			else if (letter >= 0x61 && letter <= 0x66) unit = unit * 16 + letter - 0x57;
			else throw this.bad('`\\u` needs four hexadecimal digits', at);
		}
		return unit;
	}

	private number(start: number): JsonNode {
		const bytes = this.bytes;
		let at = start;
		if (bytes[at] === 0x2d) at += 1;
		if (bytes[at] === 0x30) at += 1;
		else at = this.digits(at);
		if (bytes[at] === 0x2e) at = this.digits(at + 1);
		if (((bytes[at] ?? 0) | 0x20) === 0x65) {
			at += 1;
			if (bytes[at] === 0x2b || bytes[at] === 0x2d) at += 1;
			at = this.digits(at);
		}
		this.at = at;
		return new ScannedNumber(this.source, start, at);
	}

	/** The offset after at least one digit. */
	private digits(start: number): number {
		const bytes = this.bytes;
		let at = start;
		while (at < bytes.length && (bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x39) at += 1;
		if (at === start) throw this.bad('a value was expected', start);
		return at;
	}

	private literal(start: number, word: string, value: true | false | null): JsonNode {
		if (!this.source.latin1.startsWith(word, start)) throw this.bad('a value was expected');
		this.at = start + word.length;
		return { type: 'literal', start, end: this.at, value };
	}

	private space(): void {
		const bytes = this.bytes;
		for (;;) {
			const byte = bytes[this.at];
			if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
			this.at += 1;
		}
	}

	private enter(): void {
		this.depth += 1;
		if (this.depth <= this.maxDepth) return;
		throw new FrameRefused('ERR_FRAME_DEPTH', `the frame nests deeper than ${this.maxDepth} levels`, this.at);
	}

	private count(): void {
		this.keys += 1;
		if (this.keys <= this.maxKeys) return;
		throw new FrameRefused('ERR_FRAME_KEYS', `the frame has more than ${this.maxKeys} members and items`, this.at);
	}

	private bad(what: string, offset: number = this.at): FrameRefused {
		const ended = offset >= this.bytes.length;
		return new FrameRefused('ERR_FRAME_JSON', ended ? 'the JSON text ends too early' : `not JSON: ${what}`, offset);
	}
}

function hasKey(members: readonly JsonMember[], key: string): boolean {
	for (const m of members) if (m.key === key) return true;
	return false;
}
