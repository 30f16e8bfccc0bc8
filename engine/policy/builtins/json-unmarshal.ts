import type { Value } from '../value/value.ts';
import { readJson } from './json-read.ts';
import { textOf } from './operands.ts';
import type { Builtin } from './types.ts';

/** Go's encoding/json goes no deeper. */
const DEEPEST = 10_000;

/** `json.unmarshal` and `json.is_valid`: the module's own read more than JSON. */
export const jsonUnmarshals = {
	'json.is_valid': (_: unknown, text: Value) => typeof text === 'string' && isJson(text),
	'json.unmarshal': (_: unknown, text: Value) => readJson(textOf(text)),
} satisfies Record<string, Builtin>;

function isJson(text: string): boolean {
	try {
		JSON.parse(text);
	} catch (error) {
		if (error instanceof SyntaxError) return false;
		throw error;
	}
	return depth(text) <= DEEPEST;
}

/** Of a text that is JSON. */
function depth(text: string): number {
	if (text.length <= 2 * DEEPEST) return 0;
	let [deepest, now] = [0, 0];
	for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}]/gs)) {
		if (token === '[' || token === '{') deepest = Math.max(deepest, ++now);
		else if (token === ']' || token === '}') now--;
	}
	return deepest;
}
