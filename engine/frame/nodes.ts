import type { JsonNumber, JsonString } from './json.ts';

/** The bytes of a frame, and the same bytes as a Latin-1 string: cutting pieces from that one costs nothing. */
export interface Source {
	readonly bytes: Buffer;
	readonly latin1: string;
}

/** How the inside of a string token turns into text: `plain` is ASCII without escapes. */
export type Spelling = 'plain' | 'utf8' | 'escaped';

/** The text of the string token at `[start, end)`, quotes included, that the scanner found well-formed. */
export function decode(source: Source, start: number, end: number, spelling: Spelling): string {
	if (spelling === 'plain') return source.latin1.slice(start + 1, end - 1);
	if (spelling === 'utf8') return source.bytes.toString('utf8', start + 1, end - 1);
	return JSON.parse(source.bytes.toString('utf8', start, end)) as string;
}

/** A string that is decoded when somebody first asks: most of a frame is never looked at. */
export class ScannedString implements JsonString {
	readonly type = 'string';
	readonly start: number;
	readonly end: number;
	private source: Source;
	private spelling: Spelling;
	private decoded: string | undefined;

	constructor(source: Source, start: number, end: number, spelling: Spelling) {
		this.start = start;
		this.end = end;
		this.source = source;
		this.spelling = spelling;
		this.decoded = undefined;
	}

	get value(): string {
		this.decoded ??= decode(this.source, this.start, this.end, this.spelling);
		return this.decoded;
	}
}

/** A number that stays the token it is. */
export class ScannedNumber implements JsonNumber {
	readonly type = 'number';
	readonly start: number;
	readonly end: number;
	private source: Source;

	constructor(source: Source, start: number, end: number) {
		this.start = start;
		this.end = end;
		this.source = source;
	}

	get raw(): string {
		return this.source.latin1.slice(this.start, this.end);
	}
}
