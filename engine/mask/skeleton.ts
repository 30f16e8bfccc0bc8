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

/** The skeleton of a message of which only this part is there. */
export function skeletonOfPart(part: 'params' | 'result' | 'error', node: JsonNode): Skeleton {
	return { [boneName(part)]: bones(node) };
}

function bones(node: JsonNode): Skeleton {
	if (node.type === 'array') return node.items.map(bones);
	if (node.type !== 'object') return true;
	return Object.fromEntries(node.members.map((m) => [boneName(m.key), bones(m.value)]));
}

const PLAIN = /^[A-Za-z0-9]*$/;

/** `key` as a skeleton has it: `_`, then the key with every other character as `_<hex of the UTF-16 unit>_`. */
export function boneName(key: string): string {
	if (PLAIN.test(key)) return `_${key}`;
	return `_${key.replace(/[^A-Za-z0-9]/g, (unit) => `_${unit.charCodeAt(0).toString(16)}_`)}`;
}

/** The keys and indexes of a pointer into a skeleton, as the message has them. */
export function realSteps(pointer: string): readonly string[] {
	return pointer
		.split('/')
		.slice(1)
		.map((step) => {
			if (!step.startsWith('_')) return step;
			const key = step.slice(1);
			return key.includes('_')
				? key.replace(/_([0-9a-f]+)_/g, (_, unit: string) => String.fromCharCode(Number.parseInt(unit, 16)))
				: key;
		});
}
