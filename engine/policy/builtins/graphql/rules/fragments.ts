import { type Definition, type FragmentDefinition, isField, isInlineFragment, type Selection } from '../ast.ts';
import { require } from '../invalid.ts';
import { repeats } from '../named.ts';
import { isComposite } from '../type-rules.ts';
import type { Rule, Walk } from '../walk.ts';

/** Fragments and where they are spread (GraphQL, §5.5). */
export function fragmentRule(): Rule {
	const used = new Set<string>();
	const acyclic = new Set<FragmentDefinition>();
	return {
		inlineFragment({ TypeCondition }, parent, walk) {
			if (TypeCondition === '') return;
			checkCondition(TypeCondition, walk);
			checkPossible(parent, TypeCondition, walk);
		},
		spread({ Name }, parent, walk) {
			const fragment = walk.fragments.get(Name);
			require(fragment !== undefined, `there is no fragment ${Name}`);
			checkPossible(parent, fragment.TypeCondition, walk);
			if (walk.operation !== undefined) used.add(Name);
		},
		fragment(fragment, walk) {
			const { Fragments } = walk.document;
			if (fragment === Fragments[0]) require(!repeats(Fragments.map(({ Name }) => Name)), 'two fragments of one name');
			checkCondition(fragment.TypeCondition, walk);
			require(used.has(fragment.Name), `fragment ${fragment.Name} is never used`);
			checkCycles(fragment, new Set(), acyclic, walk);
		},
	};
}

function checkCondition(type: string, walk: Walk): void {
	const definition = walk.schema.types.get(type);
	require(definition !== undefined && isComposite(definition), `${type} is no composite type`);
}

/** Something can be both: what the fragment is on, and what it is spread in. */
function checkPossible(parent: Definition | undefined, type: string, walk: Walk): void {
	const definition = walk.schema.types.get(type);
	if (parent === undefined || !isComposite(parent) || definition === undefined || !isComposite(definition)) return;
	const these = walk.schema.possible.get(type) ?? new Set<string>();
	const those =
		parent.Kind === 'OBJECT' ? new Set([parent.Name]) : (walk.schema.possible.get(parent.Name) ?? new Set<string>());
	const [few, many] = these.size < those.size ? [these, those] : [those, these];
	walk.effort.spend(few.size);
	require([...few].some((name) => many.has(name)), `nothing here is a ${type}`);
}

function checkCycles(
	fragment: FragmentDefinition,
	path: Set<FragmentDefinition>,
	acyclic: Set<FragmentDefinition>,
	walk: Walk,
): void {
	require(!path.has(fragment), `fragment ${fragment.Name} is within itself`);
	if (acyclic.has(fragment)) return;
	path.add(fragment);
	for (const name of spreads(fragment.SelectionSet, walk)) {
		const next = walk.fragments.get(name);
		if (next !== undefined) walk.effort.deeper(() => checkCycles(next, path, acyclic, walk));
	}
	path.delete(fragment);
	acyclic.add(fragment);
}

/** Names of fragments that are spread anywhere within. */
function spreads(selections: readonly Selection[], walk: Walk): Set<string> {
	const names = new Set<string>();
	const sets = [selections];
	for (let set = sets.pop(); set !== undefined; set = sets.pop()) {
		walk.effort.spend(set.length);
		for (const selection of set) {
			if (isField(selection) || isInlineFragment(selection)) sets.push(selection.SelectionSet);
			else names.add(selection.Name);
		}
	}
	return names;
}
