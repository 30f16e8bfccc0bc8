import fc from 'fast-check';
import { quoted, STRINGS } from './scalars.ts';
import type { Piece } from './scope.ts';

/** Text between the values, with blanks around so that numbers stay apart: quoted as in a string, braces escaped too. */
const between = fc.constantFrom(...STRINGS).map((text) => quoted(text).slice(1, -1).replaceAll('{', '\\{'));

/** `$"text {expression} text"`, in which an expression gives a scalar, a composite or nothing. */
export function template(
	text: fc.Arbitrary<Piece>,
	number: fc.Arbitrary<Piece>,
	any: fc.Arbitrary<Piece>,
): fc.Arbitrary<Piece> {
	const fixed = fc.constantFrom('null', '-1', '1.5', '"é\\n"', 'input.nothing', 'input.flag == true');
	const value = fc.oneof(
		text.map(
			(piece): Piece =>
				(scope) =>
					`lower(${piece(scope)})`,
		),
		number.map(
			(piece): Piece =>
				(scope) =>
					`abs(${piece(scope)})`,
		),
		any.map(
			(piece): Piece =>
				(scope) =>
					`is_string(${piece(scope)})`,
		),
		any.map(
			(piece): Piece =>
				(scope) =>
					`[${piece(scope)}]`,
		),
		fixed.map(
			(term): Piece =>
				() =>
					term,
		),
	);
	return fc
		.array(fc.tuple(between, value), { minLength: 1, maxLength: 2 })
		.map((parts) => (scope) => `$"${parts.map(([before, piece]) => `${before} {${piece(scope)}} `).join('')}"`);
}
