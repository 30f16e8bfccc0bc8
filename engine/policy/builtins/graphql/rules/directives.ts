import { require } from '../invalid.ts';
import { repeats } from '../named.ts';
import type { Rule } from '../walk.ts';
import { checkArguments } from './fields.ts';

/** Directives (GraphQL, §5.7). */
export const directiveRule: Rule = {
	directive({ Name, Arguments }, location, walk) {
		const definition = walk.schema.directives.get(Name);
		require(definition !== undefined, `there is no directive ${Name}`);
		require(definition.Locations.includes(location), `directive ${Name} cannot be here`);
		checkArguments(Arguments, definition.Arguments, definition.Arguments, walk);
	},
	directives(directives, walk) {
		const single = directives.filter(({ Name }) => !walk.schema.directives.get(Name)?.IsRepeatable);
		require(!repeats(single.map(({ Name }) => Name)), 'a directive comes twice');
	},
};
