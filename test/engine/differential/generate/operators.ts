import fc from 'fast-check';
import type { Piece } from './scope.ts';

export const ARITHMETIC = ['+', '-', '*', '/', '%'] as const;
export const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='] as const;

/** `left op right`; in brackets, so that it stands anywhere. */
export function infix(
	left: fc.Arbitrary<Piece>,
	operators: readonly string[],
	right: fc.Arbitrary<Piece>,
): fc.Arbitrary<Piece> {
	return fc.tuple(left, fc.constantFrom(...operators), right).map(
		([a, operator, b]) =>
			(scope) =>
				`(${a(scope)} ${operator} ${b(scope)})`,
	);
}
