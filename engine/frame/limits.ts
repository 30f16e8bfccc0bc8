import type { FrameLimits } from './frame.ts';

/** Limits of one frame where the configuration names none (contract §4 `limits`). */
export const DEFAULT_LIMITS: FrameLimits = { frame: 16 * 1024 * 1024, depth: 128, keys: 100_000 };

/** What was recorded was within the limits of its time: reading it again, nothing is refused for its size. */
export const RECORDED_LIMITS: FrameLimits = {
	frame: Number.POSITIVE_INFINITY,
	depth: Number.POSITIVE_INFINITY,
	keys: Number.POSITIVE_INFINITY,
};

/**
 * Nesting that no configuration can exceed: scanner, detectors and masks walk a frame recursively, and this
 * many levels fit every stack they run on.
 */
export const MAX_DEPTH = 1000;
