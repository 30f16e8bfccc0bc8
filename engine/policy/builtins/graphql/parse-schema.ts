import type {
	CommentGroup,
	Definition,
	DirectiveDefinition,
	OperationTypeDefinition,
	SchemaDefinition,
	SchemaDocument,
} from './ast.ts';
import type { Effort } from './effort.ts';
import { require } from './invalid.ts';
import { parseDirectives, parseOperationType } from './parse-common.ts';
import { type Description, parseArgumentDefinitions, parseDescription, parseMembers } from './parse-definition.ts';
import { TokenReader } from './token-reader.ts';

/** Keywords of type definitions, and the kinds that they define. */
const KINDS: ReadonlyMap<string, string> = new Map([
	['scalar', 'SCALAR'],
	['type', 'OBJECT'],
	['interface', 'INTERFACE'],
	['union', 'UNION'],
	['enum', 'ENUM'],
	['input', 'INPUT_OBJECT'],
]);

/** Where a directive may stand (GraphQL, §3.13). */
const LOCATIONS = `
	QUERY MUTATION SUBSCRIPTION FIELD FRAGMENT_DEFINITION FRAGMENT_SPREAD INLINE_FRAGMENT VARIABLE_DEFINITION SCHEMA
	SCALAR OBJECT FIELD_DEFINITION ARGUMENT_DEFINITION INTERFACE UNION ENUM ENUM_VALUE INPUT_OBJECT
	INPUT_FIELD_DEFINITION
`
	.trim()
	.split(/\s+/);

/** A type system document (GraphQL, §3.1); it may be empty. `builtIn`: it is GraphQL's own. Throws `Invalid`. */
export function parseSchema(text: string, effort: Effort, builtIn = false): SchemaDocument {
	const reader = new TokenReader(text, effort);
	const schema: SchemaDefinition[] = [];
	const schemaExtension: SchemaDefinition[] = [];
	const directives: DirectiveDefinition[] = [];
	const definitions: Definition[] = [];
	const extensions: Definition[] = [];
	while (reader.peek().kind !== 'EOF') {
		const description = parseDescription(reader);
		const { kind, value } = reader.peek();
		require(kind === 'Name', `unexpected ${kind}`);
		if (KINDS.has(value)) definitions.push(parseDefinition(reader, description, builtIn));
		else if (value === 'schema') schema.push(parseSchemaDefinition(reader, description));
		else if (value === 'directive') directives.push(parseDirectiveDefinition(reader, description));
		else {
			require(description.text === '', 'an extension has no description');
			const comment = reader.keyword('extend');
			if (reader.isKeyword('schema')) schemaExtension.push(parseSchemaExtension(reader, comment));
			else extensions.push(parseExtension(reader, comment, builtIn));
		}
	}
	return {
		Schema: schema,
		SchemaExtension: schemaExtension,
		Directives: directives,
		Definitions: definitions,
		Extensions: extensions,
		Comment: reader.comment(),
	};
}

function parseSchemaDefinition(reader: TokenReader, description: Description): SchemaDefinition {
	return {
		Description: description.text,
		BeforeDescriptionComment: description.comment,
		AfterDescriptionComment: reader.keyword('schema'),
		...parseRoots(reader),
	};
}

function parseSchemaExtension(reader: TokenReader, comment: CommentGroup | undefined): SchemaDefinition {
	reader.keyword('schema');
	const roots = parseRoots(reader);
	require(roots.Directives.length + roots.OperationTypes.length > 0, 'an empty extension');
	return { Description: '', AfterDescriptionComment: comment, ...roots };
}

function parseRoots(reader: TokenReader) {
	const directives = parseDirectives(reader, true);
	const { items, comment } = reader.some('{', '}', (): OperationTypeDefinition => {
		const comment = reader.comment();
		const operation = parseOperationType(reader);
		reader.expect(':');
		return { Operation: operation, Type: reader.name(), Comment: comment };
	});
	return { Directives: directives, OperationTypes: items, EndOfDefinitionComment: comment };
}

function parseDefinition(reader: TokenReader, description: Description, builtIn: boolean): Definition {
	const kind = KINDS.get(reader.peek().value)!;
	const comment = reader.comment();
	reader.next();
	return {
		Kind: kind,
		Description: description.text,
		BeforeDescriptionComment: description.comment,
		AfterDescriptionComment: comment,
		Name: reader.name(),
		...parseMembers(reader, kind, { extension: false }),
		BuiltIn: builtIn,
	};
}

function parseExtension(reader: TokenReader, comment: CommentGroup | undefined, builtIn: boolean): Definition {
	const { kind: token, value } = reader.peek();
	const kind = token === 'Name' ? KINDS.get(value) : undefined;
	if (kind === undefined) return reader.unexpected();
	reader.next();
	const name = reader.name();
	const members = parseMembers(reader, kind, { extension: true });
	const lists = [members.Interfaces, members.Directives, members.Fields, members.Types, members.EnumValues];
	require(lists.some((list) => list.length > 0), 'an empty extension');
	return { Kind: kind, Description: '', AfterDescriptionComment: comment, Name: name, ...members, BuiltIn: builtIn };
}

function parseDirectiveDefinition(reader: TokenReader, description: Description): DirectiveDefinition {
	const comment = reader.keyword('directive');
	reader.expect('@');
	const name = reader.name();
	const args = parseArgumentDefinitions(reader);
	const repeatable = reader.isKeyword('repeatable');
	if (repeatable) reader.next();
	reader.keyword('on');
	const locations = reader.names('|');
	require(locations.every((location) => LOCATIONS.includes(location)), 'an unknown location');
	return {
		Description: description.text,
		BeforeDescriptionComment: description.comment,
		AfterDescriptionComment: comment,
		Name: name,
		Arguments: args,
		Locations: locations,
		IsRepeatable: repeatable,
	};
}
