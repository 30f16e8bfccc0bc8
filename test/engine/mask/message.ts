import { createDetector } from '../../../engine/detect/detector.ts';
import type { Finding } from '../../../engine/detect/finding.ts';
import type { Frame } from '../../../engine/frame/frame.ts';
import { DEFAULT_LIMITS } from '../../../engine/frame/limits.ts';
import { readFrames } from '../../../engine/frame/read.ts';
import { type Masked, type MaskRequest, maskSplices } from '../../../engine/mask/mask.ts';
import { compileMaskPath } from '../../../engine/mask/paths.ts';
import { splice } from '../../../engine/mask/splice.ts';
import type { MaskOp } from '../../../engine/policy/judgement.ts';

export const hashKey = Buffer.alloc(32, 7);
export const detector = createDetector({ detectors: ['secrets', 'pii'] });

/** A token that looks real and is none. */
export const token = `ghp_${'aB3dE6gH9'.repeat(4)}`;

export function frameOf(text: string): Frame {
	const read = readFrames(Buffer.from(text), { limits: DEFAULT_LIMITS, batches: false });
	if (!read.ok) throw new Error(`${read.refusal.code} ${read.refusal.message} in ${text}`);
	return read.frames[0] as Frame;
}

/** An answer whose `result` is `json`. */
export function resultFrame(json: string): Frame {
	return frameOf(`{"jsonrpc":"2.0","id":1,"result":${json}}`);
}

export function byPath(path: string, op: MaskOp = 'redact', value?: unknown): MaskRequest {
	return { path: compileMaskPath(path), op, with: value };
}

export function byFinding(finding: string, op: MaskOp = 'redact', value?: unknown): MaskRequest {
	return { finding, op, with: value };
}

/** What leaves when `masks` are applied to `frame`, and how. */
export function apply(
	frame: Frame,
	masks: readonly MaskRequest[],
	findings?: readonly Finding[],
): Masked & { text: string } {
	const masked = maskSplices(frame, masks, findings ?? detector.detect(frame), hashKey);
	return { ...masked, text: splice(frame.bytes, masked.splices).toString() };
}

/** The `result` that leaves. */
export function maskResult(json: string, ...masks: readonly MaskRequest[]): string {
	const { text } = apply(resultFrame(json), masks);
	frameOf(text);
	return text.slice('{"jsonrpc":"2.0","id":1,"result":'.length, -1);
}
