import { type Directive, type DirectiveDefinition, KIND } from './ast.ts';
import type { Effort } from './effort.ts';
import { Invalid, require } from './invalid.ts';
import { named } from './named.ts';
import type { Schema } from './schema.ts';

interface Place {
	readonly location: string;
	/** The directive in whose definition this is. */
	readonly within?: DirectiveDefinition | undefined;
	/** The list is put together from several places. */
	readonly merged?: boolean;
}

/** Directives in a schema; gqlparser does not look at the types of their arguments. */
export function checkDirectives(schema: Schema, list: readonly Directive[], place: Place, effort: Effort): void {
	const seen = new Set<string>();
	for (const { Name, Arguments } of list) {
		require(!Name.startsWith('__'), `the name ${Name} is reserved`);
		require(Name !== place.within?.Name, `directive ${Name} refers to itself`);
		const definition = schema.directives.get(Name);
		if (definition === undefined) throw new Invalid(`there is no directive ${Name}`);
		effort.spend(1 + Arguments.length + definition.Arguments.length);
		require(place.merged || definition.IsRepeatable || !seen.has(Name), `directive ${Name} comes twice`);
		seen.add(Name);
		require(definition.Locations.includes(place.location), `directive ${Name} cannot be here`);
		for (const arg of Arguments) {
			require(named(definition.Arguments, arg.Name) !== undefined, `directive ${Name} has no argument ${arg.Name}`);
		}
		for (const arg of definition.Arguments) {
			if (!arg.Type.NonNull || arg.DefaultValue !== undefined) continue;
			const given = named(Arguments, arg.Name)?.Value.Kind;
			require(given !== undefined && given !== KIND.null, `argument ${arg.Name} is needed`);
		}
	}
}
