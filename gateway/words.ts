import { createHmac } from 'node:crypto';
import { findingCover } from '../engine/cover.ts';
import type { Detector } from '../engine/detect/detector.ts';
import { hides, type Splice, splice } from '../engine/mask/splice.ts';

/** Values shorter than this are not searched for in our own texts: `1` or `no` would blot out words. */
const SHORTEST = 4;

/**
 * A text of ours, fit to leave: findings masked, and no value that policy masked in the frame it speaks of
 * (contract §1).
 */
export function cleanText(text: string, detector: Detector, bytes: Buffer, splices: readonly Splice[]): string {
	const values = new Set(
		splices
			.filter(hides)
			.flatMap((masked) => valuesIn(bytes.toString('utf8', masked.start, masked.end)))
			.filter((value) => value.length >= SHORTEST),
	);
	let clean = text;
	// The longest first: what is left of a value when another inside it has gone would still tell.
	for (const value of [...values].sort((a, b) => b.length - a.length)) clean = clean.replaceAll(value, '[masked]');
	return findingCover(detector).text(clean);
}

/** `bytes` from `start` to `end` as an approver may see it: each masked span shows its type, length and a short keyed hash. */
export function shownText(
	bytes: Buffer,
	start: number,
	end: number,
	splices: readonly Splice[],
	hashKey: Buffer,
): string {
	const inside = splices
		.filter((s) => s.start >= start && s.end <= end && s.what !== 'line-break')
		.map((s): Splice => {
			const value = bytes.subarray(s.start, s.end);
			const tag = createHmac('sha256', hashKey).update(value).digest('hex').slice(0, 8);
			return {
				...s,
				start: s.start - start,
				end: s.end - start,
				replacement: `[${s.what}, ${value.length} bytes, #${tag}]`,
			};
		});
	return splice(bytes.subarray(start, end), inside).toString('utf8');
}

/** What a rule could have quoted from a masked span: the span itself, and all strings and numbers in it but keys. */
function valuesIn(raw: string): string[] {
	const whole = unquoted(raw);
	const tokens = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*/g;
	const inside = whole !== undefined ? [] : [...raw.matchAll(tokens)].filter(([, , key]) => key === undefined);
	return [raw, whole, ...inside.map(([token]) => (token.startsWith('"') ? unquoted(token) : token))].filter(
		(value) => value !== undefined,
	);
}

/** The string that a JSON token or a part of one stands for. */
function unquoted(raw: string): string | undefined {
	try {
		const value: unknown = JSON.parse(raw.startsWith('"') ? raw : `"${raw}"`);
		return typeof value === 'string' ? value : undefined;
	} catch {
		return undefined;
	}
}
