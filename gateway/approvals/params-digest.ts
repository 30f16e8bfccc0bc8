import { createHash, type Hash } from 'node:crypto';
import type { JsonNode } from '../../engine/frame/json.ts';

/**
 * SHA-256 (hex) over the tokens of `params` as they were spelled: white space between them and the member
 * `_meta` at the top do not count, all else does, order and spelling included (contract §7).
 *
 * `bytes`: the frame that the offsets of `params` point into. `undefined`: a request without `params`.
 */
export function paramsDigest(bytes: Buffer, params: JsonNode | undefined): string {
	const hash = createHash('sha256');
	if (params?.type === 'object') {
		const members = params.members.filter(({ key }) => key !== '_meta');
		hashNode(hash, bytes, { ...params, members });
	} else if (params !== undefined) hashNode(hash, bytes, params);
	return hash.digest('hex');
}

/** The text without white space: that JSON tokens can be told apart without any makes it unambiguous. */
function hashNode(hash: Hash, bytes: Buffer, node: JsonNode): void {
	if (node.type === 'object') {
		hash.update('{');
		for (const { keyStart, keyEnd, value } of node.members) {
			hash.update(bytes.subarray(keyStart, keyEnd)).update(':');
			hashNode(hash, bytes, value);
			hash.update(',');
		}
		hash.update('}');
	} else if (node.type === 'array') {
		hash.update('[');
		for (const item of node.items) {
			hashNode(hash, bytes, item);
			hash.update(',');
		}
		hash.update(']');
	} else hash.update(bytes.subarray(node.start, node.end));
}
