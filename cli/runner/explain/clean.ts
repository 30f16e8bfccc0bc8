import { findingSplices } from '../../../engine/cover.ts';
import { createDetector, type Detector } from '../../../engine/detect/detector.ts';
import { RECORDED_LIMITS } from '../../../engine/frame/limits.ts';
import { readFrames } from '../../../engine/frame/read.ts';
import type { Splice } from '../../../engine/mask/splice.ts';
import { readValue } from '../../../engine/policy/value/read.ts';
import { isNumber, RegoObject, RegoSet, type Value } from '../../../engine/policy/value/value.ts';
import { writeValue } from '../../../engine/policy/value/write.ts';
import { cleanText } from '../../../gateway/words.ts';

/** Makes texts and values of an explanation fit to be shown: no value that a finding covers, or that policy masks. */
export interface Cleaner {
	text(text: string): string;
	/** A value in Rego's spelling. */
	value(rego: string): string;
}

/** Shows everything, for `--reveal`. */
export const REVEALING: Cleaner = { text: (text) => text, value: (rego) => rego };

const EVERYTHING = createDetector({ detectors: ['secrets', 'pii'] });

/**
 * Cleans what is said of an input document: findings of all built-in detectors and of the policy's own, wherever in the
 * document they stand, and what the policy masks in `frame`.
 */
export function cleanerOf(input: Uint8Array, detector: Detector, frame: Buffer, splices: readonly Splice[]): Cleaner {
	const messages = messagesIn(input);
	const hidden = messages.flatMap((bytes) =>
		[EVERYTHING, detector].map((each) => ({ bytes, found: found(bytes, each) })),
	);
	const text = (words: string): string => {
		let clean = cleanText(words, detector, frame, splices);
		for (const { bytes, found: at } of hidden) if (at.length > 0) clean = cleanText(clean, EVERYTHING, bytes, at);
		return cleanText(clean, EVERYTHING, frame, []);
	};
	return { text, value: (rego) => spelled(cleanValue(readValue(rego), text)) };
}

/** The parts of the document that are a frame's, each as a message. */
function messagesIn(input: Uint8Array): Buffer[] {
	const { params, result, error, tool } = JSON.parse(Buffer.from(input).toString('utf8')) as Record<string, unknown>;
	const args = (tool as { arguments?: unknown } | undefined)?.arguments;
	const request = { jsonrpc: '2.0', id: 1, method: 'tools/call' };
	const all = [
		...(params === undefined ? [] : [{ ...request, params }]),
		...(args === undefined ? [] : [{ ...request, params: { name: 'tool', arguments: args } }]),
		...(result === undefined ? [] : [{ jsonrpc: '2.0', id: 1, result }]),
		...(error === undefined ? [] : [{ jsonrpc: '2.0', id: 1, error }]),
	];
	return all.map((message) => Buffer.from(JSON.stringify(message), 'utf8'));
}

function found(bytes: Buffer, detector: Detector): readonly Splice[] {
	const read = readFrames(bytes, { limits: RECORDED_LIMITS, batches: false });
	if (!read.ok) return [];
	return read.frames.flatMap((frame) => findingSplices(frame, detector));
}

function cleanValue(value: Value, text: (words: string) => string): Value {
	if (typeof value === 'string') return text(value);
	if (isNumber(value)) {
		const written = writeValue(value);
		const clean = text(written);
		return clean === written ? value : clean;
	}
	if (value === null || typeof value !== 'object') return value;
	if (value instanceof RegoSet) return new RegoSet(value.members.map((member) => cleanValue(member, text)));
	if (value instanceof RegoObject)
		return new RegoObject(value.entries.map(([k, v]) => [cleanValue(k, text), cleanValue(v, text)] as const));
	return (value as readonly Value[]).map((item) => cleanValue(item, text));
}

/** As Rego has it, with a blank after commas and colons, as people write it. */
function spelled(value: Value): string {
	if (value === null || typeof value !== 'object') return writeValue(value);
	if (value instanceof RegoSet)
		return value.members.length === 0 ? 'set()' : `{${value.members.map(spelled).join(', ')}}`;
	if (value instanceof RegoObject)
		return `{${value.entries.map(([k, v]) => `${spelled(k)}: ${spelled(v)}`).join(', ')}}`;
	return Array.isArray(value) ? `[${value.map(spelled).join(', ')}]` : writeValue(value);
}
