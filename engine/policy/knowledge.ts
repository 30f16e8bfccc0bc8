import type { Detector } from '../detect/detector.ts';
import { compileMaskPath } from '../mask/paths.ts';
import type { PolicyKnowledge } from './check.ts';

/** What `check` and `compile` must know of masks and detectors to refuse what could never match. */
export function knowledgeOf(detector: Detector): PolicyKnowledge {
	return { findingTypes: detector.known, maskPath: compileMaskPath };
}
