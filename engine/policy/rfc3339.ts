const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d{2}:\d{2})$/;

/** A date with a time and a zone (RFC 3339 §5.6) as Unix ns; undefined when it is none. */
export function parseRfc3339(text: string): bigint | undefined {
	const [, date, time, fraction, zone] = DATE_TIME.exec(text) ?? [];
	if (date === undefined) return undefined;
	const day = new Date(`${date}T00:00:00Z`);
	// `Date` turns 30 February into 2 March; that is a slip of the pen, not a date.
	if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== date) return undefined;
	const ms = Date.parse(`${date}T${time}${zone!.toUpperCase()}`);
	if (Number.isNaN(ms)) return undefined;
	return BigInt(ms) * 1_000_000n + BigInt((fraction ?? '').padEnd(9, '0'));
}
