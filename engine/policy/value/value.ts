import { compareNumbers, Decimal, numberText, type RegoNumber, toDouble } from './decimal.ts';

/**
 * A value of Rego in JavaScript. Integers beyond ±(2^53 − 1) are bigint, numbers whose text matters `Decimal`, all
 * other numbers number; sets are sets, and objects may have keys of any kind.
 */
export type Value = null | boolean | RegoNumber | string | readonly Value[] | RegoSet | RegoObject;

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

export function isNumber(value: Value): value is RegoNumber {
	return typeof value === 'number' || typeof value === 'bigint' || value instanceof Decimal;
}

/** null < booleans < numbers < strings < arrays < objects < sets (OPA, `ast.Compare`). */
function rank(value: Value): number {
	if (value === null) return 0;
	if (typeof value === 'boolean') return 1;
	if (isNumber(value)) return 2;
	if (typeof value === 'string') return 3;
	if (value instanceof RegoSet) return 6;
	return value instanceof RegoObject ? 5 : 4;
}

/** Rego's total order. Strings compare by code point. */
export function compare(a: Value, b: Value): number {
	const byType = rank(a) - rank(b);
	if (byType !== 0) return byType;
	if (typeof a === 'string') return compareStrings(a, b as string);
	if (isNumber(a)) return compareNumbers(a, b as RegoNumber);
	if (a === null || typeof a !== 'object') return Number(a) - Number(b);
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

/** As JavaScript has it: sets become arrays, keys strings; whole numbers that a double cannot hold stay bigint. */
export function toPlain(value: Value): unknown {
	if (value instanceof Decimal) return toDouble(value);
	if (value === null || typeof value !== 'object') return value;
	if (value instanceof RegoSet) return value.members.map(toPlain);
	if (value instanceof RegoObject)
		return Object.fromEntries(value.entries.map(([k, v]) => [typeof k === 'string' ? k : keyText(k), toPlain(v)]));
	return (value as readonly Value[]).map(toPlain);
}

/** A key of another type as text, as OPA writes it where JSON needs one: as Go's JSON, numbers as they are written. */
export function keyText(key: Value): string {
	if (isNumber(key)) return numberText(key);
	if (typeof key === 'string') return keyString(key);
	if (key === null || typeof key !== 'object') return String(key);
	if (key instanceof RegoSet) return `[${key.members.map(keyText).join(',')}]`;
	if (!(key instanceof RegoObject)) return `[${(key as readonly Value[]).map(keyText).join(',')}]`;
	const members = new Map(key.entries.map(([k, v]) => [typeof k === 'string' ? k : keyText(k), keyText(v)]));
	const sorted = [...members].sort(([a], [b]) => compareStrings(a, b));
	return `{${sorted.map(([k, v]) => `${keyString(k)}:${v}`).join(',')}}`;
}

/** Go also escapes what HTML and JavaScript would take for something else. */
function keyString(text: string): string {
	const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
	return JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029]/g, escaped);
}

/** A value from plain JSON. Integers beyond 2^53 must come as bigint. */
export function fromJson(json: unknown): Value {
	if (json === null || typeof json === 'boolean' || typeof json === 'string' || typeof json === 'bigint') return json;
	if (typeof json === 'number') return json;
	if (json instanceof RegoSet || json instanceof RegoObject || json instanceof Decimal) return json;
	if (Array.isArray(json)) return json.map(fromJson);
	if (typeof json === 'object') return new RegoObject(Object.entries(json).map(([k, v]) => [k, fromJson(v)] as const));
	throw new TypeError(`a ${typeof json} is no value of Rego`);
}
