import fc from 'fast-check';
import { inScope } from './bodies.ts';
import type { Piece, Statement } from './scope.ts';

/** `[x | …]`, `{x | …}`, `{k: v | …}`: the head sees what the body binds. */
export function comprehensions(
	any: fc.Arbitrary<Piece>,
	body: fc.Arbitrary<readonly Statement[]>,
): Record<'array' | 'set' | 'object', fc.Arbitrary<Piece>> {
	const around = (open: string, close: string): fc.Arbitrary<Piece> =>
		fc.tuple(any, body).map(([head, statements]) => (scope) => {
			const { text, scope: inner } = inScope(scope, statements);
			return `${open}${head(inner)} | ${text}${close}`;
		});
	return {
		array: around('[', ']'),
		set: around('{', '}'),
		object: fc.tuple(any, any, body).map(([key, value, statements]) => (scope) => {
			const { text, scope: inner } = inScope(scope, statements);
			return `{${key(inner)}: ${value(inner)} | ${text}}`;
		}),
	};
}
