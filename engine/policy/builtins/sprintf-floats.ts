import { binary, exponential, fixed, general } from './go-numbers.ts';
import { type Flags, pad } from './sprintf-padding.ts';

/** A float64 as Go's fmt writes it with a verb; undefined for a verb that is none of floats. */
export function floatText(verb: string, value: number, flags: Flags): string | undefined {
	const { set, width = 0 } = flags;
	const plain = body(verb, value, flags.precision);
	if (plain === undefined) return undefined;
	const negative = plain.startsWith('-');
	const unsigned = negative ? plain.slice(1) : plain;
	const digits = set.includes('#') && verb !== 'b' ? pointed(verb, unsigned, flags.precision) : unsigned;
	const sign = negative ? '-' : set.includes('+') ? '+' : set.includes(' ') ? ' ' : '';
	// Zeros go between the sign and the digits.
	if (sign !== '' && set.includes('0') && !set.includes('-')) return sign + digits.padStart(width - 1, '0');
	return pad(sign + digits, flags);
}

/** No double has more of them after the point; what follows are zeros. */
const MOST_FIGURES = 1100;

function body(verb: string, value: number, precision: number | undefined): string | undefined {
	const short = precision && Math.min(precision, MOST_FIGURES);
	const zeros = '0'.repeat((precision ?? 0) - (short ?? 0));
	switch (verb) {
		case 'v':
		case 'g':
			return general(value, short ?? -1);
		case 'G':
			return general(value, short ?? -1).toUpperCase();
		case 'f':
		case 'F':
			return fixed(value, short ?? 6) + zeros;
		case 'e':
			return exponential(value, short ?? 6).replace('e', `${zeros}e`);
		case 'E':
			return exponential(value, short ?? 6)
				.replace('e', `${zeros}e`)
				.toUpperCase();
		case 'b':
			return binary(value, 'b');
		case 'x':
			return binary(value, 'x', precision);
		case 'X':
			return binary(value, 'x', precision).toUpperCase();
		default:
			return undefined;
	}
}

/** `#`: always with a point, and of those that drop zeros with as many figures as the precision has. */
function pointed(verb: string, text: string, precision: number | undefined): string {
	const [, number = '', tail = ''] = (/^[xX]$/.test(verb) ? /^(.*?)([pP].*)?$/ : /^(.*?)([eEpP].*)?$/).exec(text) ?? [];
	let missing = /^[vgGx]$/.test(verb) ? (precision ?? 6) : 0;
	missing -= number.replace('.', '').replace(/^0+/, '').length;
	const whole = !number.includes('.');
	if (whole && number === '0') missing--;
	return `${number}${whole ? '.' : ''}${'0'.repeat(Math.max(missing, 0))}${tail}`;
}
