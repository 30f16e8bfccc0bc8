import type { Argument, ArgumentDefinition } from '../ast.ts';
import { require } from '../invalid.ts';
import { named, repeats } from '../named.ts';
import { isLeaf, typeName } from '../type-rules.ts';
import type { Rule, Walk } from '../walk.ts';

/** Fields and their arguments (GraphQL, §5.3.1, §5.3.3 and §5.4). */
export const fieldRule: Rule = {
	field(field, { parent, definition }, walk) {
		require(parent === undefined || definition !== undefined, `${parent?.Name} has no field ${field.Name}`);
		checkArguments(field.Arguments, parent && definition?.Arguments, definition?.Arguments ?? [], walk);
		const type = definition && walk.schema.types.get(typeName(definition.Type));
		require(type === undefined ||
			isLeaf(type) ===
				(field.SelectionSet.length ===
					0), `field ${field.Name} must have a selection if it is composite, and only then`);
	},
};

/** Each argument is one of `known`, if that is known, and comes once; those that are needed are there. */
export function checkArguments(
	args: readonly Argument[],
	known: readonly ArgumentDefinition[] | undefined,
	definitions: readonly ArgumentDefinition[],
	walk: Walk,
): void {
	walk.effort.spend(args.length + definitions.length);
	require(!repeats(args.map(({ Name }) => Name)), 'an argument comes twice');
	for (const { Name } of args) {
		require(known === undefined || named(known, Name) !== undefined, `there is no argument ${Name}`);
	}
	for (const { Name, Type, DefaultValue } of definitions) {
		const needed = Type.NonNull && DefaultValue === undefined;
		require(!needed || named(args, Name) !== undefined, `argument ${Name} is needed`);
	}
}
