import type { Value } from '../value/value.ts';
import { indentedJson, jsonText } from './json-text.ts';
import { booleanOf, objectOf, textOf } from './operands.ts';
import { type Builtin, BuiltinError } from './types.ts';

/** `json.marshal`, whose keys the module itself leaves in the order of its hash table, and `json.marshal_with_options`. */
export const jsonMarshals = {
	'json.marshal': (_: unknown, value: Value) => jsonText(value),
	// Whoever asks for a prefix or an indent wants lines, unless `pretty` says otherwise.
	'json.marshal_with_options': (_: unknown, value: Value, options: Value) => {
		let [prefix, indent] = ['', '\t'];
		let pretty: boolean | undefined;
		let implied = false;
		for (const [name, option] of objectOf(options).entries) {
			if (name === 'pretty') {
				pretty = booleanOf(option);
				continue;
			}
			if (name === 'prefix') prefix = textOf(option);
			else if (name === 'indent') indent = textOf(option);
			else throw new BuiltinError('an option that nobody knows');
			implied = true;
		}
		return (pretty ?? implied) ? prefix + indentedJson(value, prefix, indent) : jsonText(value);
	},
} satisfies Record<string, Builtin>;
