/**
 * A number whose text says more than a JavaScript number keeps: `1.0` and `1` are equal and print differently, and
 * `0.1234567890123456789` or `1e400` do not fit a double at all.
 */
export class Decimal {
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}
}

/** A number of Rego. Integers that a double holds exactly are `number`, other integers `bigint`. */
export type RegoNumber = number | bigint | Decimal;

/** The number that a JSON token writes, with nothing lost. Throws `SyntaxError` if it is none. */
export function readNumber(token: string): RegoNumber {
	const value = Number(token);
	// Most numbers. Of two texts that mean one double, the other one says something else.
	if (String(value) === token && (Number.isSafeInteger(value) || !(Number.isInteger(value) || token.includes('e')))) {
		return value;
	}
	// `.5`, which JSON does not have, is a number of Rego.
	if (!/^-?(?:(?:0|[1-9]\d*)(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(token)) throw new SyntaxError('not a number');
	if (!/[.eE]/.test(token)) return token === '-0' ? 0 : BigInt(token);
	return new Decimal(token);
}

/** As it was written, or as JSON writes it. Throws `RangeError` for what is no number of Rego. */
export function numberText(value: RegoNumber): string {
	if (value instanceof Decimal) return value.text;
	if (typeof value === 'bigint') return String(value);
	if (!Number.isFinite(value)) throw new RangeError('not a number of Rego');
	return Object.is(value, -0) ? '0' : String(value);
}

/** The nearest double. */
export function toDouble(value: RegoNumber): number {
	return value instanceof Decimal ? Number(value.text) : Number(value);
}

/** By their values, exactly. */
export function compareNumbers(a: RegoNumber, b: RegoNumber): number {
	if (!(a instanceof Decimal) && !(b instanceof Decimal)) return a < b ? -1 : a > b ? 1 : 0;
	const x = scientific(numberText(a));
	const y = scientific(numberText(b));
	if (x.sign !== y.sign) return x.sign < y.sign ? -1 : 1;
	if (x.sign === 0) return 0;
	// Of equal length after the leading figure, texts of digits compare like the numbers they write.
	const length = Math.max(x.digits.length, y.digits.length);
	const size = Math.sign(x.exponent - y.exponent) || order(x.digits.padEnd(length, '0'), y.digits.padEnd(length, '0'));
	return size * x.sign;
}

interface Scientific {
	readonly sign: -1 | 0 | 1;
	/** Without zeros at either end: the first one stands before the point. */
	readonly digits: string;
	readonly exponent: number;
}

function scientific(text: string): Scientific {
	const [, sign, whole = '', fraction = '', power = '0'] =
		/^(-?)(\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
	const all = whole + fraction;
	const digits = all.replace(/^0+/, '').replace(/0+$/, '');
	if (digits === '') return { sign: 0, digits, exponent: 0 };
	const leading = all.length - all.replace(/^0+/, '').length;
	return { sign: sign === '-' ? -1 : 1, digits, exponent: whole.length - 1 - leading + Number(power) };
}

function order(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
