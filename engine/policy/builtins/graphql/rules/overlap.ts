import {
	type Argument,
	type ChildValue,
	type Field,
	type FragmentSpread,
	isField,
	isInlineFragment,
	KIND,
	type Selection,
	type Type,
	type Value,
} from '../ast.ts';
import type { Effort } from '../effort.ts';
import { require } from '../invalid.ts';
import { isLeaf } from '../type-rules.ts';
import type { Rule, Walk } from '../walk.ts';

/**
 * Fields with one response name can be merged (GraphQL, §5.3.2). Fields are compared within a set of selections, and
 * between sets that come together: those of two fields of one name, and those of fragments that are spread.
 */
export function overlapRule(effort: Effort): Rule {
	const merge = new Merge(effort);
	return {
		operation: ({ SelectionSet }, walk) => merge.within(SelectionSet, walk),
		field: ({ SelectionSet }, _, walk) => walk.operation && merge.within(SelectionSet, walk),
		inlineFragment: ({ SelectionSet }, _, walk) => merge.within(SelectionSet, walk),
		fragment: ({ SelectionSet }, walk) => merge.within(SelectionSet, walk),
	};
}

/** Fields of a set by response name, those of inline fragments among them, and the fragments that it spreads. */
interface Collected {
	readonly fields: ReadonlyMap<string, readonly Field[]>;
	readonly spreads: readonly FragmentSpread[];
}

class Merge {
	readonly #effort: Effort;
	readonly #collected = new WeakMap<readonly Selection[], Collected>();
	/** By two names of fragments: whether they were compared only as exclusive ones. */
	readonly #pairs = new Map<string, boolean>();
	/** Fragments that the set at hand was compared with. gqlparser starts it anew within subsets; so do we. */
	#compared = new Set<string>();

	constructor(effort: Effort) {
		this.#effort = effort;
	}

	within(selections: readonly Selection[], walk: Walk): void {
		if (selections.length === 0) return;
		const own = this.#collect(selections);
		for (const fields of own.fields.values()) {
			fields.forEach((a, i) => {
				for (let j = i + 1; j < fields.length; j++) this.#compareFields(false, a, fields[j]!, walk);
			});
		}
		this.#compared = new Set();
		own.spreads.forEach((a, i) => {
			this.#compareWithFragment(false, own, a, walk);
			for (let j = i + 1; j < own.spreads.length; j++) this.#compareFragments(false, a, own.spreads[j]!, walk);
		});
	}

