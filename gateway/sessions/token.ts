import type { JsonNode } from '../../engine/frame/json.ts';

/** An id or progress token as it is compared: `1` and `"1"` are two, `"a"` and `"\u0061"` are one. */
export function token(bytes: Buffer, node: JsonNode | undefined): string | undefined {
	if (node === undefined) return undefined;
	return node.type === 'string' ? JSON.stringify(node.value) : bytes.toString('utf8', node.start, node.end);
}
