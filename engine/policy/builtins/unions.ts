import { compare, RegoObject, type Value } from '../value/value.ts';
import { arrayOf, objectOf } from './operands.ts';
import type { Builtin } from './types.ts';

/** `object.union_n`: the module's own has no answer for no objects. */
export const unions = {
	'object.union_n': (_: unknown, objects: Value) => union(arrayOf(objects).map(objectOf)),
} satisfies Record<string, Builtin>;

/** Later values go before earlier ones, but objects that follow each other at one key become one. */
function union(objects: readonly RegoObject[]): RegoObject {
	if (objects.length === 1) return objects[0]!;
	const sorted = objects.flatMap(({ entries }) => entries).sort(([a], [b]) => compare(a, b));
	const merged: [Value, Value][] = [];
	for (let from = 0; from < sorted.length; ) {
		const [key] = sorted[from]!;
		let latest: RegoObject[] = [];
		let value: Value = null;
		let to = from;
		for (; to < sorted.length && compare(sorted[to]![0], key) === 0; to++) {
			value = sorted[to]![1];
			if (value instanceof RegoObject) latest.push(value);
			else latest = [];
		}
		merged.push([sorted[to - 1]![0], value instanceof RegoObject ? union(latest) : value]);
		from = to;
	}
	return new RegoObject(merged);
}
