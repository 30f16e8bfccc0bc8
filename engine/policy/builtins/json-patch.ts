import { numberText } from '../value/decimal.ts';
import { compare, isNumber, RegoObject, RegoSet, type Value } from '../value/value.ts';
import { arrayOf, objectOf, readInt64, textOf } from './operands.ts';
import { type Builtin, BuiltinError } from './types.ts';

/** `json.patch` (RFC 6902), also over sets and with paths as arrays of keys; the other `json.*` paths are native. */
export const jsonPatches = {
	'json.patch': (_: unknown, target: Value, patches: Value) => {
		const operations = arrayOf(patches);
		let document: Value | undefined = target;
		let work = 0;
		for (const patch of operations) {
			work += breadth(document);
			if (work > MOST_WORK) throw new BuiltinError('too much to patch');
			document = apply(document, objectOf(patch));
		}
		return document;
	},
} satisfies Record<string, Builtin>;

type Path = readonly Value[];

/** Every operation copies what is along its path; this many members take about a second. */
const MOST_WORK = 10_000_000;

/** Members of all objects and arrays: no path has more along it. */
function breadth(value: Value | undefined): number {
	if (value === undefined || value === null || typeof value !== 'object') return 1;
	if (value instanceof RegoObject) return value.entries.reduce((sum, [, member]) => sum + breadth(member), 1);
	if (value instanceof RegoSet) return value.members.length + 1;
	return Array.isArray(value)
		? (value as readonly Value[]).reduce<number>((sum, member) => sum + breadth(member), 1)
		: 1;
}

/** undefined: the whole document was removed, so that only an `add` or `replace` of the whole can follow. */
function apply(document: Value | undefined, patch: RegoObject): Value | undefined {
	const operation = textOf(attribute(patch, 'op'));
	const path = pathOf(attribute(patch, 'path'));
	switch (operation) {
		case 'add':
			return add(document, path, attribute(patch, 'value'));
		case 'remove':
			return remove(document, path);
		case 'replace':
			return add(remove(document, path), path, attribute(patch, 'value'));
		case 'move': {
			const from = pathOf(attribute(patch, 'from'));
			return add(remove(document, from), path, at(document, from));
		}
		case 'copy':
			return add(document, path, at(document, pathOf(attribute(patch, 'from'))));
		case 'test':
			if (compare(at(document, path), attribute(patch, 'value')) !== 0) throw new BuiltinError('a test that fails');
			return document;
		default:
			throw new BuiltinError('an operation that nobody knows');
	}
}

function attribute(patch: RegoObject, name: string): Value {
	const value = patch.get(name);
	if (value === undefined) throw new BuiltinError(`\`${name}\` is missing`);
	return value;
}

/** A JSON pointer (RFC 6901; slashes at its beginning do not count), or the keys themselves. */
function pathOf(path: Value): Path {
	if (typeof path !== 'string') return arrayOf(path);
	if (path === '') return [];
	const segments = path.replace(/^\/+/, '').split('/');
	return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function at(document: Value | undefined, path: Path): Value {
	let value = existing(document);
	for (const key of path) value = child(value, key);
	return value;
}

function add(document: Value | undefined, path: Path, value: Value): Value {
	const [key, ...rest] = path;
	if (key === undefined) return value;
	const parent = existing(document);
	if (rest.length > 0) return withChild(parent, key, add(child(parent, key), rest, value));
	if (Array.isArray(parent)) return (parent as readonly Value[]).toSpliced(index(parent, key, parent.length), 0, value);
	if (parent instanceof RegoSet && compare(key, value) !== 0) throw new BuiltinError('a member under another key');
	return withChild(parent, key, value);
}

function remove(document: Value | undefined, path: Path): Value | undefined {
	const parent = existing(document);
	const [key, ...rest] = path;
	if (key === undefined) return undefined;
	const found = child(parent, key);
	if (rest.length > 0) return withChild(parent, key, existing(remove(found, rest)));
	if (parent instanceof RegoObject) return new RegoObject(parent.entries.filter(([own]) => compare(own, key) !== 0));
	if (parent instanceof RegoSet) return new RegoSet(parent.members.filter((own) => compare(own, key) !== 0));
	return (parent as readonly Value[]).toSpliced(index(parent as readonly Value[], key), 1);
}

/** `parent` with `value` in the place of what `key` names; of a set a member gives way. */
function withChild(parent: Value, key: Value, value: Value): Value {
	if (parent instanceof RegoObject) return new RegoObject([...parent.entries, [key, value]]);
	if (parent instanceof RegoSet) {
		return new RegoSet([...parent.members.filter((own) => compare(own, key) !== 0), value]);
	}
	const items = arrayOf(parent);
	return items.with(index(items, key), value);
}

function child(parent: Value, key: Value): Value {
	if (parent instanceof RegoObject) return existing(parent.get(key));
	if (parent instanceof RegoSet) return existing(parent.members.find((own) => compare(own, key) === 0));
	const items = arrayOf(parent);
	return items[index(items, key)]!;
}

/** An integer, or its digits without zeros before them; `-` is the place after the last item. */
function index(items: readonly Value[], key: Value, last = items.length - 1): number {
	if (key === '-' && last === items.length) return last;
	if (typeof key !== 'string' && !isNumber(key)) throw new BuiltinError('no index');
	if (typeof key === 'string' && key !== '0' && key.startsWith('0')) throw new BuiltinError('zeros before an index');
	const at = readInt64(typeof key === 'string' ? key : numberText(key));
	if (at === undefined || at < 0n || at > last) throw new BuiltinError('no index of this array');
	return Number(at);
}

function existing(value: Value | undefined): Value {
	if (value === undefined) throw new BuiltinError('a path to nothing');
	return value;
}
