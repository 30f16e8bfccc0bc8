import type { Finding } from '../detect/finding.ts';
import { typeMatches } from '../detect/type-glob.ts';
import type { JsonObject } from '../frame/json.ts';
import type { Claim, PartClaim } from './claim.ts';
import type { MaskRequest } from './mask.ts';
import { stepsOf } from './place.ts';
import type { Step } from './protected.ts';
import { type Skeleton, skeletonOf } from './skeleton.ts';

/** What is claimed at one place of a message and below it: a tree like the message, with the claimed branches only. */
export interface Claims {
	/** On the value as a whole. */
	readonly whole: readonly Claim[];
	/** On parts of a string; of a number or literal, then they cover all of it. */
	readonly parts: readonly PartClaim[];
	/** On parts of the key. */
	readonly key: readonly PartClaim[];
	readonly children: ReadonlyMap<string, Claims>;
}

interface Growing extends Claims {
	readonly whole: Claim[];
	readonly parts: PartClaim[];
	readonly key: PartClaim[];
	readonly children: Map<string, Growing>;
}

/** Nothing claimed here or below. */
export const NO_CLAIMS: Claims = grow();

/** Locates `masks` in the message at `root`. */
export function claimsOn(root: JsonObject, masks: readonly MaskRequest[], findings: readonly Finding[]): Claims {
	const top = grow();
	let skeleton: Skeleton | undefined;
	masks.forEach(({ path, finding, op, with: value, within, cut }, mask) => {
		if (cut) at(top, cut).whole.push({ mask, op, what: 'list', cuts: true });
		if (path) {
			skeleton ??= within === undefined ? skeletonOf(root) : undefined;
			for (const steps of path.locate(within?.skeleton ?? skeleton ?? true)) {
				at(top, within?.carried(steps) ?? steps).whole.push({ mask, op, with: value, what: 'path' });
			}
		}
		if (finding === undefined) return;
		for (const { type, pointer, start, end, key } of findings) {
			if (!typeMatches(finding, type)) continue;
			const steps = stepsOf(pointer);
			// The key that an embedded frame stands under is its carrier's.
			const own = within?.own(steps);
			if (within !== undefined && (own === undefined || (key && own.length === within.to.length))) continue;
			const place = at(top, steps);
			(key ? place.key : place.parts).push({ mask, op, with: value, what: type, start, end });
		}
	});
	return top;
}

function grow(): Growing {
	return { whole: [], parts: [], key: [], children: new Map() };
}

function at(top: Growing, steps: readonly Step[]): Growing {
	let place = top;
	for (const step of steps) {
		let next = place.children.get(`${step}`);
		if (next === undefined) {
			next = grow();
			place.children.set(`${step}`, next);
		}
		place = next;
	}
	return place;
}
