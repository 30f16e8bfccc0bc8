import type { Detector, TextFinding } from './detect/detector.ts';
import type { Frame } from './frame/frame.ts';
import { RECORDED_LIMITS } from './frame/limits.ts';
import { readFrames } from './frame/read.ts';
import { maskSplices } from './mask/mask.ts';
import { type Splice, splice } from './mask/splice.ts';

/** Finds secrets and personal data in what is about to be shown. */
export interface FindingCover {
	/** A frame with every finding masked; undefined when it cannot be searched, so nothing of it may be shown. */
	frame(bytes: Buffer): { readonly text: string; readonly types: readonly string[] } | undefined;
	/** Any other text, the same. */
	text(text: string): string;
}

const OPTIONS = { limits: RECORDED_LIMITS, batches: true };
const ALL = [
	{ op: 'redact', finding: 'secret/*' },
	{ op: 'redact', finding: 'pii/*' },
] as const;
/** Redaction tags nothing, so there is nothing to key. */
const NO_KEY = Buffer.alloc(32);

/** Where a frame holds what `detector` finds. */
export function findingSplices(frame: Frame, detector: Detector): readonly Splice[] {
	const findings = detector.detect(frame);
	return findings.length === 0 ? [] : maskSplices(frame, ALL, findings, NO_KEY).splices;
}

/**
 * Masks all that `detector` finds. Give it one with every detector set, whatever the policy reads: a policy that
 * forwards personal data has not said that everybody may look at it.
 */
export function findingCover(detector: Detector): FindingCover {
	return {
		frame(bytes) {
			const scanned = readFrames(bytes, OPTIONS);
			if (!scanned.ok) return undefined;
			const splices = scanned.frames.flatMap((frame) => findingSplices(frame, detector));
			const masked = splice(bytes, splices);
			// Masks leave the envelope alone, so something may be left there.
			const left = findings(masked);
			if (left === undefined || left > 0) return undefined;
			const types = [...new Set(splices.map(({ what }) => what))].sort();
			return { text: masked.toString('utf8'), types };
		},
		text: (text) => coverText(text, detector.detectText(text)),
	};

	function findings(bytes: Buffer): number | undefined {
		const scanned = readFrames(bytes, OPTIONS);
		return scanned.ok ? scanned.frames.reduce((sum, frame) => sum + detector.detect(frame).length, 0) : undefined;
	}
}

/** `text` with all spans replaced; overlapping ones are one, under the type of the first. */
function coverText(text: string, findings: readonly TextFinding[]): string {
	if (findings.length === 0) return text;
	const points = [...text];
	let covered = '';
	let at = 0;
	for (const { type, start, end } of [...findings].sort((a, b) => a.start - b.start || b.end - a.end)) {
		if (start >= at) covered += `${points.slice(at, start).join('')}[masked:${type}]`;
		at = Math.max(at, end);
	}
	return covered + points.slice(at).join('');
}
