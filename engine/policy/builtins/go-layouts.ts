/** Layouts of Go's package `time`: how the reference time `Mon Jan 2 15:04:05 MST 2006` is written. */

/** What a layout has one after another: literal text, then an element that stands for a part of the time. */
export interface Chunk {
	readonly prefix: string;
	/** As the layout writes it (`2006`, `Jan`, `Z07:00`), `.000` and `.999` for fractions of any length. */
	readonly element: string;
	/** Of a fraction: how many digits, and what stands before them. */
	readonly digits: number;
	readonly separator: string;
}

export interface Layout {
	readonly chunks: readonly Chunk[];
	/** The text after the last element. */
	readonly tail: string;
}

const RFC3339 = '2006-01-02T15:04:05Z07:00';
const RFC3339_NANO = '2006-01-02T15:04:05.999999999Z07:00';

/** Go's constants that OPA takes by name. */
const NAMED: ReadonlyMap<string, string> = new Map([
	['ANSIC', 'Mon Jan _2 15:04:05 2006'],
	['UnixDate', 'Mon Jan _2 15:04:05 MST 2006'],
	['RubyDate', 'Mon Jan 02 15:04:05 -0700 2006'],
	['RFC822', '02 Jan 06 15:04 MST'],
	['RFC822Z', '02 Jan 06 15:04 -0700'],
	['RFC850', 'Monday, 02-Jan-06 15:04:05 MST'],
	['RFC1123', 'Mon, 02 Jan 2006 15:04:05 MST'],
	['RFC1123Z', 'Mon, 02 Jan 2006 15:04:05 -0700'],
	['RFC3339', RFC3339],
	['RFC3339Nano', RFC3339_NANO],
]);

/** Go looks for the first element from left to right, of several at one place for the one that stands first here. */
const ELEMENT = new RegExp(
	[
		...['January', 'Jan(?![a-z])', 'Monday', 'Mon(?![a-z])', 'MST', '0[1-6]', '002', '15', '1', '2006', '2'],
		...['_2(?!006)', '__2', '3', '4', '5', 'PM', 'pm'],
		...['-070000', '-07:00:00', '-0700', '-07:00', '-07'],
		...['Z070000', 'Z07:00:00', 'Z0700', 'Z07:00', 'Z07'],
		'[.,](?:0+|9+)(?!\\d)',
	].join('|'),
	'g',
);

/** A layout, by its name or as it is written, in bytes (see `bytesOf`). */
export function readLayout(text: string): Layout {
	const layout = NAMED.get(text) ?? text;
	const chunks: Chunk[] = [];
	let at = 0;
	for (const { 0: found, index } of layout.matchAll(ELEMENT)) {
		const prefix = layout.slice(at, index);
		at = index + found.length;
		const fraction = /^[.,]/.test(found);
		chunks.push({
			prefix,
			element: fraction ? `.${found[1]!.repeat(3)}` : found,
			// Go has twelve bits for it.
			digits: fraction ? (found.length - 1) & 0xfff : 0,
			separator: fraction ? found[0]! : '',
		});
	}
	return { chunks, tail: layout.slice(at) };
}

export const RFC3339_LAYOUT: Layout = readLayout(RFC3339);
export const RFC3339_NANO_LAYOUT: Layout = readLayout(RFC3339_NANO);

/** Go's strings are bytes: UTF-8, one character for each byte. */
export function bytesOf(text: string): string {
	return Buffer.from(text, 'utf8').toString('latin1');
}

export function textOfBytes(bytes: string): string {
	return Buffer.from(bytes, 'latin1').toString('utf8');
}

export const MONTHS: readonly string[] = [
	...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
	...['August', 'September', 'October', 'November', 'December'],
];
export const WEEKDAYS: readonly string[] = [
	...['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
];
/** How Go shortens months and days of the week. */
export const short = (name: string): string => name.slice(0, 3);
