import type { Finding } from '../detect/finding.ts';
import { type Place, pointerOf, stepsOf } from '../mask/place.ts';

/** The findings of a carrier that stand in an embedded frame, with its own pointers. */
export function findingsWithin(place: Place, findings: readonly Finding[]): readonly Finding[] {
	return findings.flatMap((finding) => {
		const own = place.own(stepsOf(finding.pointer));
		// The key that it stands under is no part of it.
		if (own === undefined || (finding.key && own.length === place.to.length)) return [];
		return { ...finding, pointer: pointerOf(own) };
	});
}
