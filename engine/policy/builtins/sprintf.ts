import { Decimal, numberText, toDouble } from '../value/decimal.ts';
import { escaped, PRINTABLE, print, quote } from '../value/print.ts';
import type { Value } from '../value/value.ts';
import { isNumber } from '../value/value.ts';
import { binary, exponential, fixed, general } from './go-numbers.ts';
import { arrayOf, textOf } from './operands.ts';
import type { Builtin } from './types.ts';

/** `sprintf` as OPA does it: Go's fmt (https://pkg.go.dev/fmt) over strings, int64, big.Int and float64. */
export const sprintfs = {
	sprintf: (_: unknown, format: Value, values: Value) => write(textOf(format), arrayOf(values).map(argument)),
} satisfies Record<string, Builtin>;

/** A value as OPA hands it to Go. */
interface Argument {
	readonly type: 'string' | 'int64' | '*big.Int' | 'float64';
	readonly value: string | bigint | number;
}

interface Flags {
	readonly set: string;
	readonly width?: number;
	readonly precision?: number;
	/** `%#v` */
	readonly goSyntax?: boolean;
}

/** Wider than this nobody pads; it keeps a format from filling the memory (Go has the same bound). */
const WIDEST = 1_000_000;

function argument(value: Value): Argument {
	if (typeof value === 'string') return { type: 'string', value };
	if (!isNumber(value)) return { type: 'string', value: print(value) };
	if (value instanceof Decimal || !(typeof value === 'bigint' || Number.isInteger(value))) {
		const double = toDouble(value);
		return Number.isFinite(double) ? { type: 'float64', value: double } : { type: 'string', value: numberText(value) };
	}
	const whole = BigInt(value);
	return { type: whole === BigInt.asIntN(64, whole) ? 'int64' : '*big.Int', value: whole };
}

