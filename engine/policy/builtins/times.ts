import type { Builtin } from './types.ts';

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const UNITS: Record<string, bigint> = {
	ns: 1n,
	us: 1_000n,
	µs: 1_000n,
	μs: 1_000n,
	ms: 1_000_000n,
	s: 1_000_000_000n,
	m: 60_000_000_000n,
	h: 3_600_000_000_000n,
};

/** `time.*` in UTC. Zones other than UTC and Go layouts are not supplied yet, so the compiler refuses those functions. */
export const times = {
	'time.parse_rfc3339_ns': (_: unknown, text: string) => parseRfc3339(text),
	'time.parse_duration_ns': (_: unknown, text: string) => parseGoDuration(text),
	'time.clock': (_: unknown, ns: number | [number, string]) => {
		const at = date(ns);
		return at && [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()];
	},
	'time.date': (_: unknown, ns: number | [number, string]) => {
		const at = date(ns);
		return at && [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()];
	},
	'time.weekday': (_: unknown, ns: number | [number, string]) => {
		const at = date(ns);
		return at && WEEKDAYS[at.getUTCDay()];
	},
} satisfies Record<string, Builtin>;

/** Unix ns of an RFC 3339 timestamp, exact; undefined if it is none. */
export function parseRfc3339(text: string): bigint | undefined {
	const m = RFC3339.exec(text);
	if (m === null) return undefined;
	const [, year, month, day, hour, minute, second, fraction = '', sign, zoneHours = '0', zoneMinutes = '0'] = m;
	const ms = Date.UTC(+year!, +month! - 1, +day!, +hour!, +minute!, +second!);
	const back = new Date(ms);
	// Date.UTC rolls 31 February over; a timestamp that does not exist is an error.
	if (
		back.getUTCMonth() !== +month! - 1 ||
		back.getUTCDate() !== +day! ||
		+hour! > 23 ||
		+minute! > 59 ||
		+second! > 59
	) {
		return undefined;
	}
	const offset = (sign === '-' ? -1 : 1) * (+zoneHours * 60 + +zoneMinutes) * 60_000;
	return BigInt(ms - offset) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** Go's `time.ParseDuration`: `1h15m30.5s`; ns, undefined if it is none. */
export function parseGoDuration(text: string): bigint | undefined {
	const m = /^([+-])?((?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.exec(text);
	if (m === null) return text === '0' ? 0n : undefined;
	let total = 0n;
	for (const [, whole = '', fraction = '', unit] of text.matchAll(/(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g)) {
		const scale = UNITS[unit!]!;
		total += BigInt(whole || '0') * scale;
		if (fraction !== '') total += (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length);
	}
	return m[1] === '-' ? -total : total;
}

/** Arguments arrive as JSON numbers, so ns are exact to about 256 ns: enough for a clock in seconds. */
function date(ns: number | [number, string]): Date | undefined {
	const [value, zone] = typeof ns === 'number' ? [ns, 'UTC'] : ns;
	if (zone !== 'UTC' && zone !== '') return undefined;
	return new Date(Math.floor(value / 1_000_000));
}
