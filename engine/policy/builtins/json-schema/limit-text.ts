import type { Limit } from './schema.ts';

/** A bound as Go prints a `big.Float` (`%v`): all figures that count, with an exponent from a million on. */
export function limitText({ text }: Limit): string {
	const [, sign = '', whole = '', fraction = '', power = '0'] =
		/^(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
	const all = (whole + fraction).replace(/^0+/, '');
	const digits = all.replace(/0+$/, '');
	if (digits === '') return '0';
	const exponent = Number(power) + all.length - fraction.length - 1;
	if (exponent < -4 || exponent >= 6) {
		const mantissa = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
		return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
	}
	if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
	const point = digits.padEnd(exponent + 1, '0');
	const rest = point.slice(exponent + 1);
	return `${sign}${point.slice(0, exponent + 1)}${rest === '' ? '' : `.${rest}`}`;
}
