import type { ArgumentDefinition, Definition, DirectiveDefinition, FieldDefinition, Type } from './ast.ts';
import type { Effort } from './effort.ts';
import { checkImplements } from './implements.ts';
import { Invalid, require } from './invalid.ts';
import { repeats } from './named.ts';
import type { Schema } from './schema.ts';
import { checkDirectives } from './schema-directives.ts';
import { isInput, typeName } from './type-rules.ts';

const NON_ENUM = ['true', 'false', 'null'];

/** What gqlparser asks of a type (GraphQL, §3.5–3.10): it has no rules for default values. */
export function checkDefinition(schema: Schema, definition: Definition, effort: Effort): void {
	const { Kind, Name, Fields, Types, Interfaces, EnumValues } = definition;
	effort.spend();
	for (const field of Fields) checkField(schema, Kind, field, effort);
	for (const member of Types) {
		effort.spend();
		require(schema.types.get(member)?.Kind === 'OBJECT', `${member} is no object type`);
	}
	for (const type of Interfaces) checkImplements(schema, definition, type, effort);
	if (['OBJECT', 'INTERFACE', 'INPUT_OBJECT'].includes(Kind)) require(Fields.length > 0, `${Name} has no fields`);
	if (Kind === 'ENUM') {
		require(EnumValues.length > 0, `${Name} has no values`);
		for (const value of EnumValues) {
			require(!NON_ENUM.includes(value.Name), `${value.Name} is no value of an enum`);
			checkDirectives(schema, value.Directives, { location: 'ENUM_VALUE' }, effort);
		}
	}
	const lists = [Fields.map((field) => field.Name), EnumValues.map((value) => value.Name), Types];
	require(!lists.some(repeats), `${Name} has a member twice`);
	if (!definition.BuiltIn) checkName(Name);
	// Directives of extensions are among them, so one may come more than once.
	checkDirectives(schema, definition.Directives, { location: Kind, merged: true }, effort);
}

function checkField(schema: Schema, kind: string, field: FieldDefinition, effort: Effort): void {
	effort.spend();
	checkName(field.Name);
	const type = typeOf(schema, field.Type);
	checkArguments(schema, field.Arguments, effort);
	if (kind === 'INPUT_OBJECT') require(isInput(type), `${field.Name} is no input type`);
	if (kind === 'OBJECT' || kind === 'INTERFACE')
		require(type.Kind !== 'INPUT_OBJECT', `${field.Name} is an input type`);
	const location = kind === 'INPUT_OBJECT' ? 'INPUT_FIELD_DEFINITION' : 'FIELD_DEFINITION';
	checkDirectives(schema, field.Directives, { location }, effort);
}

export function checkDirectiveDefinition(schema: Schema, directive: DirectiveDefinition, effort: Effort): void {
	checkName(directive.Name);
	checkArguments(schema, directive.Arguments, effort, directive);
}

function checkArguments(
	schema: Schema,
	args: readonly ArgumentDefinition[],
	effort: Effort,
	within?: DirectiveDefinition,
): void {
	for (const arg of args) {
		effort.spend();
		checkName(arg.Name);
		require(isInput(typeOf(schema, arg.Type)), `argument ${arg.Name} has no input type`);
		checkDirectives(schema, arg.Directives, { location: 'ARGUMENT_DEFINITION', within }, effort);
	}
}

function typeOf(schema: Schema, type: Type): Definition {
	const definition = schema.types.get(typeName(type));
	if (definition === undefined) throw new Invalid(`there is no type ${typeName(type)}`);
	return definition;
}

/** Such names are GraphQL's own. */
function checkName(name: string): void {
	require(!name.startsWith('__'), `the name ${name} is reserved`);
}
