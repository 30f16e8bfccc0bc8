import type { FrameLimits } from './frame.ts';

/** Limits of one frame where the configuration names none (contract §4 `limits`). */
export const DEFAULT_LIMITS: FrameLimits = { frame: 16 * 1024 * 1024, depth: 128, keys: 100_000 };

/**
 * Nesting that no configuration can exceed: scanner, detectors and masks walk a frame recursively, and this
 * many levels fit every stack they run on.
 */
export const MAX_DEPTH = 1000;
