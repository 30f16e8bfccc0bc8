/** A range of UTF-16 units in a text, `end` exclusive. */
export interface Span {
	readonly start: number;
	readonly end: number;
}

/** Detector sets that configuration can switch on (`masking.detectors`). */
export type DetectorSet = 'secrets' | 'pii';

/**
 * One kind of secret or personal data.
 *
 * A rule is asked only where one of its `literals` stands, and must answer in time linear in what it looks at:
 * its patterns are anchored there and have no two ways to match the same text.
 */
export interface Rule {
	/** `secret/<kind>` or `pii/<kind>` */
	readonly type: string;
	readonly set: DetectorSet;
	/** ASCII texts, one of which every match contains. */
	readonly literals: readonly string[];
	/** The value to protect, without key or scheme word, if the literal at `at` belongs to one. */
	match(text: string, at: number): Span | undefined;
	/** The same for a whole string whose member has a key that gives it away. */
	matchMember?(key: string, value: string): Span | undefined;
}

/** What a rule by pattern may ask of a match besides its pattern. */
export interface PatternOptions {
	/** The capture group that is the value; 0: the whole match. */
	readonly group?: number;
	/**
	 * Characters that the literal must not follow. Where the pattern ends in a run of characters without bound and
	 * can still fail, these must include all of that run: then no run is looked at twice.
	 */
	readonly notAfter?: RegExp;
	readonly check?: (value: string) => boolean;
}

/** A `match` for rules that are a pattern starting at the literal. `pattern` has the flags `y` and `d`. */
export function startsWith(pattern: RegExp, options: PatternOptions = {}): Rule['match'] {
	return (text, at) => {
		if (at > 0 && options.notAfter?.test(text[at - 1] as string)) return undefined;
		pattern.lastIndex = at;
		const [start, end] = pattern.exec(text)?.indices?.[options.group ?? 0] ?? [];
		if (start === undefined || end === undefined) return undefined;
		return options.check === undefined || options.check(text.slice(start, end)) ? { start, end } : undefined;
	};
}
