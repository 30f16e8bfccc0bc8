const FORMATS = new Map<string, Intl.DateTimeFormat | undefined>();
/** Zones come from policies; what a rule takes from a frame must not fill the memory. */
const LIMIT = 1000;

/**
 * How far local time in `zone` (an IANA name; empty or `UTC`: none) is ahead of UTC at `ms`, in ms; undefined for a
 * zone that nobody knows. `Local` is UTC: where a gateway stands must not change what it says.
 */
export function zoneOffsetMs(zone: string, ms: number): number | undefined {
	if (zone === '' || zone === 'UTC' || zone === 'Local') return 0;
	const format = formatOf(zone);
	if (format === undefined) return undefined;
	const parts: Record<string, number> = {};
	for (const { type, value } of format.formatToParts(ms)) parts[type] = Number(value);
	const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
	const seconds = Math.floor(ms / 1000) * 1000;
	return Date.UTC(year, month - 1, day, hour, minute, second) - seconds;
}

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
	if (FORMATS.has(zone)) return FORMATS.get(zone);
	if (FORMATS.size >= LIMIT) FORMATS.clear();
	let format: Intl.DateTimeFormat | undefined;
	try {
		// Intl also takes offsets such as +01:00, and names in any case; for Go neither is a zone.
		if (/^[A-Z]/.test(zone)) {
			format = new Intl.DateTimeFormat('en-US', {
				timeZone: zone,
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
		}
	} catch {
		// No such zone.
	}
	FORMATS.set(zone, format);
	return format;
}
