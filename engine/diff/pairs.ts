import type { Detector } from '../detect/detector.ts';
import type { Finding } from '../detect/finding.ts';
import type { Frame } from '../frame/frame.ts';
import type { Policy } from '../policy/load.ts';
import type { FrameLine, Line, RecordingHeader, RejudgeLine } from '../recording/lines.ts';
import { type Replayed, type ReplayOptions, Rerun, readRecorded, replayOptions } from '../replay.ts';

/** One recorded frame, or one judgement at a release, under two policies. */
export interface Pair {
	/** The frame; at a release the one that was held. */
	readonly line: FrameLine;
	readonly rejudge?: RejudgeLine;
	/** Absent: under this policy there was nothing to judge at this release. */
	readonly a?: Replayed;
	readonly b?: Replayed;
}

/** Two policies that are ready to judge side by side. */
export interface PolicyPair {
	readonly a: Policy;
	readonly b: Policy;
}

/**
 * Two policies for judging side by side. What does not depend on the rules is worked out once a frame: where both search
 * with the same detectors, one search does for both.
 */
export function pairOf(a: Policy, b: Policy): PolicyPair {
	if (a.revision === b.revision) return { a, b: a };
	if (a.detector.version !== b.detector.version) return { a, b };
	const detector = rememberingLast(a.detector);
	return { a: { ...a, detector }, b: { ...b, detector } };
}

/** The same detector, which does not search the frame again that it has searched last. */
function rememberingLast(detector: Detector): Detector {
	let last: { readonly frame: Frame; readonly findings: readonly Finding[] } | undefined;
	return {
		...detector,
		detect(frame) {
			if (last?.frame !== frame) last = { frame, findings: detector.detect(frame) };
			return last.findings;
		},
	};
}

/**
 * A recorded session under two policies, line by line: each has a state of its own, which follows from what it says.
 * One policy twice is judged once.
 */
export class PairedRerun {
	readonly #a: Rerun;
	readonly #b: Rerun;
	readonly #policies: PolicyPair;

	constructor(header: RecordingHeader, policies: PolicyPair, options: ReplayOptions = {}) {
		const whole = replayOptions(options);
		this.#policies = policies;
		this.#a = new Rerun(header, whole);
		this.#b = policies.a === policies.b ? this.#a : new Rerun(header, whole);
	}

	/** What both say of this line; undefined: nothing is judged at it. */
	next(line: Line): Pair | undefined {
		const read = line.type === 'frame' && line.by !== 'gateway' ? readRecorded(line) : undefined;
		const a = this.#a.next(line, this.#policies.a, read);
		const b = this.#b === this.#a ? a : this.#b.next(line, this.#policies.b, read);
		const judged = a ?? b;
		if (judged === undefined) return undefined;
		const rejudge = line.type === 'rejudge' ? { rejudge: line } : {};
		return { line: judged.line, ...rejudge, ...(a && { a }), ...(b && { b }) };
	}
}
