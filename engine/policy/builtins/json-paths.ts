import { compare, RegoObject, RegoSet, type Value } from '../value/value.ts';
import { membersOf, objectOf } from './operands.ts';
import { type Builtin, BuiltinError } from './types.ts';

/** `json.filter` and `json.remove`: the module's own do not survive an empty path. */
export const jsonPaths = {
	'json.filter': (_: unknown, object: Value, paths: Value) => filter(objectOf(object), treeOf(paths)),
	'json.remove': (_: unknown, object: Value, paths: Value) => remove(objectOf(object), treeOf(paths)),
} satisfies Record<string, Builtin>;

/** What is below a key: `end` where a path ends, else the next keys, in Rego's order. */
type Tree = 'end' | readonly (readonly [Value, Tree])[];

/** Where one path ends nothing below it counts, whatever the order of the paths. An empty path has no end at all. */
function treeOf(paths: Value): Tree {
	const all = membersOf(paths).map(pathOf);
	return branches(
		all.filter((path) => path.length > 0),
		0,
	);
}

function branches(paths: readonly (readonly Value[])[], depth: number): Tree {
	const sorted = [...paths].sort((a, b) => compare(a[depth]!, b[depth]!));
	const tree: [Value, Tree][] = [];
	for (let from = 0; from < sorted.length; ) {
		const key = sorted[from]![depth]!;
		let to = from + 1;
		while (to < sorted.length && compare(sorted[to]![depth]!, key) === 0) to++;
		const group = sorted.slice(from, to);
		tree.push([key, group.some((path) => path.length === depth + 1) ? 'end' : branches(group, depth + 1)]);
		from = to;
	}
	return tree;
}

/** A path as keys: an array of them, or a JSON pointer, of which the slash at the beginning may be missing or many. */
function pathOf(path: Value): readonly Value[] {
	if (Array.isArray(path)) return path as readonly Value[];
	if (typeof path !== 'string') throw new BuiltinError('a path must be a string or an array');
	if (path === '') return [];
	const parts = path.replace(/^\/+/, '').split('/');
	return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function below(tree: Tree, key: Value): Tree | undefined {
	if (tree === 'end') return undefined;
	let [low, high] = [0, tree.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (compare(tree[middle]![0], key) < 0) low = middle + 1;
		else high = middle;
	}
	const found = tree[low];
	return found !== undefined && compare(found[0], key) === 0 ? found[1] : undefined;
}

/** What paths lead to. A path that goes on below what has no members leads there all the same. */
function filter(value: Value, tree: Tree): Value {
	return tree === 'end' ? value : mapped(value, (member, key) => kept(member, below(tree, key)));
}

function kept(member: Value, tree: Tree | undefined): Value | undefined {
	return tree === undefined ? undefined : filter(member, tree);
}

/** What no path leads to. */
function remove(value: Value, tree: Tree): Value {
	return mapped(value, (member, key) => {
		const next = below(tree, key);
		if (next === 'end') return undefined;
		return next === undefined ? member : remove(member, next);
	});
}

/** A value with its members changed, or without those that become undefined. The key of an item is its index as text. */
function mapped(value: Value, change: (member: Value, key: Value) => Value | undefined): Value {
	if (value instanceof RegoObject) {
		return new RegoObject(
			value.entries.flatMap(([key, member]) => {
				const changed = change(member, key);
				return changed === undefined ? [] : [[key, changed] as const];
			}),
		);
	}
	const present = (member: Value | undefined): member is Value => member !== undefined;
	if (value instanceof RegoSet) return new RegoSet(value.members.map((m) => change(m, m)).filter(present));
	if (!Array.isArray(value)) return value;
	return (value as readonly Value[]).map((item, i) => change(item, String(i))).filter(present);
}
