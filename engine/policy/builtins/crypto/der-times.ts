import { BuiltinError } from '../types.ts';
import { type Der, TAG } from './der.ts';

/** A moment as ASN.1 writes it. */
export interface Time {
	/** Since 1970-01-01T00:00:00Z. */
	readonly ns: bigint;
	/** RFC 3339 in the offset that was written, or `undefined` where Go's `json.Marshal` refuses. */
	readonly text: string | undefined;
}

/** UTCTime or GeneralizedTime, in seconds. */
export function readTime(der: Der): Time {
	const { tag, content } = der.any();
	if (tag === TAG.utcTime) return readUtcTime(content);
	if (tag === TAG.generalizedTime) return readGeneralizedTime(content);
	throw new BuiltinError('no time of X.509');
}

export function readUtcTime(content: Buffer): Time {
	const parts = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})$/.exec(content.toString('latin1'));
	if (parts === null) throw new BuiltinError('not a UTCTime');
	const [, year, month, day, hour, minute, second = '00', zone] = parts;
	// The century of RFC 5280 §4.1.2.5.1.
	const full = Number(year) >= 50 ? `19${year}` : `20${year}`;
	return moment(full, month!, day!, hour!, minute!, second, '', zone!);
}

/** `fraction`: parts of a second are allowed. */
export function readGeneralizedTime(content: Buffer, { fraction = false } = {}): Time {
	const text = content.toString('latin1');
	const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)((?:\.\d{0,8}[1-9])?)(Z|[+-]\d{4})$/.exec(text);
	if (parts === null || (!fraction && parts[7] !== '')) throw new BuiltinError('not a GeneralizedTime');
	const [, year, month, day, hour, minute, second, part, zone] = parts;
	return moment(year!, month!, day!, hour!, minute!, second!, part!, zone!);
}

function moment(
	year: string,
	month: string,
	day: string,
	hour: string,
	minute: string,
	second: string,
	fraction: string,
	zone: string,
): Time {
	const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
	// JavaScript moves the 30th of February to March; DER has no such day.
	if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day) || hour === '24') {
		throw new BuiltinError('no such time');
	}
	const offset = minutesOf(zone);
	const ns = BigInt(date.getTime()) * 1_000_000n + BigInt(fraction.slice(1).padEnd(9, '0'));
	const local = `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}`;
	const text = zone === 'Z' ? `${local}Z` : `${local}${zone.slice(0, 3)}:${zone.slice(3)}`;
	return { ns: ns - BigInt(offset) * 60_000_000_000n, text: Math.abs(offset) < 24 * 60 ? text : undefined };
}

/** No offset is written as `Z` only. */
function minutesOf(zone: string): number {
	if (zone === 'Z') return 0;
	const hours = Number(zone.slice(1, 3));
	const minutes = Number(zone.slice(3));
	if (hours > 24 || minutes >= 60 || hours + minutes === 0) throw new BuiltinError('no such offset');
	return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
