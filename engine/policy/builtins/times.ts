import type { Value } from '../value/value.ts';
import { parseDuration } from './durations.ts';
import { bytesOf, RFC3339_LAYOUT, readLayout, WEEKDAYS } from './go-layouts.ts';
import { formatMoment } from './go-time-format.ts';
import { parseTime } from './go-time-parse.ts';
import { inZone, type Moment, momentOperand, nanosecondsOf } from './moments.ts';
import { int64Of, textOf } from './operands.ts';
import type { Builtin } from './types.ts';

/** `time.*` but `time.now_ns`, which is a fact of the frame. */
export const times = {
	'time.parse_ns': (_: unknown, layout: Value, text: Value) =>
		parseTime(readLayout(bytesOf(textOf(layout))), textOf(text)),
	'time.parse_rfc3339_ns': (_: unknown, text: Value) => parseTime(RFC3339_LAYOUT, textOf(text)),
	'time.parse_duration_ns': (_: unknown, text: Value) => parseDuration(textOf(text)),
	'time.format': (_: unknown, at: Value) => {
		const { moment, layout } = momentOperand(at);
		return formatMoment(moment, layout);
	},
	'time.clock': (_: unknown, at: Value) => clock(momentOperand(at).moment),
	'time.date': (_: unknown, at: Value) => date(momentOperand(at).moment),
	'time.weekday': (_: unknown, at: Value) => WEEKDAYS[momentOperand(at).moment.local.getUTCDay()],
	'time.add_date': (_: unknown, at: Value, years: Value, months: Value, days: Value) => {
		const { moment } = momentOperand(at);
		const [year, month, day] = date(moment);
		const [hour, minute, second] = clock(moment);
		return nanosecondsOf(
			{
				year: year + Number(int64Of(years)),
				month: month + Number(int64Of(months)),
				day: day + Number(int64Of(days)),
				hour,
				minute,
				second,
				nanosecond: moment.nanoseconds,
			},
			moment.zone,
		);
	},
	'time.diff': (_: unknown, a: Value, b: Value) => {
		const first = momentOperand(a).moment;
		const second = inZone(momentOperand(b).moment, first.zone);
		return difference(...((isLater(first, second) ? [second, first] : [first, second]) as [Moment, Moment]));
	},
} satisfies Record<string, Builtin>;

type Three = [number, number, number];

function clock({ local }: Moment): Three {
	return [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()];
}

function date({ local }: Moment): Three {
	return [local.getUTCFullYear(), local.getUTCMonth() + 1, local.getUTCDate()];
}

function isLater(a: Moment, b: Moment): boolean {
	return a.seconds !== b.seconds ? a.seconds > b.seconds : a.nanoseconds > b.nanoseconds;
}

/** Years, months, days, hours, minutes and seconds from one moment to a later one, on the clock and calendar of a zone. */
function difference(from: Moment, to: Moment): number[] {
	const [start, end] = [
		[...date(from), ...clock(from)],
		[...date(to), ...clock(to)],
	];
	const parts = end.map((value, i) => value - start[i]!);
	// The first month, of which the days that are missing are borrowed.
	const days = new Date(Date.UTC(start[0]!, start[1]!, 0)).getUTCDate();
	const sizes = [Number.POSITIVE_INFINITY, 12, days, 24, 60, 60];
	for (let i = 5; i > 0; i--) {
		if (parts[i]! >= 0) continue;
		parts[i]! += sizes[i]!;
		parts[i - 1]!--;
	}
	return parts;
}
