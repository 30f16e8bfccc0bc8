import type { Value } from '../value/value.ts';
import { inInt64, wholeInt64Of } from './int64.ts';
import { textOf } from './operands.ts';
import { BuiltinError } from './types.ts';
import { openZone, UTC, type Zone } from './zones.ts';

/** A moment in a zone. */
export interface Moment {
	/** Unix seconds, rounded down */
	readonly seconds: number;
	/** Of the second, 0 to 999 999 999 */
	readonly nanoseconds: number;
	readonly zone: Zone;
	/** Of its zone, seconds ahead of UTC */
	readonly offset: number;
	/** Local date and time in its UTC fields, whole seconds */
	readonly local: Date;
}

export interface MomentOperand {
	readonly moment: Moment;
	/** What the operand says about how to write it; empty: nothing. */
	readonly layout: string;
}

const SECOND = 1_000_000_000n;

/** OPA's operand for a time: `ns`, `[ns]`, `[ns, zone]` or `[ns, zone, layout]`; what follows does not count. */
export function momentOperand(operand: Value): MomentOperand {
	const list = Array.isArray(operand) ? (operand as readonly Value[]) : [operand];
	const [ns, name = '', layout = ''] = list;
	if (ns === undefined) throw new BuiltinError('an empty array is no time');
	const zone = openZone(textOf(name));
	if (zone === undefined) throw new BuiltinError('no such time zone');
	return { moment: momentAt(wholeInt64Of(ns), zone), layout: textOf(layout) };
}

export function momentAt(ns: bigint, zone: Zone): Moment {
	const nanoseconds = Number(((ns % SECOND) + SECOND) % SECOND);
	return at(Number((ns - BigInt(nanoseconds)) / SECOND), nanoseconds, zone);
}

export function inZone({ seconds, nanoseconds }: Moment, zone: Zone): Moment {
	return at(seconds, nanoseconds, zone);
}

function at(seconds: number, nanoseconds: number, zone: Zone): Moment {
	const offset = zone.offsetAt(seconds);
	return { seconds, nanoseconds, zone, offset, local: new Date((seconds + offset) * 1000) };
}

/**
 * Unix ns of a local date and time, of which the month (from 1) and the day may lie outside their ranges; errors beyond
 * int64, as OPA's `toSafeUnixNano`. Where clocks change it takes the offset that Go's `time.Date` takes.
 */
export function nanosecondsOf(fields: LocalFields, zone: Zone): bigint {
	const { year, month, day, hour, minute, second, nanosecond } = fields;
	const date = new Date(0);
	// Not Date.UTC: that takes the years before 100 for those of the last century.
	date.setUTCFullYear(year, month - 1, day);
	const local = date.getTime() / 1000 + (hour * 60 + minute) * 60 + second;
	// Far beyond int64, but not yet beyond what a Date holds.
	if (!(Math.abs(local) < 1e11)) throw new BuiltinError('time outside of valid range');
	const seconds = zone === UTC ? local : local - zone.offsetAt(local - zone.offsetAt(local));
	return inInt64(BigInt(seconds) * SECOND + BigInt(nanosecond));
}

export interface LocalFields {
	readonly year: number;
	/** From 1 */
	readonly month: number;
	readonly day: number;
	readonly hour: number;
	readonly minute: number;
	readonly second: number;
	readonly nanosecond: number;
}
