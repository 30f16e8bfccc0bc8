/**
 * A value of Rego in JavaScript. Integers beyond ±(2^53 − 1) are bigint, all other numbers are number; sets are sets,
 * and objects may have keys of any kind.
 */
export type Value = null | boolean | number | bigint | string | readonly Value[] | RegoSet | RegoObject;

/** A set: its members are unique and in Rego's order. */
export class RegoSet {
	readonly members: readonly Value[];

	/** Sorts and drops duplicates. */
	constructor(members: Iterable<Value>) {
		this.members = unique([...members].sort(compare), compare);
	}

	has(value: Value): boolean {
		return this.members.some((member) => compare(member, value) === 0);
	}
}

/** An object: its keys are unique and in Rego's order. */
export class RegoObject {
	readonly entries: readonly (readonly [Value, Value])[];

	/** Sorts by key; of equal keys the last one counts. */
	constructor(entries: Iterable<readonly [Value, Value]>) {
		const sorted = [...entries].reverse().sort(([a], [b]) => compare(a, b));
		this.entries = unique(sorted, ([a], [b]) => compare(a, b));
	}

	get(key: Value): Value | undefined {
		return this.entries.find(([own]) => compare(own, key) === 0)?.[1];
	}
}

function unique<T>(sorted: readonly T[], order: (a: T, b: T) => number): T[] {
	return sorted.filter((item, i) => i === 0 || order(sorted[i - 1]!, item) !== 0);
}

/** null < booleans < numbers < strings < arrays < objects < sets (OPA, `ast.Compare`). */
function rank(value: Value): number {
	if (value === null) return 0;
	if (typeof value === 'boolean') return 1;
	if (typeof value === 'number' || typeof value === 'bigint') return 2;
	if (typeof value === 'string') return 3;
	if (value instanceof RegoSet) return 6;
	return value instanceof RegoObject ? 5 : 4;
}

/** Rego's total order. Strings compare by code point. */
export function compare(a: Value, b: Value): number {
	const byType = rank(a) - rank(b);
	if (byType !== 0) return byType;
	if (typeof a === 'string') return compareStrings(a, b as string);
	if (a === null || typeof a !== 'object') {
		const y = b as typeof a;
		return a === y ? 0 : (a as number) < (y as number) ? -1 : (a as number) > (y as number) ? 1 : 0;
	}
	if (a instanceof RegoObject) return compareObjects(a, b as RegoObject);
	return a instanceof RegoSet
		? compareLists(a.members, (b as RegoSet).members)
		: compareLists(a as readonly Value[], b as readonly Value[]);
}

function compareLists(a: readonly Value[], b: readonly Value[]): number {
	for (let i = 0; i < Math.min(a.length, b.length); i++) {
		const order = compare(a[i]!, b[i]!);
		if (order !== 0) return order;
	}
	return a.length - b.length;
}

/** Keys first, one by one, each with its value. */
function compareObjects(a: RegoObject, b: RegoObject): number {
	for (let i = 0; i < Math.min(a.entries.length, b.entries.length); i++) {
		const [keyA, valueA] = a.entries[i]!;
		const [keyB, valueB] = b.entries[i]!;
		const order = compare(keyA, keyB) || compare(valueA, valueB);
		if (order !== 0) return order;
	}
	return a.entries.length - b.entries.length;
}

/** By Unicode code point, which is also the order of the UTF-8 bytes; JavaScript's own order is by UTF-16 unit. */
function compareStrings(a: string, b: string): number {
	const length = Math.min(a.length, b.length);
	for (let i = 0; i < length; i++) {
		const x = a.charCodeAt(i);
		const y = b.charCodeAt(i);
		if (x === y) continue;
		// A surrogate stands for a code point above every other unit.
		const surrogates = Number(x >= 0xd800 && x <= 0xdfff) - Number(y >= 0xd800 && y <= 0xdfff);
		return surrogates !== 0 ? surrogates : x - y;
	}
	return a.length - b.length;
}

/** JSON for libraries: sets become arrays, bigint becomes number, keys become strings. */
export function toJson(value: Value): unknown {
	if (typeof value === 'bigint') return Number(value);
	if (value === null || typeof value !== 'object') return value;
	if (value instanceof RegoSet) return value.members.map(toJson);
	if (value instanceof RegoObject)
		return Object.fromEntries(value.entries.map(([k, v]) => [typeof k === 'string' ? k : writeKey(k), toJson(v)]));
	return (value as readonly Value[]).map(toJson);
}

const writeKey = (key: Value): string =>
	key === null || typeof key !== 'object' ? String(key) : JSON.stringify(toJson(key));

/** A value from plain JSON. Integers beyond 2^53 must come as bigint. */
export function fromJson(json: unknown): Value {
	if (json === null || typeof json === 'boolean' || typeof json === 'string' || typeof json === 'bigint') return json;
	if (typeof json === 'number') return json;
	if (json instanceof RegoSet || json instanceof RegoObject) return json;
	if (Array.isArray(json)) return json.map(fromJson);
	if (typeof json === 'object') return new RegoObject(Object.entries(json).map(([k, v]) => [k, fromJson(v)] as const));
	throw new TypeError(`a ${typeof json} is no value of Rego`);
}
