import { createRequire } from 'node:module';
import type { Builtin } from '../types.ts';

type Functions = typeof import('./functions.ts').functions;

const require = createRequire(import.meta.url);
let loaded: Functions | undefined;

/** Loaded by the first call: few policies need these functions, and every command would wait for them. */
function later<Name extends keyof Functions>(name: Name): Functions[Name] {
	const call = (...args: unknown[]) => {
		const file = import.meta.url.endsWith('.ts') ? './loaded.ts' : './loaded.js';
		loaded ??= (require(file) as { functions: Functions }).functions;
		return (loaded[name] as (...args: unknown[]) => unknown)(...args);
	};
	return call as Functions[Name];
}

/**
 * `graphql.*`, as OPA has them with gqlparser: the same trees, and the same verdicts. A query or schema is a text, or a
 * tree from one of these functions.
 */
export const graphql = {
	'graphql.is_valid': later('graphql.is_valid'),
	'graphql.parse': later('graphql.parse'),
	'graphql.parse_and_verify': later('graphql.parse_and_verify'),
	'graphql.parse_query': later('graphql.parse_query'),
	'graphql.parse_schema': later('graphql.parse_schema'),
	'graphql.schema_is_valid': later('graphql.schema_is_valid'),
} satisfies Record<string, Builtin>;
