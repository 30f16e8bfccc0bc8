import {
	bytesOf,
	type Chunk,
	type Layout,
	MONTHS,
	RFC3339_NANO_LAYOUT,
	readLayout,
	short,
	textOfBytes,
	WEEKDAYS,
} from './go-layouts.ts';
import type { Moment } from './moments.ts';

/** Go's `Time.Format`. The layout is one of Go's, by name or written; empty: RFC 3339 with what nanoseconds there are. */
export function formatMoment(moment: Moment, layout: string): string {
	return layout === '' ? written(moment, RFC3339_NANO_LAYOUT) : written(moment, readLayout(bytesOf(layout)));
}

function written(moment: Moment, { chunks, tail }: Layout): string {
	return textOfBytes(chunks.map((chunk) => chunk.prefix + element(moment, chunk)).join('') + tail);
}

function element(moment: Moment, chunk: Chunk): string {
	const { local } = moment;
	const hour = local.getUTCHours();
	switch (chunk.element) {
		case '06':
			return zeros(local.getUTCFullYear() % 100, 2);
		case '2006':
			return zeros(local.getUTCFullYear(), 4);
		case 'Jan':
			return short(MONTHS[local.getUTCMonth()]!);
		case 'January':
			return MONTHS[local.getUTCMonth()]!;
		case '1':
		case '01':
			return zeros(local.getUTCMonth() + 1, chunk.element.length);
		case 'Mon':
			return short(WEEKDAYS[local.getUTCDay()]!);
		case 'Monday':
			return WEEKDAYS[local.getUTCDay()]!;
		case '2':
		case '02':
			return zeros(local.getUTCDate(), chunk.element.length);
		case '_2':
			return String(local.getUTCDate()).padStart(2);
		case '__2':
			return String(dayOfYear(local)).padStart(3);
		case '002':
			return zeros(dayOfYear(local), 3);
		case '15':
			return zeros(hour, 2);
		case '3':
		case '03':
			return zeros(hour % 12 || 12, chunk.element.length);
		case '4':
		case '04':
			return zeros(local.getUTCMinutes(), chunk.element.length);
		case '5':
		case '05':
			return zeros(local.getUTCSeconds(), chunk.element.length);
		case 'PM':
			return hour >= 12 ? 'PM' : 'AM';
		case 'pm':
			return hour >= 12 ? 'pm' : 'am';
		case 'MST':
			return moment.zone.abbreviationAt(moment.seconds);
		case '.000':
		case '.999':
			return fraction(moment.nanoseconds, chunk);
		default:
			return offset(moment.offset, chunk.element);
	}
}

function dayOfYear(local: Date): number {
	return Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
}

function fraction(nanoseconds: number, { element, digits, separator }: Chunk): string {
	const figures = zeros(nanoseconds, 9).slice(0, digits);
	if (element === '.000') return separator + figures;
	const counting = figures.replace(/0+$/, '');
	return counting === '' ? '' : separator + counting;
}

/** `-0700` and the like; those that begin with `Z` write nothing else for UTC. */
function offset(seconds: number, element: string): string {
	if (seconds === 0 && element.startsWith('Z')) return 'Z';
	const minutes = Math.trunc(seconds / 60);
	const colon = element.includes(':') ? ':' : '';
	let out = `${minutes < 0 ? '-' : '+'}${zeros(Math.trunc(Math.abs(minutes) / 60), 2)}`;
	const parts = element.replaceAll(':', '').length;
	if (parts >= 5) out += colon + zeros(Math.abs(minutes) % 60, 2);
	// As in Go, an offset of less than a minute west of UTC keeps its sign here.
	if (parts >= 7) out += colon + zeros((minutes < 0 ? -seconds : seconds) % 60, 2);
	return out;
}

/** Go's `appendInt` */
function zeros(value: number, width: number): string {
	return `${value < 0 ? '-' : ''}${String(Math.abs(value)).padStart(width, '0')}`;
}
