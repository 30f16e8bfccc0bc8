import type {
	Field,
	FragmentDefinition,
	FragmentSpread,
	InlineFragment,
	OperationDefinition,
	QueryDocument,
	Selection,
	VariableDefinition,
} from './ast.ts';
import type { Effort } from './effort.ts';
import {
	parseArguments,
	parseDirectives,
	parseOperationType,
	parseType,
	parseValue,
	parseVariable,
	skipWord,
} from './parse-common.ts';
import { TokenReader } from './token-reader.ts';

const OPERATIONS = ['query', 'mutation', 'subscription'];

/** An executable document (GraphQL, §2.2); it may be empty. Throws `Invalid`. */
export function parseQuery(text: string, effort: Effort): QueryDocument {
	const reader = new TokenReader(text, effort);
	const operations: OperationDefinition[] = [];
	const fragments: FragmentDefinition[] = [];
	for (let token = reader.peek(); token.kind !== 'EOF'; token = reader.peek()) {
		if (token.kind === '{') operations.push(parseShorthand(reader));
		else if (token.kind === 'Name' && OPERATIONS.includes(token.value)) operations.push(parseOperation(reader));
		else if (reader.isKeyword('fragment')) fragments.push(parseFragmentDefinition(reader));
		else reader.unexpected();
	}
	return { Operations: operations, Fragments: fragments };
}

/** A query without its keyword. gqlparser loses the comments before it. */
function parseShorthand(reader: TokenReader): OperationDefinition {
	return {
		Operation: 'query',
		Name: '',
		VariableDefinitions: [],
		Directives: [],
		SelectionSet: parseSelectionSet(reader),
	};
}

function parseOperation(reader: TokenReader): OperationDefinition {
	return {
		Comment: reader.comment(),
		Operation: parseOperationType(reader),
		Name: reader.peek().kind === 'Name' ? reader.name() : '',
		VariableDefinitions: parseVariableDefinitions(reader),
		Directives: parseDirectives(reader, false),
		SelectionSet: parseSelectionSet(reader),
	};
}

function parseVariableDefinitions(reader: TokenReader): VariableDefinition[] {
	return reader.some('(', ')', () => {
		const comment = reader.comment();
		const variable = parseVariable(reader);
		reader.expect(':');
		return {
			Variable: variable,
			Type: parseType(reader),
			DefaultValue: reader.skip('=') ? parseValue(reader, true) : undefined,
			Directives: parseDirectives(reader, false),
			Used: false,
			Comment: comment,
		};
	}).items;
}

function parseSelectionSet(reader: TokenReader): Selection[] {
	if (reader.peek().kind !== '{') return reader.unexpected();
	return reader.some('{', '}', () => parseSelection(reader)).items;
}

function parseSelection(reader: TokenReader): Selection {
	return reader.peek().kind === '...' ? parseFragment(reader) : parseField(reader);
}

function parseField(reader: TokenReader): Field {
	const comment = reader.comment();
	const alias = reader.name();
	return {
		Alias: alias,
		Name: reader.skip(':') ? reader.name() : alias,
		Arguments: parseArguments(reader, false),
		Directives: parseDirectives(reader, false),
		SelectionSet: reader.peek().kind === '{' ? parseSelectionSet(reader) : [],
		Comment: comment,
	};
}

function parseFragment(reader: TokenReader): FragmentSpread | InlineFragment {
	const comment = reader.comment();
	reader.expect('...');
	if (reader.peek().kind === 'Name' && !reader.isKeyword('on')) {
		return { Name: reader.name(), Directives: parseDirectives(reader, false), Comment: comment };
	}
	return {
		TypeCondition: skipWord(reader, 'on') ? reader.name() : '',
		Directives: parseDirectives(reader, false),
		SelectionSet: parseSelectionSet(reader),
		Comment: comment,
	};
}

function parseFragmentDefinition(reader: TokenReader): FragmentDefinition {
	const comment = reader.keyword('fragment');
	const name = reader.isKeyword('on') ? reader.unexpected() : reader.name();
	const variables = parseVariableDefinitions(reader);
	reader.keyword('on');
	return {
		Name: name,
		VariableDefinition: variables,
		TypeCondition: reader.name(),
		Directives: parseDirectives(reader, false),
		SelectionSet: parseSelectionSet(reader),
		Comment: comment,
	};
}
