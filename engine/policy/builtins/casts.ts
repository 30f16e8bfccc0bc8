import { numberText } from '../value/decimal.ts';
import { isNumber, type Value } from '../value/value.ts';
import { wholeProduct } from './binary-floats.ts';
import { checkedNumber } from './json-read.ts';
import { numberOf, readInt64, textOf } from './operands.ts';
import { type Builtin, BuiltinError } from './types.ts';

const RADIX: ReadonlyMap<string, number> = new Map([2, 8, 10, 16].map((radix) => [String(radix), radix]));

/** Between numbers and texts: the module's own know no integer of more than 32 bits there, and no limit of exponents. */
export const casts = {
	format_int: (_: unknown, value: Value, base: Value) => {
		const text = numberText(numberOf(value));
		const radix = RADIX.get(numberText(numberOf(base)));
		if (radix === undefined) throw new BuiltinError('a base other than 2, 8, 10 and 16');
		const whole = /^-?\d+$/.test(text) ? BigInt(text) : (readInt64(text) ?? wholeProduct(text, 1n));
		if (whole === undefined) throw new BuiltinError('not a number');
		return whole.toString(radix);
	},
	to_number: (_: unknown, value: Value) => {
		if (value === null || value === false) return 0;
		if (value === true) return 1;
		return isNumber(value) ? value : numberIn(textOf(value));
	},
} satisfies Record<string, Builtin>;

/** As Go's `strconv.ParseFloat` takes it: also `+1`, `1.`, `.5`, `007`, `1_000` and `0x1p4`, and nothing beyond a double. */
function numberIn(text: string): Value {
	// Between digits, or after `0x`.
	const plain = text.replace(/(?<=[\da-f]|^[+-]?0x)_(?=[\da-f])/gi, '');
	const m = /^([+-]?)(?=\.?\d)(\d*)(?:(\.\d*))?([eE][+-]?\d+)?$/.exec(plain);
	if (m === null) return hexadecimalIn(plain);
	if (!Number.isFinite(Number(plain))) throw new BuiltinError('a number that is too large');
	const [, sign, whole = '', fraction = '', power = ''] = m;
	const size = `${whole.replace(/^0+(?=\d)/, '') || '0'}${fraction === '.' ? '' : fraction}${power}`;
	return checkedNumber(`${sign === '-' ? '-' : ''}${size}`);
}

/** With its exponent of two, as Go's floats have it. */
function hexadecimalIn(text: string): Value {
	const m = /^([+-]?)0[xX]([\da-fA-F]*)(?:\.([\da-fA-F]*))?[pP]([+-]?\d+)$/.exec(text);
	const [, sign, whole = '', fraction = '', power] = m ?? [];
	if (whole + fraction === '') throw new BuiltinError('not a number');
	const size = Number(`0x${whole}${fraction}`) * 2 ** (Number(power) - 4 * fraction.length);
	if (!Number.isFinite(size)) throw new BuiltinError('a number that is too large');
	return fromDouble(sign === '-' ? -size : size);
}

function fromDouble(value: number): Value {
	return Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(value) : value;
}
