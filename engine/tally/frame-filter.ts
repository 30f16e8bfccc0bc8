import type { Verdict } from '../policy/judgement.ts';
import type { FrameLine } from '../recording/lines.ts';
import type { Replayed } from '../replay.ts';

/**
 * Which frames of a session are counted and reported. All of them are judged, whatever it says: the facts of a frame
 * follow from those before it.
 */
export interface FrameFilter {
	/** Calls of one of these tools, and answers to them. */
	readonly tools?: readonly string[];
	/** What was recorded of the frame as it arrived. A frame without a recorded verdict has none of them. */
	readonly verdicts?: readonly Verdict[];
}

/** Whether `filter` lets a frame count that came out as `sides` say. */
export function countsFrame(filter: FrameFilter, line: FrameLine, sides: readonly (Replayed | undefined)[]): boolean {
	const { tools, verdicts } = filter;
	if (verdicts !== undefined && (line.verdict === undefined || !verdicts.includes(line.verdict))) return false;
	if (tools === undefined) return true;
	return sides.some((side) => side?.tools?.some((tool) => tools.includes(tool)));
}
