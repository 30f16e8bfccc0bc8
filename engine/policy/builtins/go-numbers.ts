/** How Go's `fmt` and `strconv` write a float64, exact where JavaScript's own methods are not. */

/** `%f`: `digits` after the point, ties to even. */
export function fixed(value: number, digits: number): string {
	const scaled = scale(value, digits)
		.toString()
		.padStart(digits + 1, '0');
	const sign = value < 0 || Object.is(value, -0) ? '-' : '';
	const whole = scaled.slice(0, scaled.length - digits);
	return `${sign}${whole}${digits === 0 ? '' : `.${scaled.slice(-digits)}`}`;
}

/** `%e`: `digits` after the point, or as few as tell the number apart (-1). */
export function exponential(value: number, digits: number): string {
	if (digits < 0) return twoDigits(value.toExponential());
	let exponent = value === 0 ? 0 : Number(value.toExponential(30).split('e')[1]);
	let mantissa = scale(value, digits - exponent).toString();
	if (mantissa.length > digits + 1) {
		exponent++;
		mantissa = scale(value, digits - exponent).toString();
	}
	mantissa = mantissa.padEnd(digits + 1, '0');
	const sign = value < 0 || Object.is(value, -0) ? '-' : '';
	return twoDigits(`${sign}${mantissa[0]}${digits === 0 ? '' : `.${mantissa.slice(1)}`}e${exponent}`);
}

/** `%g`: whichever is shorter. `digits` are all that count; -1: as few as tell the number apart. */
export function general(value: number, digits: number): string {
	const wanted = digits === 0 ? 1 : digits;
	const [mantissa = '', power = '0'] = (wanted < 0 ? value.toExponential() : exponential(value, wanted - 1)).split('e');
	const figures = mantissa.replace(/^-|\./g, '').replace(/(?!^)0+$/, '');
	const exponent = Number(power);
	// strconv: without a precision six digits decide; more than there are in a whole number do not count.
	const shortest = wanted < 0;
	const limit = shortest ? 6 : wanted > figures.length && figures.length >= exponent + 1 ? figures.length : wanted;
	if (exponent < -4 || exponent >= limit) return exponential(value, figures.length - 1);
	return fixed(value, Math.max(figures.length - exponent - 1, 0));
}

/** `%b` and `%x`: mantissa and exponent of two; of `%x` as many figures after the point as `precision` says. */
export function binary(value: number, base: 'b' | 'x', precision?: number): string {
	const { mantissa, two } = parts(value);
	const sign = value < 0 || Object.is(value, -0) ? '-' : '';
	if (base === 'b') return `${sign}${mantissa}p${two < 0 ? '-' : '+'}${Math.abs(two)}`;
	if (mantissa === 0n) return `${sign}0x0${precision ? `.${'0'.repeat(precision)}` : ''}p+00`;
	const length = mantissa.toString(2).length;
	// One figure before the point, 15 after it.
	let wide = mantissa << BigInt(61 - length);
	if (precision !== undefined && precision < 15) {
		const unit = 1n << BigInt(60 - precision * 4);
		const [kept, rest] = [wide / unit, wide % unit];
		wide = (rest * 2n > unit || (rest * 2n === unit && kept % 2n === 1n) ? kept + 1n : kept) * unit;
	}
	const carried = wide >> 61n === 1n;
	const figures = (carried ? wide >> 1n : wide).toString(16).slice(1);
	const shown =
		precision === undefined ? figures.replace(/0+$/, '') : figures.slice(0, precision).padEnd(precision, '0');
	const exponent = two + length - 1 + Number(carried);
	const power = `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
	return `${sign}0x1${shown === '' ? '' : `.${shown}`}p${power}`;
}

/** |value| = mantissa · 2^two */
function parts(value: number): { readonly mantissa: bigint; readonly two: number } {
	const view = new DataView(new ArrayBuffer(8));
	view.setFloat64(0, Math.abs(value));
	const bits = view.getBigUint64(0);
	const biased = Number(bits >> 52n);
	const fraction = bits & ((1n << 52n) - 1n);
	return { mantissa: biased === 0 ? fraction : fraction | (1n << 52n), two: (biased === 0 ? 1 : biased) - 1075 };
}

/** |value| · 10^power, rounded half to even. */
function scale(value: number, power: number): bigint {
	const { mantissa, two } = parts(value);
	const numerator = mantissa * (power > 0 ? 10n ** BigInt(power) : 1n) * (two > 0 ? 1n << BigInt(two) : 1n);
	const denominator = (power < 0 ? 10n ** BigInt(-power) : 1n) * (two < 0 ? 1n << BigInt(-two) : 1n);
	const whole = numerator / denominator;
	const twice = (numerator % denominator) * 2n;
	return twice > denominator || (twice === denominator && whole % 2n === 1n) ? whole + 1n : whole;
}

function twoDigits(text: string): string {
	return text.replace(/e([+-]?)(\d)$/, 'e$10$2').replace(/e(\d)/, 'e+$1');
}
