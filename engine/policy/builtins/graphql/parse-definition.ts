import type { ArgumentDefinition, CommentGroup, Definition, EnumValueDefinition, FieldDefinition } from './ast.ts';
import { parseDirectives, parseType, parseValue, skipWord } from './parse-common.ts';
import type { TokenReader } from './token-reader.ts';

export interface Description {
	readonly text: string;
	/** The comments before it. */
	readonly comment?: CommentGroup | undefined;
}

/** A description, if one comes here. */
export function parseDescription(reader: TokenReader): Description {
	const { kind } = reader.peek();
	if (kind !== 'String' && kind !== 'BlockString') return { text: '' };
	const comment = reader.comment();
	return { text: reader.next().value, comment };
}

type Members = Pick<
	Definition,
	'Interfaces' | 'Directives' | 'Fields' | 'Types' | 'EnumValues' | 'EndOfDefinitionComment'
>;

/** What comes after the name of a type. gqlparser has no interfaces in the extension of an interface. */
export function parseMembers(reader: TokenReader, kind: string, { extension }: { extension: boolean }): Members {
	const implementing = kind === 'OBJECT' || (kind === 'INTERFACE' && !extension);
	const members: Members = {
		Interfaces: implementing && skipWord(reader, 'implements') ? reader.names('&') : [],
		Directives: parseDirectives(reader, !(extension && kind === 'INPUT_OBJECT')),
		Fields: [],
		Types: [],
		EnumValues: [],
	};
	switch (kind) {
		case 'UNION':
			return { ...members, Types: reader.skip('=') ? reader.names('|') : [] };
		case 'ENUM': {
			const { items, comment } = reader.some('{', '}', () => parseEnumValue(reader));
			return { ...members, EnumValues: items, EndOfDefinitionComment: comment };
		}
		case 'OBJECT':
		case 'INTERFACE': {
			const { items, comment } = reader.some('{', '}', () => parseField(reader));
			return { ...members, Fields: items, EndOfDefinitionComment: comment };
		}
		case 'INPUT_OBJECT': {
			const { items, comment } = reader.some('{', '}', () => ({ ...parseInputValue(reader), Arguments: [] }));
			return { ...members, Fields: items, EndOfDefinitionComment: comment };
		}
		default:
			return members;
	}
}

/** Description, comments and name of a member. The comments before an empty description are lost. */
function parseHead(reader: TokenReader) {
	const { text, comment } = parseDescription(reader);
	return {
		Description: text,
		BeforeDescriptionComment: text === '' ? undefined : comment,
		AfterDescriptionComment: reader.comment(),
		Name: reader.name(),
	};
}

function parseEnumValue(reader: TokenReader): EnumValueDefinition {
	return { ...parseHead(reader), Directives: parseDirectives(reader, true) };
}

function parseField(reader: TokenReader): FieldDefinition {
	const head = parseHead(reader);
	const args = parseArgumentDefinitions(reader);
	reader.expect(':');
	return { ...head, Arguments: args, Type: parseType(reader), Directives: parseDirectives(reader, true) };
}

export function parseArgumentDefinitions(reader: TokenReader): ArgumentDefinition[] {
	return reader.some('(', ')', () => parseInputValue(reader)).items;
}

/** An argument, or a field of an input object. */
function parseInputValue(reader: TokenReader): ArgumentDefinition {
	const head = parseHead(reader);
	reader.expect(':');
	return {
		...head,
		Type: parseType(reader),
		DefaultValue: reader.skip('=') ? parseValue(reader, true) : undefined,
		Directives: parseDirectives(reader, true),
	};
}
