import { escaped, PRINTABLE, quote } from '../value/print.ts';
import { floatText } from './sprintf-floats.ts';
import { type Flags, pad } from './sprintf-padding.ts';

export interface Argument {
	readonly type: 'string' | 'int64' | '*big.Int' | 'float64';
	readonly value: string | bigint | number;
}

/** An argument as Go's fmt writes it with a verb. */
export function verbed(verb: string, arg: Argument, flags: Flags): string {
	// `+` and `#` of %v are about structs and Go syntax; only a big.Int minds them all the same.
	if ((verb === 'v' || verb === 'w') && arg.type !== '*big.Int') {
		const goSyntax = flags.set.includes('#');
		return written(verb, arg, { ...flags, set: flags.set.replace(/[+#]/g, ''), goSyntax });
	}
	return written(verb, arg, flags);
}

function written(verb: string, arg: Argument, flags: Flags): string {
	if (verb === 'T') return pad(cut(arg.type, flags), flags);
	const text =
		typeof arg.value === 'string'
			? stringText(verb, arg.value, flags)
			: typeof arg.value === 'number'
				? floatText(verb, arg.value, flags)
				: arg.type === 'int64'
					? integerText(verb, arg.value, flags)
					: bigText(verb, arg.value, flags);
	if (text !== undefined) return text;
	if (arg.type === '*big.Int') return `%!${verb}(big.Int=${arg.value})`;
	return `%!${verb}(${arg.type}=${written('v', arg, flags)})`;
}

function padSpaces(text: string, flags: Flags): string {
	return pad(text, { ...flags, set: flags.set.replaceAll('0', '') });
}

function cut(text: string, { precision }: Flags): string {
	return precision === undefined ? text : [...text].slice(0, precision).join('');
}

function stringText(verb: string, value: string, flags: Flags): string | undefined {
	switch (verb) {
		case 'v':
			return flags.goSyntax === true ? pad(quoted(value, flags), flags) : pad(cut(value, flags), flags);
		case 's':
			return pad(cut(value, flags), flags);
		case 'q':
			return pad(quoted(value, flags), flags);
		case 'x':
		case 'X':
			return pad(hexText(verb, value, flags), flags);
		default:
			return undefined;
	}
}

function quoted(value: string, flags: Flags): string {
	const text = cut(value, flags);
	// Go's `CanBackquote`: no control characters but tabs, no byte order mark, no backquote.
	if (flags.set.includes('#') && !/[\x00-\x08\x0a-\x1f\x7f`\ufeff]/.test(text)) return `\`${text}\``;
	return quote(text, flags.set.includes('+'));
}

function hexText(verb: string, value: string, { set, precision }: Flags): string {
	const bytes = Buffer.from(value, 'utf8').subarray(0, precision);
	if (bytes.length === 0) return '';
	const prefix = set.includes('#') ? `0${verb}` : '';
	const pairs = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
	const digits = verb === 'X' ? pairs.map((pair) => pair.toUpperCase()) : pairs;
	return prefix + digits.join(set.includes(' ') ? ` ${prefix}` : '');
}

const BASES: Readonly<Record<string, number>> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

function signOf(negative: boolean, set: string): string {
	return negative ? '-' : set.includes('+') ? '+' : set.includes(' ') ? ' ' : '';
}

function digitsOf(verb: string, value: bigint, base: number): string {
	const digits = (value < 0n ? -value : value).toString(base);
	return verb === 'X' ? digits.toUpperCase() : digits;
}

function integerText(verb: string, value: bigint, flags: Flags): string | undefined {
	const base = BASES[verb];
	if (base === undefined) return characterText(verb, value, flags);
	const { set, width, precision } = flags;
	if (precision === 0 && value === 0n) return ' '.repeat(width ?? 0);
	const sign = signOf(value < 0n, set);
	const filled = set.includes('0') && !set.includes('-') ? (width ?? 0) - sign.length : 0;
	const digits = digitsOf(verb, value, base).padStart(precision ?? filled, '0');
	const sharp = set.includes('#');
	const octal = sharp && base === 8 && !digits.startsWith('0') ? '0' : '';
	const marks: Readonly<Record<string, string>> = { b: '0b', x: '0x', X: '0X' };
	const mark = verb === 'O' ? `0o${octal}` : sharp ? (marks[verb] ?? octal) : '';
	return padSpaces(sign + mark + digits, flags);
}

/** An int64 as the code point that it is. */
function characterText(verb: string, value: bigint, flags: Flags): string | undefined {
	const { set, precision = 0 } = flags;
	const known = value >= 0n && value <= 0x10ffffn;
	const valid = known && !(value >= 0xd800n && value <= 0xdfffn);
	const char = valid ? String.fromCodePoint(Number(value)) : '\ufffd';
	switch (verb) {
		case 'c':
			return pad(char, flags);
		case 'q': {
			const inside = char === "'" ? "\\'" : char === '"' ? '"' : escaped(char, set.includes('+'));
			return pad(`'${inside}'`, flags);
		}
		case 'U': {
			const hex = BigInt.asUintN(64, value).toString(16).toUpperCase().padStart(Math.max(precision, 4), '0');
			const shown = set.includes('#') && valid && PRINTABLE.test(char) ? ` '${char}'` : '';
			return padSpaces(`U+${hex}${shown}`, flags);
		}
		default:
			return undefined;
	}
}

/** `big.Int.Format` */
function bigText(verb: string, value: bigint, { set, width = 0, precision }: Flags): string | undefined {
	const base = verb === 's' ? 10 : BASES[verb];
	if (base === undefined) return undefined;
	const marks: Readonly<Record<string, string>> = { b: '0b', o: '0', x: '0x', X: '0X' };
	const mark = verb === 'O' ? '0o' : set.includes('#') ? (marks[verb] ?? '') : '';
	const before = signOf(value < 0n, set) + mark;
	const digits = digitsOf(verb, value, base).padStart(precision ?? 0, '0');
	if (set.includes('-')) return (before + digits).padEnd(width);
	if (!set.includes('0') || precision !== undefined) return (before + digits).padStart(width);
	return before + digits.padStart(width - before.length, '0');
}