	#collect(selections: readonly Selection[]): Collected {
		const known = this.#collected.get(selections);
		if (known !== undefined) return known;
		const fields = new Map<string, Field[]>();
		const spreads: FragmentSpread[] = [];
		const add = (set: readonly Selection[]): void => {
			this.#effort.spend(set.length);
			for (const selection of set) {
				if (isInlineFragment(selection)) this.#effort.deeper(() => add(selection.SelectionSet));
				else if (!isField(selection)) spreads.push(selection);
				else {
					const name = selection.Alias || selection.Name;
					const same = fields.get(name);
					if (same === undefined) fields.set(name, [selection]);
					else same.push(selection);
				}
			}
		};
		add(selections);
		const collected = { fields, spreads };
		this.#collected.set(selections, collected);
		return collected;
	}

	#fragment({ Name }: FragmentSpread, walk: Walk): Collected | undefined {
		const fragment = walk.fragments.get(Name);
		return fragment && this.#collect(fragment.SelectionSet);
	}

	#compareWithFragment(exclusive: boolean, own: Collected, spread: FragmentSpread, walk: Walk): void {
		this.#effort.spend();
		if (this.#compared.has(spread.Name)) return;
		this.#compared.add(spread.Name);
		const other = this.#fragment(spread, walk);
		if (other === undefined || other === own || own.fields.size + other.fields.size === 0) return;
		this.#compareSets(exclusive, own, other, walk);
		for (const next of other.spreads) {
			if (next.Name === spread.Name) continue;
			this.#effort.deeper(() => this.#compareWithFragment(exclusive, own, next, walk));
		}
	}

	#compareFragments(exclusive: boolean, a: FragmentSpread, b: FragmentSpread, walk: Walk): void {
		this.#effort.spend();
		if (a.Name === b.Name) return;
		const pair = a.Name < b.Name ? `${a.Name} ${b.Name}` : `${b.Name} ${a.Name}`;
		const asExclusive = this.#pairs.get(pair);
		if (asExclusive === false || (asExclusive && exclusive)) return;
		this.#pairs.set(pair, exclusive);
		const [these, those] = [this.#fragment(a, walk), this.#fragment(b, walk)];
		if (these === undefined || those === undefined) return;
		this.#compareSets(exclusive, these, those, walk);
		this.#effort.deeper(() => {
			for (const next of those.spreads) this.#compareFragments(exclusive, a, next, walk);
			for (const next of these.spreads) this.#compareFragments(exclusive, next, b, walk);
		});
	}

	#compareSets(exclusive: boolean, a: Collected, b: Collected, walk: Walk): void {
		this.#effort.spend(a.fields.size);
		for (const [name, fields] of a.fields) {
			const others = b.fields.get(name) ?? [];
			for (const field of fields) for (const other of others) this.#compareFields(exclusive, field, other, walk);
		}
	}

	#compareFields(parentsExclusive: boolean, a: Field, b: Field, walk: Walk): void {
		this.#effort.spend(2);
		const [placeA, placeB] = [walk.places.get(a), walk.places.get(b)];
		const [parentA, parentB] = [placeA?.parent, placeB?.parent];
		const [typeA, typeB] = [placeA?.definition?.Type, placeB?.definition?.Type];
		if (parentA === undefined || parentB === undefined) return;
		const objects = parentA.Kind === 'OBJECT' && parentB.Kind === 'OBJECT' && parentA.Name !== parentB.Name;
		const exclusive = parentsExclusive || (objects && typeA !== undefined && typeB !== undefined);
		if (!exclusive) {
			require(a.Name === b.Name, `${a.Name} and ${b.Name} under one name`);
			require(this.#sameArguments(a.Arguments, b.Arguments), `${a.Name} with differing arguments`);
		}
		if (typeA && typeB) require(!typesConflict(typeA, typeB, walk), `${a.Name} has conflicting types`);
		this.#effort.deeper(() =>
			this.#compareSubsets(exclusive, this.#collect(a.SelectionSet), this.#collect(b.SelectionSet), walk),
		);
	}

	#compareSubsets(exclusive: boolean, a: Collected, b: Collected, walk: Walk): void {
		this.#compareSets(exclusive, a, b, walk);
		for (const [own, spreads] of [
			[a, b.spreads],
			[b, a.spreads],
		] as const) {
			for (const spread of spreads) {
				this.#compared = new Set();
				this.#compareWithFragment(exclusive, own, spread, walk);
			}
		}
		for (const x of a.spreads) for (const y of b.spreads) this.#compareFragments(exclusive, x, y, walk);
	}

	#sameArguments(a: readonly Argument[], b: readonly Argument[]): boolean {
		if (a.length !== b.length) return false;
		this.#effort.spend(a.length * b.length);
		return a.every((x) => b.some((y) => x.Name === y.Name && this.#sameValue(x.Value, y.Value)));
	}

	/** Fields of objects in any order, members of lists in theirs. */
	#sameValue(a: Value, b: Value): boolean {
		if (a.Kind !== b.Kind || a.Raw !== b.Raw || a.Children.length !== b.Children.length) return false;
		this.#effort.spend(1 + a.Children.length);
		const [these, those] = a.Kind === KIND.object ? [sorted(a.Children), sorted(b.Children)] : [a.Children, b.Children];
		return this.#effort.deeper(() =>
			these.every((child, i) => child.Name === those[i]!.Name && this.#sameValue(child.Value, those[i]!.Value)),
		);
	}
}

function sorted(children: readonly ChildValue[]): readonly ChildValue[] {
	return children.toSorted((a, b) => (a.Name < b.Name ? -1 : Number(a.Name > b.Name)));
}

/** Lists are alike, so is what must not be null; leaves are of one type. */
function typesConflict(a: Type, b: Type, walk: Walk): boolean {
	if (a.Elem !== undefined && b.Elem !== undefined) return typesConflict(a.Elem, b.Elem, walk);
	if (a.Elem !== undefined || b.Elem !== undefined || a.NonNull !== b.NonNull) return true;
	const [typeA, typeB] = [walk.schema.types.get(a.NamedType), walk.schema.types.get(b.NamedType)];
	return typeA !== undefined && typeB !== undefined && isLeaf(typeA) && isLeaf(typeB) && typeA.Name !== typeB.Name;
}
