import { RegoObject, type Value } from '../../value/value.ts';
import { textOf } from '../operands.ts';
import type { Builtin } from '../types.ts';
import type { QueryDocument, SchemaDocument } from './ast.ts';
import { decodeQuery, decodeSchema } from './decode.ts';
import { Effort } from './effort.ts';
import { encode } from './encode.ts';
import { Invalid } from './invalid.ts';
import { parseQuery } from './parse-query.ts';
import { parseSchema } from './parse-schema.ts';
import { buildSchema } from './schema.ts';
import { validateQuery } from './validate.ts';

/** What `index.ts` loads when it is needed, by way of `loaded.ts`. */
export const functions = {
	'graphql.parse_query': (_: unknown, query: Value) => parsed(parseQuery, query),
	'graphql.parse_schema': (_: unknown, schema: Value) => parsed(parseSchema, schema),
	'graphql.parse': (_: unknown, query: Value, schema: Value) => {
		const effort = new Effort();
		return trees(verified(query, schema, effort), effort);
	},
	'graphql.parse_and_verify': (_: unknown, query: Value, schema: Value) => {
		const effort = new Effort();
		const documents = verdict(() => verified(query, schema, effort));
		const nothing = new RegoObject([]);
		return documents === undefined ? [false, nothing, nothing] : [true, ...trees(documents, effort)];
	},
	'graphql.is_valid': (_: unknown, query: Value, schema: Value) =>
		verdict(() => verified(query, schema, new Effort())) !== undefined,
	'graphql.schema_is_valid': (_: unknown, schema: Value) => {
		const effort = new Effort();
		return verdict(() => buildSchema(readSchema(schema, effort), effort)) !== undefined;
	},
} satisfies Record<string, Builtin>;

function parsed(parse: (text: string, effort: Effort) => QueryDocument | SchemaDocument, text: Value): RegoObject {
	const effort = new Effort();
	return encode(parse(textOf(text), effort), effort);
}

type Documents = readonly [query: QueryDocument, schema: SchemaDocument];

/** A query that is valid by a schema, and that. Throws `Invalid`. */
function verified(query: Value, schema: Value, effort: Effort): Documents {
	const documents = [readQuery(query, effort), readSchema(schema, effort)] as const;
	validateQuery(buildSchema(documents[1], effort), documents[0], effort);
	return documents;
}

function trees(documents: Documents, effort: Effort): readonly RegoObject[] {
	return documents.map((document) => encode(document, effort));
}

function readQuery(query: Value, effort: Effort): QueryDocument {
	if (query instanceof RegoObject) return decodeQuery(query, effort);
	if (typeof query === 'string') return parseQuery(query, effort);
	throw new Invalid('neither a text nor a tree');
}

function readSchema(schema: Value, effort: Effort): SchemaDocument {
	if (schema instanceof RegoObject) return decodeSchema(schema, effort);
	if (typeof schema === 'string') return parseSchema(schema, effort);
	throw new Invalid('neither a text nor a tree');
}

/** Nothing where the answer is no. */
function verdict<T>(work: () => T): T | undefined {
	try {
		return work();
	} catch (error) {
		if (error instanceof Invalid) return undefined;
		throw error;
	}
}
