import { bytesOf, type Chunk, type Layout, MONTHS, short, WEEKDAYS } from './go-layouts.ts';
import { nanosecondsOf } from './moments.ts';
import { BuiltinError } from './types.ts';
import { UTC } from './zones.ts';

/**
 * Go's `time.Parse`, to Unix ns. A zone that is given by letters is at UTC, `GMT+3` too: Go looks letters up in the zone
 * of its machine alone, and where a gateway stands must not matter.
 */
export function parseTime(layout: Layout, text: string): bigint {
	const reader = new Reader(bytesOf(text));
	for (const [i, chunk] of layout.chunks.entries()) {
		reader.skip(chunk.prefix);
		reader.element(chunk, layout.chunks[i + 1]);
	}
	reader.skip(layout.tail);
	return reader.end();
}

class Reader {
	#rest: string;
	#year = 0;
	#month: number | undefined;
	#day: number | undefined;
	#dayOfYear: number | undefined;
	#hour = 0;
	#minute = 0;
	#second = 0;
	#nanosecond = 0;
	#half: 'am' | 'pm' | undefined;
	#utc = false;
	/** Seconds ahead of UTC; Go has −1 for none, and so takes that one for none. */
	#offset = -1;

	constructor(text: string) {
		this.#rest = text;
	}

