import { MAX_INT64 } from './int64.ts';
import { BuiltinError } from './types.ts';

const HOUR = 3_600_000_000_000;
/** ns of the units of Go's `time.ParseDuration` */
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
/** OPA's own units in hours: Go gets them as such. */
const HOURS: Readonly<Record<string, number>> = { d: 24, w: 168, y: 8760 };
/** −2^63 has no counterpart, so it is the size of the smallest duration. */
const MOST = MAX_INT64 + 1n;

/** Go's `time.ParseDuration` (`1h15m30.5s`) with OPA's days, weeks and years; ns. */
export function parseDuration(text: string): bigint {
	const rewritten = /[dwy]/.test(text) ? inHours(text) : text;
	const body = rewritten.replace(/^[+-]/, '');
	if (body === '0') return 0n;
	if (!/^(?:[\d.][^\d.]*)+$/.test(body)) fail();
	let total = 0n;
	for (const [, written = '', unit = ''] of body.matchAll(/([\d.]+)([^\d.]*)/g)) {
		total += part(written, Object.hasOwn(UNITS, unit) ? UNITS[unit]! : fail());
		if (total > MOST) fail();
	}
	if (rewritten.startsWith('-')) return -total;
	return total <= MAX_INT64 ? total : fail();
}

function part(written: string, unit: number): bigint {
	const [, whole = '', fraction = ''] = /^(\d*)\.?(\d*)$/.exec(written) ?? fail();
	if (whole === '' && fraction === '') fail();
	const figures = whole.replace(/^0+/, '');
	if (figures.length > 19) fail();
	const ns = BigInt(figures || '0') * BigInt(unit) + fractionOf(fraction, unit);
	return ns <= MOST ? ns : fail();
}

/** Go takes in digits until an int64 is full, and works in floating point. */
function fractionOf(digits: string, unit: number): bigint {
	let value = 0n;
	let scale = 1;
	for (const digit of digits) {
		const next = value * 10n + BigInt(digit);
		if (next > MOST || value > MAX_INT64 / 10n) break;
		value = next;
		scale *= 10;
	}
	return value === 0n ? 0n : BigInt(Math.trunc(Number(value) * (unit / scale)));
}

/** With OPA's units it reads by its own grammar, which has one sign for micro. */
function inHours(text: string): string {
	const [, sign = '', segments = ''] = /^([+-]?)((?:[\d.]+(?:ms|us|µs|ns|[a-z]))+)$/.exec(text) ?? fail();
	return (
		sign +
		segments.replace(/([\d.]+)(ms|us|µs|ns|[a-z])/g, (segment, written: string, unit: string) => {
			const hours = Object.hasOwn(HOURS, unit) ? HOURS[unit]! : undefined;
			if (hours === undefined) return segment;
			if (!/^(?:\d+\.?\d*|\.\d+)$/.test(written)) fail();
			return `${plain(Number(written) * hours)}h`;
		})
	);
}

/** Without an exponent, and no more digits than tell the number apart. */
function plain(value: number): string {
	if (!Number.isFinite(value)) fail();
	const [, whole = '', fraction = '', power = '0'] = /^(\d+)\.?(\d*)(?:e([+-]?\d+))?$/.exec(String(value))!;
	const shift = Number(power);
	const digits = whole + fraction;
	const point = whole.length + shift;
	if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
	return `${digits.slice(0, point).padEnd(point, '0')}.${digits.slice(point)}`;
}

function fail(): never {
	throw new BuiltinError('not a duration');
}
