import { type Argument, type ChildValue, type Directive, KIND, type Type, type Value } from './ast.ts';
import type { TokenReader } from './token-reader.ts';

/** Values, arguments, directives and types: what queries and schemas have in common. A constant has no variables. */

export function parseValue(reader: TokenReader, constant: boolean): Value {
	const { kind, value: raw } = reader.peek();
	const comment = reader.comment();
	switch (kind) {
		case '[': {
			const item = () => ({ Name: '', Value: parseValue(reader, constant) });
			return composite(KIND.list, reader.group('[', ']', item).items, comment);
		}
		case '{':
			return composite(KIND.object, reader.group('{', '}', () => parseObjectField(reader, constant)).items, comment);
		case '$':
			return constant ? reader.unexpected() : scalar(KIND.variable, parseVariable(reader));
		case 'Int':
		case 'Float':
		case 'String':
		case 'BlockString':
		case 'Name':
			reader.next();
			return scalar(scalarKind(kind, raw), raw);
		default:
			return reader.unexpected();
	}
}

function scalarKind(token: 'Int' | 'Float' | 'String' | 'BlockString' | 'Name', raw: string): number {
	if (token !== 'Name')
		return { Int: KIND.int, Float: KIND.float, String: KIND.string, BlockString: KIND.block }[token];
	if (raw === 'true' || raw === 'false') return KIND.boolean;
	return raw === 'null' ? KIND.null : KIND.enum;
}

/** gqlparser keeps no comments of scalars. */
function scalar(kind: number, raw: string): Value {
	return { Raw: raw, Children: [], Kind: kind, ExpectedTypeHasDefault: false };
}

function composite(kind: number, children: readonly ChildValue[], comment: Value['Comment']): Value {
	return { Raw: '', Children: children, Kind: kind, ExpectedTypeHasDefault: false, Comment: comment };
}

function parseObjectField(reader: TokenReader, constant: boolean): ChildValue {
	const comment = reader.comment();
	const name = reader.name();
	reader.expect(':');
	return { Name: name, Value: parseValue(reader, constant), Comment: comment };
}

/** Its name. */
export function parseVariable(reader: TokenReader): string {
	reader.expect('$');
	return reader.name();
}

export function parseArguments(reader: TokenReader, constant: boolean): Argument[] {
	return reader.some('(', ')', () => parseObjectField(reader, constant)).items;
}

export function parseDirectives(reader: TokenReader, constant: boolean): Directive[] {
	const directives: Directive[] = [];
	while (reader.skip('@')) {
		directives.push({ Name: reader.name(), Arguments: parseArguments(reader, constant), Location: '' });
	}
	return directives;
}

export function parseType(reader: TokenReader): Type {
	if (!reader.skip('[')) return { NamedType: reader.name(), NonNull: reader.skip('!') };
	const elem = reader.effort.deeper(() => parseType(reader));
	reader.expect(']');
	return { NamedType: '', Elem: elem, NonNull: reader.skip('!') };
}

/** gqlparser takes the word for some keywords even where it stands as a string. */
export function skipWord(reader: TokenReader, word: string): boolean {
	if (reader.peek().value !== word) return false;
	reader.next();
	return true;
}

/** `query`, `mutation` or `subscription` */
export function parseOperationType(reader: TokenReader): string {
	const { value } = reader.peek();
	if (value !== 'query' && value !== 'mutation' && value !== 'subscription') return reader.unexpected();
	return reader.next().value;
}
