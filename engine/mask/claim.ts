import { createHmac } from 'node:crypto';
import type { MaskOp } from '../policy/judgement.ts';

/** What one mask wants done to one value. */
export interface Claim {
	/** Which of the requested masks. */
	readonly mask: number;
	readonly op: MaskOp;
	readonly with?: unknown;
	/** It goes altogether, whatever stands in it. */
	readonly cuts?: true;
	/** Detector type, or `path`. */
	readonly what: string;
}

/** A claim on a part of a string; Unicode code points, `end` exclusive. */
export interface PartClaim extends Claim {
	readonly start: number;
	readonly end: number;
}

/** Contract §1; `replace` counts as `redact`, and gives way where both are asked. */
const STRENGTH: Readonly<Record<MaskOp, number>> = { partial: 0, hash: 1, replace: 2, redact: 3, remove: 4 };

/** Values shorter than this (code points) show nothing under `partial`. */
const SHORT = 12;

/** The one that wins where several claim the same bytes: the strongest, then the first. */
export function strongest<C extends Claim>(claims: readonly C[]): C {
	return claims.reduce((best, claim) => (STRENGTH[claim.op] > STRENGTH[best.op] ? claim : best));
}

/** Overlapping claims become one over all that they cover, with the strongest op. In order. */
export function merged(claims: readonly PartClaim[]): readonly PartClaim[] {
	const result: PartClaim[] = [];
	for (const claim of claims.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
		const last = result.at(-1);
		if (last && claim.start < last.end) {
			result[result.length - 1] = {
				...strongest([last, claim]),
				start: last.start,
				end: Math.max(last.end, claim.end),
			};
		} else result.push(claim);
	}
	return result;
}

/** The text that stands for the masked `value`. */
export function maskedText(claim: Claim, value: string, hashKey: Buffer): string {
	const { op, what } = claim;
	if (op === 'replace' && typeof claim.with === 'string') return claim.with.toWellFormed();
	if (op === 'hash') {
		// Of the value alone, so that equal values stay linkable whatever found them.
		return `[masked:${what}:${createHmac('sha256', hashKey).update(value).digest('hex').slice(0, 8)}]`;
	}
	if (op === 'partial') {
		const points = [...value];
		if (points.length >= SHORT) return `[masked:${what}:*${points.slice(-4).join('')}]`;
	}
	return `[masked:${what}]`;
}
