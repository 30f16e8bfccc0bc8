import { compare, fromJson, RegoObject, RegoSet, type Value } from '../../engine/policy/value/value.ts';
import { writeValue } from '../../engine/policy/value/write.ts';

/**
 * Whether an evaluation gave the bindings that a case wants, compared as OPA's own runners do: the bindings are a set;
 * in their values, sets are lists in Rego's order and keys are strings; with `sortBindings` a list bound to a variable
 * is sorted first. The order of any other list counts.
 */
export function sameBindings(want: Value, got: unknown, sortBindings: boolean): boolean {
	return compare(new RegoSet(listed(want)), new RegoSet(bindingsOf(got, sortBindings))) === 0;
}

/** Bindings in the form in which they are compared. Throws `TypeError` on what is no value of Rego. */
export function bindingsOf(got: unknown, sortBindings: boolean): Value[] {
	return listed(fromJson(got)).map((binding) => {
		const plain = asJson(binding);
		if (!sortBindings || !(plain instanceof RegoObject)) return plain;
		return new RegoObject(plain.entries.map(([name, value]) => [name, Array.isArray(value) ? sorted(value) : value]));
	});
}

function listed(value: Value): readonly Value[] {
	if (value instanceof RegoSet) return value.members;
	return Array.isArray(value) ? (value as readonly Value[]) : [value];
}

function sorted(list: readonly Value[]): Value[] {
	return [...list].sort(compare);
}

function asJson(value: Value): Value {
	if (value instanceof RegoSet) return value.members.map(asJson);
	if (value instanceof RegoObject) return new RegoObject(value.entries.map(([k, v]) => [keyOf(k), asJson(v)]));
	return Array.isArray(value) ? (value as readonly Value[]).map(asJson) : value;
}

/** As OPA makes a JSON key of any other value: its JSON text. */
function keyOf(key: Value): string {
	return typeof key === 'string' ? key : writeValue(asJson(key));
}
