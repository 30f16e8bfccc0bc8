import fc from 'fast-check';
import { number, string, stringLiteral } from './scalars.ts';
import type { Kind, Piece } from './scope.ts';

const always =
	(text: string): Piece =>
	() =>
		text;

export const numberText: fc.Arbitrary<Piece> = number.map(always);
export const stringText: fc.Arbitrary<Piece> = fc
	.tuple(string, fc.boolean())
	.map(([text, raw]) => always(stringLiteral(text, raw)));
export const booleanText: fc.Arbitrary<Piece> = fc.boolean().map((value) => always(String(value)));
export const nullText: fc.Arbitrary<Piece> = fc.constant(always('null'));

/** The smallest of each kind: what is left where nothing else fits, and where generating has gone deep enough. */
export const EMPTY: Readonly<Record<Kind, string>> = {
	number: '0',
	string: '""',
	boolean: 'true',
	array: '[]',
	set: 'set()',
	object: '{}',
};

/** `[…]`, `{…}` of expressions. */
export function composites(
	any: fc.Arbitrary<Piece>,
	key: fc.Arbitrary<Piece>,
): Record<'array' | 'set' | 'object', fc.Arbitrary<Piece>> {
	const items = fc.array(any, { maxLength: 3, size: 'small' });
	const written =
		(pieces: readonly Piece[]): Piece =>
		(scope) =>
			pieces.map((piece) => piece(scope)).join(', ');
	return {
		array: items.map((pieces) => (scope) => `[${written(pieces)(scope)}]`),
		set: items.map((pieces) => (scope) => (pieces.length === 0 ? 'set()' : `{${written(pieces)(scope)}}`)),
		object: fc
			.array(fc.tuple(key, any), { maxLength: 3, size: 'small' })
			.map((entries) => (scope) => `{${entries.map(([k, v]) => `${k(scope)}: ${v(scope)}`).join(', ')}}`),
	};
}