function write(format: string, args: readonly Argument[]): string {
	const verb = /%([-+# 0]*)(?:\[(\d+)\])?(\*|\d+)?(?:(\.)(?:\[(\d+)\])?(\*|\d+)?)?(?:\[(\d+)\])?(.)?/gsu;
	let out = '';
	let last = 0;
	let next = 0;
	let reordered = false;
	const jump = (index: string | undefined) => {
		if (index === undefined) return;
		reordered = true;
		next = Number(index) - 1;
	};
	const size = (text: string | undefined, what: string): number | undefined => {
		if (text === undefined) return undefined;
		if (text !== '*') return Number(text);
		const given = args[next++];
		const number = given?.type === 'int64' ? Number(given.value) : Number.NaN;
		if (Math.abs(number) <= WIDEST && (number >= 0 || what === 'WIDTH')) return number;
		out += `%!(BAD${what})`;
		return undefined;
	};
	for (const m of format.matchAll(verb)) {
		const [whole, set = '', firstIndex, widthText, dot, precisionIndex, precisionText, lastIndex, letter] = m;
		out += format.slice(last, m.index);
		last = m.index + whole.length;
		jump(firstIndex);
		let width = size(widthText, 'WIDTH');
		const left = width !== undefined && width < 0;
		if (width !== undefined) width = Math.min(Math.abs(width), WIDEST);
		jump(precisionIndex);
		const precision = dot === undefined ? undefined : Math.min(size(precisionText, 'PREC') ?? 0, WIDEST);
		jump(lastIndex);
		if (letter === undefined) {
			out += '%!(NOVERB)';
		} else if (letter === '%') {
			out += '%';
		} else if (next < 0 || (reordered && next >= args.length)) {
			out += `%!${letter}(BADINDEX)`;
		} else if (next >= args.length) {
			out += `%!${letter}(MISSING)`;
		} else {
			const wanted = left ? `${set}-` : set;
			const flags: Flags = {
				// `+` and `#` of %v are about structs and Go syntax, which of these types only strings show.
				set: letter === 'v' ? wanted.replace(/[+#]/g, '') : wanted,
				goSyntax: letter === 'v' && set.includes('#'),
				...(width === undefined ? {} : { width }),
				...(precision === undefined ? {} : { precision }),
			};
			out += one(letter, args[next++]!, flags);
		}
	}
	out += format.slice(last);
	if (!reordered && next < args.length) {
		const extra = args.slice(next).map((arg) => `${arg.type}=${one('v', arg, { set: '' })}`);
		out += `%!(EXTRA ${extra.join(', ')})`;
	}
	return out;
}

function one(letter: string, arg: Argument, flags: Flags): string {
	if (letter === 'T') return text('s', arg.type, flags)!;
	const written =
		typeof arg.value === 'string'
			? text(letter, arg.value, flags)
			: typeof arg.value === 'bigint'
				? integer(letter, arg.value, flags, arg.type)
				: float(letter, arg.value, flags);
	if (written !== undefined) return written;
	const type = arg.type === '*big.Int' ? 'big.Int' : arg.type;
	return `%!${letter}(${type}=${one('v', arg, flags)})`;
}

function text(letter: string, value: string, flags: Flags): string | undefined {
	const cut = flags.precision === undefined ? value : [...value].slice(0, flags.precision).join('');
	switch (letter) {
		case 'v':
			return pad(flags.goSyntax ? quote(cut) : cut, flags);
		case 's':
			return pad(cut, flags);
		case 'q':
			return pad(quoted(cut, flags), flags);
		case 'x':
		case 'X': {
			const bytes = Buffer.from(value, 'utf8').subarray(0, flags.precision);
			const prefix = flags.set.includes('#') && bytes.length > 0 ? `0${letter}` : '';
			let pairs = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
			if (letter === 'X') pairs = pairs.map((pair) => pair.toUpperCase());
			return pad(prefix + pairs.join(flags.set.includes(' ') ? ` ${prefix}` : ''), flags);
		}
		default:
			return undefined;
	}
}

function quoted(value: string, { set }: Flags): string {
	if (set.includes('#') && !/[\p{Cc}`\ufeff]/u.test(value.replaceAll('\t', ''))) return `\`${value}\``;
	return quote(value, set.includes('+'));
}

const BASES: Readonly<Record<string, readonly [number, string]>> = {
	v: [10, ''],
	d: [10, ''],
	b: [2, '0b'],
	o: [8, '0'],
	O: [8, '0o'],
	x: [16, '0x'],
	X: [16, '0X'],
};

function integer(letter: string, value: bigint, flags: Flags, type: Argument['type']): string | undefined {
	const [base, mark] = BASES[letter] ?? (type === '*big.Int' && letter === 's' ? BASES['d']! : []);
	if (base === undefined || mark === undefined) return type === 'int64' ? character(letter, value, flags) : undefined;
	const { set, width = 0, precision } = flags;
	if (precision === 0 && value === 0n) return ' '.repeat(width);
	let digits = (value < 0n ? -value : value).toString(base);
	if (letter === 'X') digits = digits.toUpperCase();
	const sign = value < 0n ? '-' : set.includes('+') ? '+' : set.includes(' ') ? ' ' : '';
	if (precision !== undefined) digits = digits.padStart(precision, '0');
	else if (set.includes('0') && !set.includes('-')) digits = digits.padStart(width - sign.length, '0');
	const octal = letter === 'o' && digits.startsWith('0');
	const marked = letter === 'O' || (set.includes('#') && !octal) ? mark : '';
	return pad(sign + marked + digits, { ...flags, set: set.replaceAll('0', '') });
}

/** An int64 as the code point that it is. */
function character(letter: string, value: bigint, flags: Flags): string | undefined {
	if (letter === 'U') {
		const point = `U+${(value < 0n ? BigInt.asUintN(64, value) : value)
			.toString(16)
			.toUpperCase()
			.padStart(flags.precision ?? 4, '0')}`;
		const known = flags.set.includes('#') && value >= 0n && value <= 0x10ffffn;
		const shown = known && PRINTABLE.test(String.fromCodePoint(Number(value)));
		return pad(shown ? `${point} '${String.fromCodePoint(Number(value))}'` : point, flags);
	}
	if (letter !== 'c' && letter !== 'q') return undefined;
	const valid = value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn);
	const char = valid ? String.fromCodePoint(Number(value)) : '\ufffd';
	if (letter === 'c') return pad(char, flags);
	const inside = char === "'" ? "\\'" : char === '"' ? '"' : escaped(char, flags.set.includes('+'));
	return pad(`'${inside}'`, flags);
}

function float(letter: string, value: number, flags: Flags): string | undefined {
	const { set, width = 0, precision } = flags;
	let body: string;
	switch (letter) {
		case 'v':
		case 'g':
		case 'G':
			body = general(value, precision ?? -1);
			break;
		case 'f':
		case 'F':
			body = fixed(value, precision ?? 6);
			break;
		case 'e':
		case 'E':
			body = exponential(value, precision ?? 6);
			break;
		case 'b':
		case 'x':
		case 'X':
			body = binary(value, letter === 'b' ? 'b' : 'x');
			break;
		default:
			return undefined;
	}
	if (letter === 'G' || letter === 'E' || letter === 'X') body = body.toUpperCase();
	const sign = body.startsWith('-') ? '-' : set.includes('+') ? '+' : set.includes(' ') ? ' ' : '';
	let digits = body.replace(/^-/, '');
	if (set.includes('0') && !set.includes('-')) digits = digits.padStart(width - sign.length, '0');
	return pad(sign + digits, { ...flags, set: set.replaceAll('0', '') });
}

function pad(value: string, { set, width = 0 }: Flags): string {
	const missing = width - [...value].length;
	if (missing <= 0) return value;
	if (set.includes('-')) return value + ' '.repeat(missing);
	return (set.includes('0') ? '0' : ' ').repeat(missing) + value;
}
