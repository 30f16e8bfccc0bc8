import { isNumber, keyText, RegoObject, RegoSet, type Value } from '../../value/value.ts';
import { BuiltinError } from '../types.ts';
import type { QueryDocument, SchemaDocument, Selection } from './ast.ts';
import type { Effort } from './effort.ts';
import { Invalid, require } from './invalid.ts';
import { EXACT, type FieldShape, SHAPES, type ShapeName } from './shapes.ts';

/** A tree from an object that a policy gives, as Go's `encoding/json` reads it. Throws `Invalid` for a wrong type. */
export function decodeQuery(object: RegoObject, effort: Effort): QueryDocument {
	return decodeNode('QueryDocument', object, effort) as unknown as QueryDocument;
}

/** As `decodeQuery`. */
export function decodeSchema(object: RegoObject, effort: Effort): SchemaDocument {
	return decodeNode('SchemaDocument', object, effort) as unknown as SchemaDocument;
}

function decodeNode(shape: ShapeName, value: Value, effort: Effort): Record<string, unknown> {
	require(value instanceof RegoObject, `${shape} is no object`);
	effort.spend();
	return effort.deeper(() => {
		const given = membersByField(shape, value);
		const node: Record<string, unknown> = {};
		for (const field of SHAPES[shape]) node[field.name] = decodeField(field, given.get(field.name) ?? null, effort);
		// Go would follow a null pointer.
		if (shape === 'Type' && node['NamedType'] === '' && node['Elem'] === undefined) incomplete(shape);
		return node;
	});
}

/** Names are those of the struct, or differ in case only; a member comes after those that sort before it. */
function membersByField(shape: ShapeName, object: RegoObject): ReadonlyMap<string, Value> {
	const exact = new Map(SHAPES[shape].map(({ name }) => [name, name] as const));
	const folded = new Map(SHAPES[shape].map(({ name }) => [fold(name), name] as const));
	const members = new Map<string, Value>();
	for (const [key, value] of object.entries) {
		const text = typeof key === 'string' ? key : keyText(key);
		const name = exact.get(text) ?? (EXACT.has(shape) ? undefined : folded.get(fold(text)));
		if (name !== undefined && value !== null) members.set(name, value);
	}
	return members;
}

/** `strings.EqualFold` for names in ASCII: two letters beyond it fold to one within. */
function fold(name: string): string {
	return name.replaceAll('\u017f', 's').replaceAll('\u212a', 'k').toLowerCase();
}

function decodeField({ name, type, list, needed }: FieldShape, value: Value, effort: Effort): unknown {
	if (type === 'selections') return decodeSelections(value, effort);
	if (!list) {
		if (value === null && needed) incomplete(name);
		return decodeOne(type, value, effort);
	}
	return listOf(value).map((item) => {
		if (item === null && type in SHAPES) incomplete(name);
		return decodeOne(type, item, effort);
	});
}

function decodeOne(type: Exclude<FieldShape['type'], 'selections'>, value: Value, effort: Effort): unknown {
	switch (type) {
		case 'text':
			require(value === null || typeof value === 'string', 'not a string');
			return value ?? '';
		case 'flag':
			require(value === null || typeof value === 'boolean', 'not a boolean');
			return value ?? false;
		case 'whole':
			return decodeWhole(value ?? 0);
		default:
			return value === null ? undefined : decodeNode(type, value, effort);
	}
}

function decodeWhole(value: Value): number {
	const isInt64 =
		isNumber(value) && (typeof value === 'bigint' ? BigInt.asIntN(64, value) === value : Number.isInteger(value));
	require(isInt64, 'not an integer');
	return Number(value);
}

function listOf(value: Value): readonly Value[] {
	if (value === null) return [];
	if (value instanceof RegoSet) return value.members;
	require(Array.isArray(value), 'not a list');
	return value as readonly Value[];
}

/** What can be read as a field is one, so spreads and inline fragments come out as fields; the rest is left out. */
function decodeSelections(value: Value, effort: Effort): Selection[] {
	return listOf(value).flatMap((item) => {
		for (const shape of ['Field', 'FragmentSpread', 'InlineFragment'] as const) {
			try {
				return [decodeNode(shape, item ?? new RegoObject([]), effort) as unknown as Selection];
			} catch (error) {
				if (!(error instanceof Invalid)) throw error;
			}
		}
		return [];
	});
}

function incomplete(what: string): never {
	throw new BuiltinError(`the tree is incomplete: no ${what}`);
}
