import type { Frame } from './frame.ts';
import type { JsonNode } from './json.ts';

/**
 * The JSON text of `node` as policy sees it: the received bytes, with each lone surrogate escape as `\ufffd`
 * (contract §1), which has the same length. No copy is made when nothing has to change.
 */
export function policyText(frame: Frame, node: JsonNode): Buffer {
	const text = frame.bytes.subarray(node.start, node.end);
	let copy: Buffer | undefined;
	for (const at of frame.loneSurrogates) {
		if (at < node.start || at >= node.end) continue;
		copy ??= Buffer.from(text);
		copy.write('\\ufffd', at - node.start, 'latin1');
	}
	return copy ?? text;
}
