import { parseDuration } from '../../engine/policy/duration.ts';

/** What a duration looks like, as a JSON Schema pattern: `50ms`, `10m`, `1h30m`. */
export const DURATION_PATTERN = '^([0-9]+(ms|s|m|h|d))+$';

/** `10m`, `50ms`, `1h30m` in milliseconds; undefined when it is not a duration. Policies spell theirs alike. */
export function duration(text: string): number | undefined {
	return new RegExp(DURATION_PATTERN).test(text) ? Number(parseDuration(text) / 1_000_000n) : undefined;
}

/** Milliseconds in the shortest exact spelling: 600000 is `10m`, 5400000 `90m`. */
export function spellDuration(ms: number): string {
	for (const [unit, length] of [
		['d', 86_400_000],
		['h', 3_600_000],
		['m', 60_000],
		['s', 1000],
	] as const) {
		if (ms !== 0 && ms % length === 0) return `${ms / length}${unit}`;
	}
	return `${ms}ms`;
}
