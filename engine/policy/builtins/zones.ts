import { ZONE_ABBREVIATIONS } from './zone-abbreviations.ts';

/** A time zone. Moments are Unix seconds, offsets seconds ahead of UTC. */
export interface Zone {
	offsetAt(seconds: number): number;
	/** `CET`, or `+0530` for a zone that has no letters. */
	abbreviationAt(seconds: number): string;
}

export const UTC: Zone = { offsetAt: () => 0, abbreviationAt: () => 'UTC' };

/** Zones come from policies; what a rule takes from a frame must not fill the memory. */
const LIMIT = 1000;
const OPEN = new Map<string, Zone | undefined>();

/**
 * The zone of an IANA name, undefined if there is none. Offsets are those of Node's ICU. `Local` is UTC: where a
 * gateway stands must not change what it says.
 */
export function openZone(name: string): Zone | undefined {
	if (name === '' || name === 'UTC' || name === 'Local') return UTC;
	if (!OPEN.has(name)) {
		if (OPEN.size >= LIMIT) OPEN.clear();
		OPEN.set(name, zoneOf(name));
	}
	return OPEN.get(name);
}

function zoneOf(name: string): Zone | undefined {
	const letters = lettersOf(name);
	// Intl takes names in any case, and offsets such as `+01:00`; for Go neither is a zone.
	const format = /^[A-Z]/.test(name) ? formatOf(name) : undefined;
	if (format === undefined || (letters === undefined && format.resolvedOptions().timeZone !== name)) return undefined;
	const offsetAt = (seconds: number): number => {
		const part: Record<string, number> = {};
		for (const { type, value } of format.formatToParts(seconds * 1000)) part[type] = Number(value);
		const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
		return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - seconds;
	};
	return {
		offsetAt,
		abbreviationAt(seconds) {
			const offset = offsetAt(seconds);
			const era = letters?.findLast(({ from }) => from <= seconds) ?? letters?.[0];
			// Before there were zones, each place had its mean time.
			return era?.byOffset.get(offset) ?? (offset % 60 === 0 ? numeric(offset) : 'LMT');
		},
	};
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
	try {
		return new Intl.DateTimeFormat('en-US', {
			timeZone,
			calendar: 'gregory',
			numberingSystem: 'latn',
			hourCycle: 'h23',
			year: 'numeric',
			month: 'numeric',
			day: 'numeric',
			hour: 'numeric',
			minute: 'numeric',
			second: 'numeric',
		});
	} catch {
		return undefined;
	}
}

interface Era {
	/** Unix seconds */
	readonly from: number;
	readonly byOffset: ReadonlyMap<number, string>;
}

let erasOf: ReadonlyMap<string, string> | undefined;

function lettersOf(name: string): readonly Era[] | undefined {
	erasOf ??= new Map(
		ZONE_ABBREVIATIONS.trim()
			.split('\n')
			.flatMap((line) => {
				const [eras = '', ...names] = line.split(' ');
				return names.map((zone) => [zone, eras] as const);
			}),
	);
	return erasOf
		.get(name)
		?.split(';')
		.map((era) => {
			const [from = '', pairs = ''] = era.split(':');
			const entries = pairs.matchAll(/(-?\d+)=([^,]+)/g);
			return {
				from: Number(from),
				byOffset: new Map(Array.from(entries, ([, offset, text = '']) => [Number(offset), text])),
			};
		});
}

/** `+05`, `-0330`: how the database names an offset that has no letters. */
function numeric(offset: number): string {
	const size = Math.abs(offset);
	const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
	return `${offset < 0 ? '-' : '+'}${two(size / 3600)}${size % 3600 === 0 ? '' : two((size % 3600) / 60)}`;
}
