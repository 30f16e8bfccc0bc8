import type { Value } from '../value/value.ts';
import { textOf } from './operands.ts';
import type { Builtin } from './types.ts';

/** What of `glob.*` is not native in the module. */
export const globs = {
	'glob.quote_meta': (_: unknown, pattern: Value) => textOf(pattern).replace(/[\\*?[\]{}]/g, '\\$&'),
} satisfies Record<string, Builtin>;