	/** Text of the layout; runs of spaces are alike. */
	skip(prefix: string): void {
		for (const [part] of prefix.matchAll(/ +|[^ ]+/g)) {
			if (part.startsWith(' ')) {
				if (this.#rest !== '' && !this.#rest.startsWith(' ')) fail();
				this.#rest = this.#rest.replace(/^ +/, '');
			} else if (this.#rest.startsWith(part)) {
				this.#rest = this.#rest.slice(part.length);
			} else {
				fail();
			}
		}
	}

	element(chunk: Chunk, next: Chunk | undefined): void {
		switch (chunk.element) {
			case '06': {
				const year = signed(this.#take(2));
				this.#year = year + (year >= 69 ? 1900 : 2000);
				break;
			}
			case '2006':
				this.#year = Number(this.#match(/^\d{4}/));
				break;
			case 'Jan':
				this.#month = this.#name(MONTHS.map(short)) + 1;
				break;
			case 'January':
				this.#month = this.#name(MONTHS) + 1;
				break;
			case '1':
			case '01':
				this.#month = this.#number(chunk.element === '01', 1, 12);
				break;
			case 'Mon':
				this.#name(WEEKDAYS.map(short));
				break;
			case 'Monday':
				this.#name(WEEKDAYS);
				break;
			case '_2':
			case '2':
			case '02':
				if (chunk.element === '_2') this.#match(/^ ?/);
				this.#day = this.#number(chunk.element === '02', 0, 99);
				break;
			case '__2':
				this.#dayOfYear = Number(this.#match(/^ {0,2}\d{1,3}/));
				break;
			case '002':
				this.#dayOfYear = Number(this.#match(/^\d{3}/));
				break;
			case '15':
				this.#hour = this.#number(false, 0, 23);
				break;
			case '3':
			case '03':
				this.#hour = this.#number(chunk.element === '03', 0, 12);
				break;
			case '4':
			case '04':
				this.#minute = this.#number(chunk.element === '04', 0, 59);
				break;
			case '5':
			case '05':
				this.#second = this.#number(chunk.element === '05', 0, 59);
				// A fraction may follow though the layout has none.
				if (!next?.element.startsWith('.')) this.#fraction(this.#match(/^(?:[.,]\d+)?/));
				break;
			case 'PM':
			case 'pm':
				this.#half = this.#match(chunk.element === 'PM' ? /^[AP]M/ : /^[ap]m/).toLowerCase() as 'am' | 'pm';
				break;
			case 'MST':
				this.#letters();
				break;
			case '.000':
				this.#fraction(this.#take(1 + chunk.digits));
				break;
			case '.999':
				this.#fraction(this.#match(/^(?:[.,]\d+)?/));
				break;
			default:
				this.#zoneOffset(chunk.element);
		}
	}

	end(): bigint {
		if (this.#rest !== '') fail();
		if (this.#half === 'pm' && this.#hour < 12) this.#hour += 12;
		if (this.#half === 'am' && this.#hour === 12) this.#hour = 0;
		const { month, day } = this.#date();
		return nanosecondsOf(
			{
				year: this.#year,
				month,
				day,
				hour: this.#hour,
				minute: this.#minute,
				second: this.#second - this.#ahead(),
				nanosecond: this.#nanosecond,
			},
			UTC,
		);
	}

	#date(): { month: number; day: number } {
		let [month, day] = [this.#month, this.#day];
		if (this.#dayOfYear !== undefined) {
			const date = dateOf(this.#year, 1, this.#dayOfYear);
			if (this.#dayOfYear < 1 || date.getUTCFullYear() !== this.#year) fail();
			const [itsMonth, itsDay] = [date.getUTCMonth() + 1, date.getUTCDate()];
			if ((month ?? itsMonth) !== itsMonth || (day ?? itsDay) !== itsDay) fail();
			[month, day] = [itsMonth, itsDay];
		}
		month ??= 1;
		day ??= 1;
		if (day < 1 || dateOf(this.#year, month, day).getUTCMonth() + 1 !== month) fail();
		return { month, day };
	}

	#ahead(): number {
		return this.#utc || this.#offset === -1 ? 0 : this.#offset;
	}

	#take(length: number): string {
		if (this.#rest.length < length) fail();
		const taken = this.#rest.slice(0, length);
		this.#rest = this.#rest.slice(length);
		return taken;
	}

	#match(pattern: RegExp): string {
		const [found] = pattern.exec(this.#rest) ?? fail();
		return this.#take(found.length);
	}

	/** One figure or two; `fixed`: two. */
	#number(fixed: boolean, least: number, most: number): number {
		const value = Number(this.#match(fixed ? /^\d\d/ : /^\d\d?/));
		if (value < least || value > most) fail();
		return value;
	}

	#name(names: readonly string[]): number {
		const index = names.findIndex((name) => sameLetters(this.#rest.slice(0, name.length), name));
		this.#take(names[index]?.length ?? fail());
		return index;
	}

	/** `.5`: as Go, at most nine digits count, and the first of them may be a plus. */
	#fraction(text: string): void {
		if (text === '') return;
		if (!/^[.,]/.test(text)) fail();
		const figures = text.slice(1, 10);
		const value = signed(figures);
		if (value < 0) fail();
		this.#nanosecond = value * 10 ** (9 - figures.length);
	}

	#letters(): void {
		if (this.#rest.startsWith('UTC')) {
			this.#take(3);
			this.#utc = true;
		} else {
			this.#take(zoneLength(this.#rest));
		}
	}

	#zoneOffset(element: string): void {
		if (element.startsWith('Z') && this.#rest.startsWith('Z')) {
			this.#take(1);
			this.#utc = true;
			return;
		}
		const [, sign, hours = '', minutes = '0', seconds = '0'] = OFFSETS[element.slice(1)]!.exec(this.#rest) ?? fail();
		this.#take(element.length);
		if (Number(hours) > 24 || Number(minutes) > 60 || Number(seconds) > 60) fail();
		const size = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
		this.#offset = sign === '-' ? -size : size;
	}
}

const OFFSETS: Readonly<Record<string, RegExp>> = {
	'07': /^([+-])(\d\d)/,
	'0700': /^([+-])(\d\d)(\d\d)/,
	'07:00': /^([+-])(\d\d):(\d\d)/,
	'070000': /^([+-])(\d\d)(\d\d)(\d\d)/,
	'07:00:00': /^([+-])(\d\d):(\d\d):(\d\d)/,
};

function fail(): never {
	throw new BuiltinError('a time that does not have its layout');
}

/** Go's `atoi` */
function signed(text: string): number {
	return /^[+-]?\d*$/.test(text) ? Number(/\d/.test(text) ? text : 0) : fail();
}

function dateOf(year: number, month: number, day: number): Date {
	const date = new Date(0);
	date.setUTCFullYear(year, month - 1, day);
	return date;
}

/** Go's `match`: without regard to case */
function sameLetters(a: string, b: string): boolean {
	return /^[A-Za-z]*$/.test(a) && a.toLowerCase() === b.toLowerCase();
}

/** How much of the beginning Go's `parseTimeZone` takes for the letters of a zone. */
function zoneLength(text: string): number {
	if (/^(?:ChST|MeST)/.test(text)) return 4;
	if (text.startsWith('GMT')) return 3 + offsetLength(text.slice(3));
	if (/^[+-]/.test(text) && text.length >= 3) return offsetLength(text) || fail();
	const letters = /^[A-Z]{0,6}/.exec(text)![0];
	if (letters.length === 3) return 3;
	if (letters.length === 4 && (letters.endsWith('T') || letters === 'WITA')) return 4;
	return letters.length === 5 && letters.endsWith('T') ? 5 : fail();
}

/** `+3`, up to 23 hours; 0 if it is none. */
function offsetLength(text: string): number {
	const [found = ''] = /^[+-]\d+/.exec(text) ?? [];
	return Number(found.slice(1)) <= 23 ? found.length : 0;
}
