import type { Value } from '../value/value.ts';
import { textOf } from './operands.ts';
import type { Builtin } from './types.ts';
import { zoneOffsetMs } from './zones.ts';

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d?):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
/** Go's int64: the ns that a time or duration can have. */
const [MIN, MAX] = [-(2n ** 63n), 2n ** 63n - 1n];
const MS = 1_000_000n;
const HOUR = 3_600_000_000_000;
/** ns of a unit; those after the hours are OPA's, and Go gets them as hours. */
const UNITS: Readonly<Record<string, number>> = {
	ns: 1,
	us: 1_000,
	µs: 1_000,
	μs: 1_000,
	ms: 1_000_000,
	s: 1_000_000_000,
	m: 60_000_000_000,
	h: HOUR,
};
const HOURS: Readonly<Record<string, number>> = { d: 24, w: 168, y: 8760 };

/** `time.*`. Go layouts are not supplied yet, so the compiler refuses those functions. */
export const times = {
	'time.parse_rfc3339_ns': (_: unknown, text: Value) => parseRfc3339(textOf(text)),
	'time.parse_duration_ns': (_: unknown, text: Value) => parseDurationNs(textOf(text)),
	'time.clock': (_: unknown, at: Value) => {
		const local = localTime(at);
		return local && [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()];
	},
	'time.date': (_: unknown, at: Value) => {
		const local = localTime(at);
		return local && [local.getUTCFullYear(), local.getUTCMonth() + 1, local.getUTCDate()];
	},
	'time.weekday': (_: unknown, at: Value) => {
		const local = localTime(at);
		return local && WEEKDAYS[local.getUTCDay()];
	},
} satisfies Record<string, Builtin>;

/** Unix ns of an RFC 3339 timestamp as Go's `time.Parse` reads it, exact; undefined if it is none. */
function parseRfc3339(text: string): bigint | undefined {
	const m = RFC3339.exec(text);
	if (m === null) return undefined;
	const [, year, month, day, hour, minute, second, fraction = '', sign, zoneHours = '0', zoneMinutes = '0'] = m;
	const at = new Date(0);
	// Not Date.UTC: that takes the years before 100 for those of the last century.
	at.setUTCFullYear(+year!, +month! - 1, +day!);
	at.setUTCHours(+hour!, +minute!, +second!);
	// Dates roll 31 February over; a timestamp that does not exist is an error.
	if (at.getUTCMonth() !== +month! - 1 || at.getUTCDate() !== +day! || +hour! > 23 || +minute! > 59 || +second! > 59) {
		return undefined;
	}
	if (+zoneHours > 24 || +zoneMinutes > 60) return undefined;
	const offset = (sign === '-' ? -1 : 1) * (+zoneHours * 60 + +zoneMinutes) * 60_000;
	return within(BigInt(at.getTime() - offset) * MS + BigInt(fraction.slice(0, 9).padEnd(9, '0')));
}

/** Go's `time.ParseDuration` (`1h15m30.5s`) with OPA's `d`, `w` and `y`; ns, undefined if it is none. */
function parseDurationNs(text: string): bigint | undefined {
	const m = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|[smhdwy]))+|0)$/.exec(text);
	if (m === null) return undefined;
	let total = 0n;
	for (const [, written = '', unit = ''] of m[2]!.matchAll(/([\d.]+)(ns|us|µs|μs|ms|[smhdwy])/g)) {
		const hours = HOURS[unit];
		const [whole = '', fraction = ''] = (hours === undefined ? written : plainDecimal(+written * hours)).split('.');
		const scale = UNITS[unit] ?? HOUR;
		// Go stops taking digits in where an int64 is full, and works the fraction out in floating point.
		const digits = fraction.slice(0, 18);
		total += BigInt(whole || '0') * BigInt(scale);
		if (digits !== '') total += BigInt(Math.trunc(Number(digits) * (scale / 10 ** digits.length)));
		if (total > MAX + 1n) return undefined;
	}
	return within(m[1] === '-' ? -total : total);
}

function plainDecimal(value: number): string {
	return /e/.test(String(value)) ? value.toFixed(20) : String(value);
}

function within(ns: bigint): bigint | undefined {
	return ns >= MIN && ns <= MAX ? ns : undefined;
}

/** `ns`, `[ns]` or `[ns, zone]` as a date whose UTC fields are the local ones; undefined where OPA has none. */
function localTime(at: Value): Date | undefined {
	const [ns, zone = 'UTC'] = Array.isArray(at) ? (at as readonly Value[]) : [at];
	if (Array.isArray(at) && (at.length === 0 || at.length > 3)) return undefined;
	if (typeof ns !== 'bigint' && !Number.isSafeInteger(ns)) return undefined;
	const exact = within(BigInt(ns as number | bigint));
	if (exact === undefined) return undefined;
	const ms = Number((exact - (((exact % MS) + MS) % MS)) / MS);
	const offset = zoneOffsetMs(textOf(zone), ms);
	return offset === undefined ? undefined : new Date(ms + offset);
}
