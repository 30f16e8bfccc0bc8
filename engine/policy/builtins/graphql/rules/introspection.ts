import { isField, isInlineFragment, type Selection } from '../ast.ts';
import { require } from '../invalid.ts';
import type { Rule, Walk } from '../walk.ts';

/** Lists of introspection within one another. */
const MAX_LISTS = 3;
const LISTS = ['fields', 'interfaces', 'possibleTypes', 'inputFields'];

/** Introspection must not go round in circles through the lists of a schema. */
export const introspectionRule: Rule = {
	field({ Name, SelectionSet }, _, walk) {
		if (Name !== '__schema' && Name !== '__type') return;
		require(!isTooDeep(SelectionSet, 0, new Set(), walk), 'introspection is too deep');
	},
};

function isTooDeep(selections: readonly Selection[], lists: number, within: Set<string>, walk: Walk): boolean {
	walk.effort.spend(1 + selections.length);
	return walk.effort.deeper(() =>
		selections.some((selection) => {
			if (isInlineFragment(selection)) return isTooDeep(selection.SelectionSet, lists, within, walk);
			if (isField(selection)) {
				const deeper = lists + Number(LISTS.includes(selection.Name));
				return deeper >= MAX_LISTS || isTooDeep(selection.SelectionSet, deeper, within, walk);
			}
			const fragment = walk.fragments.get(selection.Name);
			if (fragment === undefined || within.has(selection.Name)) return false;
			within.add(selection.Name);
			const result = isTooDeep(fragment.SelectionSet, lists, within, walk);
			within.delete(selection.Name);
			return result;
		}),
	);
}
