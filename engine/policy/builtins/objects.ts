import { compare, RegoObject, RegoSet, type Value } from '../value/value.ts';
import { occurrences } from './subsequences.ts';
import { type Builtin, BuiltinError } from './types.ts';

/** `object.subset`; the other `object.*` are native. */
export const objects = {
	'object.subset': (_: unknown, all: Value, part: Value) => {
		if (Array.isArray(all) && part instanceof RegoSet) return arrayHolds(all as readonly Value[], part);
		const answer = holds(all, part);
		if (answer === undefined) throw new BuiltinError('operands of types that do not go together');
		return answer;
	},
} satisfies Record<string, Builtin>;

/** Whether all of `part` is in `all`; undefined unless both are objects, both sets or both arrays. */
function holds(all: Value, part: Value): boolean | undefined {
	if (all instanceof RegoObject && part instanceof RegoObject) return objectHolds(all, part);
	if (all instanceof RegoSet && part instanceof RegoSet) return setHolds(all, part);
	if (!Array.isArray(all) || !Array.isArray(part)) return undefined;
	// In one piece and in this order.
	return part.length === 0 || !occurrences(all as Value[], part as Value[], equal).next().done;
}

/** Only values of one key are looked into again. */
function objectHolds(all: RegoObject, part: RegoObject): boolean {
	let i = 0;
	return part.entries.every(([key, value]) => {
		while (i < all.entries.length && compare(all.entries[i]![0], key) < 0) i++;
		const [own, found] = all.entries[i] ?? [];
		if (own === undefined || found === undefined || !equal(own, key)) return false;
		return equal(found, value) || holds(found, value) === true;
	});
}

function setHolds(all: RegoSet, part: RegoSet): boolean {
	let i = 0;
	return part.members.every((member) => {
		while (i < all.members.length && compare(all.members[i]!, member) < 0) i++;
		return i < all.members.length && equal(all.members[i]!, member);
	});
}

/** As OPA counts: a member that is in the array twice counts twice, and an empty array holds not even an empty set. */
function arrayHolds(all: readonly Value[], part: RegoSet): boolean {
	const found = all.filter((item) => setHolds(part, new RegoSet([item]))).length;
	return all.length > 0 && found >= part.members.length;
}

function equal(a: Value, b: Value): boolean {
	return compare(a, b) === 0;
}
