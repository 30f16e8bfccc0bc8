import type { JsonNode, JsonObject } from '../frame/json.ts';

/**
 * The shape of a message for a JSONPath library: objects, arrays, and `true` for every leaf.
 *
 * Keys are spelled in letters, digits and `_` only, and never begin with a digit. So no key of a frame can be
 * taken for an operator of the library (`*`, `^`, `~`, `@string()`), for an index, or for `__proto__`.
 */
export type Skeleton = true | readonly Skeleton[] | { readonly [key: string]: Skeleton };

/** The skeleton of the judged parts of a message. */
export function skeletonOf(root: JsonObject): Skeleton {
	const parts = root.members.filter(({ key }) => key === 'params' || key === 'result' || key === 'error');
	return bones({ ...root, members: parts });
}

function bones(node: JsonNode): Skeleton {
	if (node.type === 'array') return node.items.map(bones);
	if (node.type !== 'object') return true;
	return Object.fromEntries(node.members.map((m) => [boneName(m.key), bones(m.value)]));
}

/** `key` as a skeleton has it: `_`, then the key with every other character as `_<hex of the UTF-16 unit>_`. */
export function boneName(key: string): string {
	return `_${key.replace(/[^A-Za-z0-9]/g, (unit) => `_${unit.charCodeAt(0).toString(16)}_`)}`;
}

/** A pointer into the skeleton as the JSON Pointer (RFC 6901) into the message. */
export function realPointer(pointer: string): string {
	return pointer.replace(/(\/_?)|_([0-9a-f]+)_/g, (_, step: string | undefined, unit: string) => {
		if (step !== undefined) return '/';
		const character = String.fromCharCode(Number.parseInt(unit, 16));
		return character === '~' ? '~0' : character === '/' ? '~1' : character;
	});
}
