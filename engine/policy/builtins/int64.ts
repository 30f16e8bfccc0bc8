import { Decimal } from '../value/decimal.ts';
import type { Value } from '../value/value.ts';
import { bigintOf, numberOf } from './operands.ts';
import { BuiltinError } from './types.ts';

/** Go's int64 */
export const [MIN_INT64, MAX_INT64] = [-(2n ** 63n), 2n ** 63n - 1n];

export function inInt64(value: bigint): bigint {
	if (value < MIN_INT64 || value > MAX_INT64) throw new BuiltinError('an integer that is too large');
	return value;
}

/** An integer however it is written, as Go's `big.Float` with its mantissa of 64 bits reads it. */
export function wholeInt64Of(value: Value): bigint {
	const number = numberOf(value);
	return inInt64(number instanceof Decimal ? roundedTo64Bits(number.text) : bigintOf(number));
}

/** Digits that count; a number that has more is none that anybody means. */
const MOST_DIGITS = 400;

function roundedTo64Bits(text: string): bigint {
	const [, sign, whole = '', fraction = '', power = '0'] =
		/^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
	const digits = (whole + fraction).replace(/^0+/, '');
	if (digits === '') return 0n;
	const scale = Number(power) - fraction.length;
	if (digits.length > MOST_DIGITS || Math.abs(scale) > MOST_DIGITS) throw new BuiltinError('not an integer');
	const numerator = BigInt(digits) * (scale > 0 ? 10n ** BigInt(scale) : 1n);
	const denominator = scale < 0 ? 10n ** BigInt(-scale) : 1n;
	// value = numerator / denominator = mantissa · 2^two, where the mantissa has 64 bits.
	let two = numerator.toString(2).length - denominator.toString(2).length - 64;
	if (divided(numerator, denominator, two) >> 64n !== 0n) two++;
	const mantissa = divided(numerator, denominator, two);
	if (two > 64) throw new BuiltinError('an integer that is too large');
	const unit = two < 0 ? 1n << BigInt(-two) : 1n;
	if (mantissa % unit !== 0n) throw new BuiltinError('not an integer');
	const size = two < 0 ? mantissa / unit : mantissa << BigInt(two);
	return sign === '-' ? -size : size;
}

/** numerator / denominator / 2^two, half to even */
function divided(numerator: bigint, denominator: bigint, two: number): bigint {
	const n = two < 0 ? numerator << BigInt(-two) : numerator;
	const d = two > 0 ? denominator << BigInt(two) : denominator;
	const [whole, twice] = [n / d, (n % d) * 2n];
	return twice > d || (twice === d && whole % 2n === 1n) ? whole + 1n : whole;
}
