import { RegoObject, type Value } from '../value/value.ts';
import { compileSchema } from './json-schema/compile.ts';
import { jsonOf } from './json-schema/json.ts';
import { Validator } from './json-schema/validate.ts';
import { attempt, type Builtin, BuiltinError } from './types.ts';

/** `json.match_schema` and `json.verify_schema`: JSON Schema, drafts 4, 6 and 7. A remote `$ref` is an error. */
export const jsonSchemas = {
	'json.match_schema': (_: unknown, document: Value, schema: Value) =>
		attempt(() => {
			const node = jsonOf(document);
			const { errors, valid } = new Validator().validate(compileSchema(jsonOf(schema)), node, '(Root)');
			const told = errors.map(
				({ type, field, desc }) => new RegoObject(Object.entries({ error: `${field}: ${desc}`, type, field, desc })),
			);
			return [valid, told];
		}),
	'json.verify_schema': (_: unknown, schema: Value) => {
		try {
			attempt(() => compileSchema(jsonOf(schema)));
			return [true, null];
		} catch (error) {
			if (error instanceof BuiltinError) return [false, `jsonschema: ${error.message}`];
			throw error;
		}
	},
} satisfies Record<string, Builtin>;
