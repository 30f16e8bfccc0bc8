import { BuiltinError } from './types.ts';

/** mantissa · 2^exponent, the mantissa of at most so many bits as it was rounded to: Go's `big.Float`. */
interface BinaryFloat {
	readonly mantissa: bigint;
	readonly exponent: number;
}

/** What a `big.Float` has that nobody gave a precision, bits. */
const PRECISION = 64;
const LONGEST = 100_000;
/** OPA takes no number of more bits. */
const MOST_BITS = 100_000;

/**
 * `big.Float.SetString(text)` · `factor`, without its fraction (`Int`). The steps and their roundings are those of
 * Go's math/big, since with 64 bits they show. undefined if it is no number; throws `BuiltinError` beyond 2^100000.
 */
export function wholeProduct(text: string, factor: bigint): bigint | undefined {
	if (text.length > LONGEST) throw new BuiltinError('a number that is too long');
	const m = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
	if (m === null) return undefined;
	const [, sign, whole = '', fraction = '', exponent = '0'] = m;
	if (whole + fraction === '') return undefined;
	const digits = BigInt(whole + fraction);
	if (digits === 0n) return 0n;
	const power = Number(exponent) - fraction.length;
	const scaled = scaleByTen(digits, power);
	const product = round(scaled.mantissa * factor, scaled.exponent, PRECISION);
	if (product.exponent > MOST_BITS) throw new BuiltinError('a number that is too large');
	const size =
		product.exponent >= 0
			? product.mantissa << BigInt(product.exponent)
			: product.exponent < -PRECISION - 1
				? 0n
				: product.mantissa >> BigInt(-product.exponent);
	return sign === '-' ? -size : size;
}

/** digits · 10^power to 64 bits: the power of two is exact, that of five has 128. */
function scaleByTen(digits: bigint, power: number): BinaryFloat {
	if (power === 0) return round(digits, 0, PRECISION);
	const five = powerOfFive(Math.abs(power), PRECISION + 64);
	if (power > 0) return round(digits * five.mantissa, five.exponent + power, PRECISION);
	// Enough bits for the quotient, and one that tells whether something was left over.
	const shift = Math.max(PRECISION + 2 + bits(five.mantissa) - bits(digits), 0);
	const dividend = digits << BigInt(shift);
	const quotient = dividend / five.mantissa;
	const rest = dividend % five.mantissa === 0n ? 0n : 1n;
	return round((quotient << 1n) | rest, power - shift - 1 - five.exponent, PRECISION);
}

function powerOfFive(power: number, precision: number): BinaryFloat {
	const exact = 27;
	if (power <= exact) return { mantissa: 5n ** BigInt(power), exponent: 0 };
	let product: BinaryFloat = { mantissa: 5n ** BigInt(exact), exponent: 0 };
	let square: BinaryFloat = { mantissa: 5n, exponent: 0 };
	for (let left = power - exact; left > 0; left = Math.floor(left / 2)) {
		if (left % 2 === 1) product = multiply(product, square, precision);
		square = multiply(square, square, precision + 64);
	}
	return product;
}

function multiply(a: BinaryFloat, b: BinaryFloat, precision: number): BinaryFloat {
	return round(a.mantissa * b.mantissa, a.exponent + b.exponent, precision);
}

/** To the nearest, ties to even. */
function round(mantissa: bigint, exponent: number, precision: number): BinaryFloat {
	const drop = bits(mantissa) - precision;
	if (drop <= 0) return { mantissa, exponent };
	const kept = mantissa >> BigInt(drop);
	const rest = mantissa - (kept << BigInt(drop));
	const half = 1n << BigInt(drop - 1);
	const up = rest > half || (rest === half && kept % 2n === 1n);
	return { mantissa: up ? kept + 1n : kept, exponent: exponent + drop };
}

function bits(value: bigint): number {
	const hex = value.toString(16);
	return (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex[0]!, 16)));
}
