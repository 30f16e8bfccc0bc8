import { BuiltinError } from './types.ts';

/** An exact number, as Go's `big.Rat`: `denominator` is above 0; the fraction need not be in lowest terms. */
export interface Rational {
	readonly numerator: bigint;
	readonly denominator: bigint;
}

/** Powers of ten beyond this make no number that OPA takes (2^100000); it keeps arithmetic short. */
const LARGEST_POWER = 31_000;
/** Digits that anybody writes; converting more is slow. */
const LONGEST = 100_000;

/** A number as Rego writes it, exactly; also `.5`, `5.` and `+5`, as `big.Rat` reads them. undefined if it is none. */
export function rational(text: string): Rational | undefined {
	if (text.length > LONGEST) throw new BuiltinError('a number that is too long');
	const m = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
	if (m === null) return undefined;
	const [, sign, whole = '', fraction = '', exponent = '0'] = m;
	if (whole + fraction === '') return undefined;
	const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
	const power = Number(exponent) - fraction.length;
	if (digits === 0n) return { numerator: 0n, denominator: 1n };
	if (power > LARGEST_POWER) throw new BuiltinError('a number that is too large');
	// So small that only its sign matters to whoever rounds.
	if (power < -LARGEST_POWER - whole.length - fraction.length) return rational(`${sign}1e-${LARGEST_POWER}`);
	return power >= 0
		? { numerator: digits * 10n ** BigInt(power), denominator: 1n }
		: { numerator: digits, denominator: 10n ** BigInt(-power) };
}

export function times(a: Rational, b: Rational): Rational {
	return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}

export function isInteger({ numerator, denominator }: Rational): boolean {
	return numerator % denominator === 0n;
}

/** Below, at or above 0 as `a` is less than, equal to or more than `b`. */
export function order(a: Rational, b: Rational): number {
	const [x, y] = [a.numerator * b.denominator, b.numerator * a.denominator];
	return x < y ? -1 : x > y ? 1 : 0;
}

/** `digits` after the point, half away from zero (`Rat.FloatString`). */
export function fixedPoint({ numerator, denominator }: Rational, digits: number): string {
	const scaled = (numerator < 0n ? -numerator : numerator) * 10n ** BigInt(digits);
	const rounded = scaled / denominator + ((scaled % denominator) * 2n >= denominator ? 1n : 0n);
	const text = rounded.toString().padStart(digits + 1, '0');
	return `${numerator < 0n ? '-' : ''}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
