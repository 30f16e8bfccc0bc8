import type { Definition, FieldDefinition, Type } from './ast.ts';
import type { Effort } from './effort.ts';
import { Invalid, require } from './invalid.ts';
import { named } from './named.ts';
import type { Schema } from './schema.ts';
import { isCompatible } from './type-rules.ts';

/** A type has what its interface `name` asks for (GraphQL, §3.6, "IsValidImplementation"). */
export function checkImplements(schema: Schema, type: Definition, name: string, effort: Effort): void {
	const face = schema.types.get(name);
	require(face?.Kind === 'INTERFACE', `${name} is no interface`);
	for (const required of face.Fields) {
		effort.spend(1 + required.Arguments.length);
		const field = named(type.Fields, required.Name);
		if (field === undefined) throw new Invalid(`${type.Name} has no field ${required.Name}`);
		effort.spend(field.Arguments.length);
		require(isCovariant(schema, required.Type, field.Type), `field ${field.Name} has another type than in ${name}`);
		checkArguments(required, field);
	}
	effort.spend(1 + face.Interfaces.length * type.Interfaces.length);
	for (const ancestor of face.Interfaces) {
		require(type.Interfaces.includes(ancestor), `${type.Name} must implement ${ancestor} too`);
	}
}

function checkArguments(required: FieldDefinition, field: FieldDefinition): void {
	for (const arg of required.Arguments) {
		const own = named(field.Arguments, arg.Name);
		require(own !== undefined && isCompatible(arg.Type, own.Type), `field ${field.Name} lacks argument ${arg.Name}`);
	}
	for (const arg of field.Arguments) {
		const optional = !arg.Type.NonNull || arg.DefaultValue !== undefined;
		require(optional || named(required.Arguments, arg.Name) !== undefined, `argument ${arg.Name} must be optional`);
	}
}

function isCovariant(schema: Schema, required: Type, actual: Type): boolean {
	if (required.NonNull && !actual.NonNull) return false;
	if (required.NamedType !== '') {
		const names = schema.possible.get(required.NamedType);
		return required.NamedType === actual.NamedType || (names?.has(actual.NamedType) ?? false);
	}
	if (required.Elem === undefined || actual.Elem === undefined) return false;
	return isCovariant(schema, required.Elem, actual.Elem);
}
