import { isField, isInlineFragment, type OperationDefinition, type Selection } from '../ast.ts';
import { require } from '../invalid.ts';
import { repeats } from '../named.ts';
import type { Rule, Walk } from '../walk.ts';

/** Operations as such (GraphQL, §5.2). */
export const operationRule: Rule = {
	operation(operation, walk) {
		const { Operations } = walk.document;
		require(operation.Name !== '' || Operations.length === 1, 'an anonymous operation among others');
		if (operation === Operations[0]) {
			require(!repeats(Operations.map(({ Name }) => Name)), 'two operations of one name');
		}
		require(walk.schema.roots.has(operation.Operation || 'query'), `the schema has no ${operation.Operation}`);
		if (operation.Operation === 'subscription') checkSubscription(operation, walk);
	},
};

/** Not more than one field, and that none of introspection. */
function checkSubscription(operation: OperationDefinition, walk: Walk): void {
	const fields = new Set<string>();
	const entered = new Set<string>();
	const collect = (selections: readonly Selection[]): void => {
		walk.effort.spend(selections.length);
		for (const selection of selections) {
			if (isField(selection)) fields.add(selection.Name);
			else if (isInlineFragment(selection)) walk.effort.deeper(() => collect(selection.SelectionSet));
			else if (!entered.has(selection.Name)) {
				entered.add(selection.Name);
				const fragment = walk.fragments.get(selection.Name);
				if (fragment !== undefined) walk.effort.deeper(() => collect(fragment.SelectionSet));
			}
		}
	};
	collect(operation.SelectionSet);
	require(fields.size <= 1, 'a subscription to more than one field');
	for (const name of fields) require(!name.startsWith('__'), 'a subscription to introspection');
}
