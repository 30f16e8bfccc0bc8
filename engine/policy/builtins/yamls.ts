import type { Value } from '../value/value.ts';
import { textOf } from './operands.ts';
import { type Builtin, BuiltinError } from './types.ts';
import { readYaml } from './yaml-read.ts';
import { writeYaml } from './yaml-write.ts';

/** `yaml.*` */
export const yamls = {
	'yaml.is_valid': (_: unknown, text: Value) => {
		if (typeof text !== 'string') return false;
		try {
			readYaml(text);
			return true;
		} catch (error) {
			if (error instanceof BuiltinError) return false;
			throw error;
		}
	},
	'yaml.marshal': (_: unknown, value: Value) => writeYaml(value),
	'yaml.unmarshal': (_: unknown, text: Value) => readYaml(textOf(text)),
} satisfies Record<string, Builtin>;
