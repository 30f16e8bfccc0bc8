import type { Definition, DirectiveDefinition, SchemaDefinition, SchemaDocument } from './ast.ts';
import { checkDefinition, checkDirectiveDefinition } from './definition-rules.ts';
import type { Effort } from './effort.ts';
import { checkInputCycles } from './input-cycles.ts';
import { Invalid, require } from './invalid.ts';
import { prelude } from './prelude.ts';
import { checkDirectives } from './schema-directives.ts';

/** A schema whose definitions are merged with their extensions and are valid; GraphQL's own are among them. */
export interface Schema {
	readonly types: ReadonlyMap<string, Definition>;
	readonly directives: ReadonlyMap<string, DirectiveDefinition>;
	/** Names of what an interface or a union can be; an object is itself. */
	readonly possible: ReadonlyMap<string, ReadonlySet<string>>;
	/** The type of `query`, `mutation` and `subscription`, of those that there are. */
	readonly roots: ReadonlyMap<string, Definition>;
}

/** Directives that a schema may define again; its own definition counts. */
const REDEFINABLE = ['include', 'skip', 'deprecated', 'specifiedBy', 'defer', 'oneOf'];

/** Throws `Invalid`, for what gqlparser's `ValidateSchemaDocument` has an error for. */
export function buildSchema(document: SchemaDocument, effort: Effort): Schema {
	const own = prelude();
	const types = mergeTypes([...own.Definitions, ...document.Definitions], document.Extensions);
	const directives = mergeDirectives([...own.Directives, ...document.Directives]);
	const schema = { types, directives, possible: possibleTypes(types), roots: new Map<string, Definition>() };

	require(document.Schema.length <= 1, 'more than one schema');
	for (const entry of [...document.Schema, ...document.SchemaExtension]) addRoots(schema, entry, effort);
	for (const definition of types.values()) checkDefinition(schema, definition, effort);
	checkInputCycles(schema, effort);
	for (const directive of directives.values()) checkDirectiveDefinition(schema, directive, effort);

	if (document.Schema.length === 0) inferRoots(schema.types, schema.roots);
	const query = schema.roots.get('query') as MutableDefinition | undefined;
	if (query !== undefined) query.Fields = [...query.Fields, ...introspection()];
	return schema;
}

type MutableDefinition = {
	-readonly [Key in keyof Definition]: Definition[Key] extends readonly (infer T)[] ? T[] : Definition[Key];
};

function mergeTypes(definitions: readonly Definition[], extensions: readonly Definition[]): Map<string, Definition> {
	const types = new Map<string, MutableDefinition>();
	for (const definition of definitions) {
		require(!types.has(definition.Name), `type ${definition.Name} is defined twice`);
		types.set(definition.Name, copyOf(definition));
	}
	for (const extension of extensions) {
		const type = types.get(extension.Name);
		if (type === undefined) {
			types.set(extension.Name, { ...copyOf(extension), BuiltIn: false });
			continue;
		}
		require(type.Kind === extension.Kind, `type ${type.Name} has another kind than its extension`);
		append(type.Directives, extension.Directives);
		append(type.Interfaces, extension.Interfaces);
		append(type.Fields, extension.Fields);
		append(type.Types, extension.Types);
		append(type.EnumValues, extension.EnumValues);
	}
	return types;
}

function copyOf(definition: Definition): MutableDefinition {
	return {
		...definition,
		Directives: [...definition.Directives],
		Interfaces: [...definition.Interfaces],
		Fields: [...definition.Fields],
		Types: [...definition.Types],
		EnumValues: [...definition.EnumValues],
	};
}

/** Not `push(...items)`: an argument is a slot on the stack. */
function append<T>(list: T[], items: readonly T[]): void {
	for (const item of items) list.push(item);
}

function mergeDirectives(definitions: readonly DirectiveDefinition[]): Map<string, DirectiveDefinition> {
	const directives = new Map<string, DirectiveDefinition>();
	for (const directive of definitions) {
		const again = directives.has(directive.Name) && !REDEFINABLE.includes(directive.Name);
		require(!again, `directive ${directive.Name} is defined twice`);
		directives.set(directive.Name, directive);
	}
	return directives;
}

function possibleTypes(types: ReadonlyMap<string, Definition>): Map<string, Set<string>> {
	const possible = new Map<string, Set<string>>();
	const add = (type: string, member: string) => {
		const members = possible.get(type) ?? new Set();
		possible.set(type, members.add(member));
	};
	for (const { Kind, Name, Types, Interfaces } of types.values()) {
		if (Kind === 'UNION') for (const member of Types) add(Name, member);
		if (Kind === 'OBJECT' || Kind === 'INTERFACE' || Kind === 'INPUT_OBJECT') {
			for (const type of Interfaces) add(type, Name);
			if (Kind !== 'INTERFACE') add(Name, Name);
		}
	}
	return possible;
}

function addRoots(schema: Schema & { roots: Map<string, Definition> }, entry: SchemaDefinition, effort: Effort): void {
	for (const { Operation, Type } of entry.OperationTypes) {
		const type = schema.types.get(Type);
		if (type === undefined) throw new Invalid(`there is no type ${Type}`);
		schema.roots.set(Operation, type);
	}
	checkDirectives(schema, entry.Directives, { location: 'SCHEMA' }, effort);
}

/** Without a `schema`, types of these names are the roots, unless an extension of the schema names others. */
function inferRoots(types: ReadonlyMap<string, Definition>, roots: Map<string, Definition>): void {
	for (const [operation, name] of [
		['query', 'Query'],
		['mutation', 'Mutation'],
		['subscription', 'Subscription'],
	] as const) {
		const type = types.get(name);
		if (type !== undefined && !roots.has(operation)) roots.set(operation, type);
	}
}

/** What every query may select (GraphQL, §4.1). */
function introspection(): Definition['Fields'] {
	const nothing = { Description: '', Directives: [] };
	const name = { ...nothing, Name: 'name', Type: { NamedType: 'String', NonNull: true } };
	return [
		{ ...nothing, Name: '__schema', Arguments: [], Type: { NamedType: '__Schema', NonNull: true } },
		{ ...nothing, Name: '__type', Arguments: [name], Type: { NamedType: '__Type', NonNull: false } },
	];
}
