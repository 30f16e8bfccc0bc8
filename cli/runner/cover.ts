import { type FindingCover, findingCover } from '../../engine/cover.ts';
import { createDetector } from '../../engine/detect/detector.ts';
import { splice } from '../../engine/mask/splice.ts';
import type { FrameLine, GatewayLine } from '../../engine/recording/lines.ts';

/** Masks every finding in what is about to be shown. */
export const cover: FindingCover = findingCover(createDetector({ detectors: ['secrets', 'pii'] }));

/**
 * A recorded frame as anybody may see it: as delivered, with every finding masked. Undefined: nothing was delivered,
 * or it cannot be shown without giving a finding away.
 */
export function shownFrame(line: FrameLine | GatewayLine): string | undefined {
	if (line.type === 'gateway') return cover.frame(line.bytes)?.text;
	if (line.delivered === null) return undefined;
	return cover.frame(splice(line.bytes, line.delivered ?? []))?.text;
}

/** A text of ours about a frame, every finding masked. */
export function shownText(text: string): string {
	return cover.text(text);
}
