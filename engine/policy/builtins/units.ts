import { Decimal } from '../value/decimal.ts';
import type { Value } from '../value/value.ts';
import { wholeProduct } from './binary-floats.ts';
import { textOf } from './operands.ts';
import { fixedPoint, isInteger, type Rational, rational, times } from './rationals.ts';
import { type Builtin, BuiltinError } from './types.ts';

const PREFIXES = 'kmgtpe';
const LONGEST = 100_000;

/** `units.*`: amounts with a unit (`10Gi`, `1.5MB`) as numbers. */
export const units = {
	// Upper and lower case are one but for `m` (milli) and `M` (mega), of the first letter.
	'units.parse': (_: unknown, text: Value) => {
		const [number, written] = split(textOf(text).replaceAll('"', ''));
		const unit = written.slice(0, 1) + lower(written.slice(1));
		const amount = rational(number);
		const factor = unit === 'm' ? MILLI : whole(factorOf(unit === 'M' ? 'm' : lowerFirst(unit)));
		if (amount === undefined) throw new BuiltinError('the amount is no number');
		const product = times(amount, factor);
		return isInteger(product) ? product.numerator / product.denominator : new Decimal(fixedPoint(product, 10));
	},
	'units.parse_bytes': (_: unknown, text: Value) => {
		const [number, unit] = split(lower(textOf(text)).replaceAll('"', ''));
		// `kb` is `k`, `kib` is `ki`.
		const short = /^[kmgtpe]i?b$/.test(unit) ? unit.slice(0, -1) : unit;
		const bytes = wholeProduct(number, factorOf(short));
		if (bytes === undefined) throw new BuiltinError('the amount is no number');
		return bytes;
	},
} satisfies Record<string, Builtin>;

/** The nearest double to 1/1000: OPA takes it from one, which its results show. */
const MILLI: Rational = { numerator: 1152921504606847n, denominator: 2n ** 60n };

function whole(factor: bigint): Rational {
	return { numerator: factor, denominator: 1n };
}

function factorOf(unit: string): bigint {
	if (unit === '') return 1n;
	const power = PREFIXES.indexOf(unit[0]!) + 1;
	if (power > 0 && unit.length === 1) return 1000n ** BigInt(power);
	if (power > 0 && unit.slice(1) === 'i') return 1024n ** BigInt(power);
	throw new BuiltinError('a unit that nobody knows');
}

/** `Ki` and `ki` are one, as are `K` and `k`; only ASCII, so that the Kelvin sign stays unknown. */
function lowerFirst(unit: string): string {
	return unit.replace(/^[KMGTPE]/, (letter) => letter.toLowerCase());
}

/** Go's `strings.ToLower`, where letters stay one letter. */
function lower(text: string): string {
	return text.replaceAll('İ', 'i').toLowerCase();
}

/** The number before the unit. `e` belongs to it when digits or a sign follow. */
function split(text: string): readonly [number: string, unit: string] {
	if (text.length > LONGEST) throw new BuiltinError('a text that is too long');
	if (text.includes(' ')) throw new BuiltinError('spaces are not allowed');
	const number = /^(?:[\d.+-]|[eE][+-]|[eE](?=\d))*/.exec(text)![0];
	if (number === '') throw new BuiltinError('there is no amount');
	if (/[eE][+-]?\d{7}/.test(number)) throw new BuiltinError('an exponent that is too large');
	return [number, text.slice(number.length)];
}
