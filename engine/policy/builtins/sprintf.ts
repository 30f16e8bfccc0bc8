import { Decimal, numberText, toDouble } from '../value/decimal.ts';
import { print } from '../value/print.ts';
import { isNumber, type Value } from '../value/value.ts';
import { arrayOf, textOf } from './operands.ts';
import type { Flags } from './sprintf-padding.ts';
import { type Argument, verbed } from './sprintf-verbs.ts';
import { type Builtin, BuiltinError } from './types.ts';

/** `sprintf` as OPA does it: Go's fmt (https://pkg.go.dev/fmt) over strings, int64, big.Int and float64. */
export const sprintfs = {
	sprintf: (_: unknown, format: Value, values: Value) =>
		new Format(textOf(format), arrayOf(values).map(argument)).text(),
} satisfies Record<string, Builtin>;

/** Larger widths and precisions are none for Go. */
const WIDEST = 1_000_000;
/** Texts beyond this no module has room for. */
const LONGEST = 16_000_000;

/** A value as OPA hands it to Go: what has a point or an exponent is a float, whatever its value. */
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

/** One pass over a format, as Go's `doPrintf` goes. */
class Format {
	readonly #format: string;
	readonly #args: readonly Argument[];
	#at = 0;
	/** The next argument. */
	#next = 0;
	#reordered = false;
	#goodIndex = true;
	/** An index `[n]` stood right before, after which only a verb or a `*` may follow. */
	#afterIndex = false;
	#out = '';

	constructor(format: string, args: readonly Argument[]) {
		this.#format = format;
		this.#args = args;
	}

	text(): string {
		while (this.#at < this.#format.length) {
			const percent = this.#format.indexOf('%', this.#at);
			const end = percent < 0 ? this.#format.length : percent;
			this.#write(this.#format.slice(this.#at, end));
			this.#at = end + 1;
			if (percent >= 0) this.#directive();
		}
		if (!this.#reordered && this.#next < this.#args.length) {
			const extra = this.#args.slice(this.#next).map((arg) => `${arg.type}=${verbed('v', arg, { set: '' })}`);
			this.#write(`%!(EXTRA ${extra.join(', ')})`);
		}
		return this.#out;
	}

	#write(text: string): void {
		this.#out += text;
		if (this.#out.length > LONGEST) throw new BuiltinError('a text that is too long');
	}

	#directive(): void {
		this.#goodIndex = true;
		const set = /[-+# 0]*/y;
		set.lastIndex = this.#at;
		const flags: { -readonly [K in keyof Flags]: Flags[K] } = { set: set.exec(this.#format)![0] };
		this.#at = set.lastIndex;
		this.#index();
		const width = this.#width();
		if (width !== undefined) flags.width = Math.abs(width);
		if (width !== undefined && width < 0) flags.set = `${flags.set.replaceAll('0', '')}-`;
		if (this.#format[this.#at] === '.') {
			const precision = this.#precision();
			if (precision !== undefined) flags.precision = precision;
		}
		if (!this.#afterIndex) this.#index();
		this.#verb(flags);
	}

	#verb(flags: Flags): void {
		const point = this.#format.codePointAt(this.#at);
		if (point === undefined) {
			this.#write('%!(NOVERB)');
			return;
		}
		const verb = String.fromCodePoint(point);
		this.#at += verb.length;
		if (verb === '%') this.#write('%');
		else if (!this.#goodIndex) this.#write(`%!${verb}(BADINDEX)`);
		else if (this.#next >= this.#args.length) this.#write(`%!${verb}(MISSING)`);
		else this.#write(verbed(verb, this.#args[this.#next++]!, flags));
	}

	/** `[n]`: the argument to go on with. */
	#index(): void {
		this.#afterIndex = false;
		if (this.#format[this.#at] !== '[') return;
		this.#reordered = true;
		const close = this.#format.indexOf(']', this.#at);
		const written = close < 0 ? '' : this.#format.slice(this.#at + 1, close);
		const valid = /^\d+$/.test(written) && !isTooLarge(written);
		this.#at = close < 0 ? this.#at + 1 : close + 1;
		this.#afterIndex = valid;
		if (valid && Number(written) >= 1 && Number(written) <= this.#args.length) this.#next = Number(written) - 1;
		else this.#goodIndex = false;
	}

	#width(): number | undefined {
		if (this.#format[this.#at] === '*') return this.#star('WIDTH');
		const width = this.#number();
		if (width !== undefined && this.#afterIndex) this.#goodIndex = false;
		return width;
	}

	#precision(): number | undefined {
		this.#at++;
		if (this.#afterIndex) this.#goodIndex = false;
		this.#index();
		return this.#format[this.#at] === '*' ? this.#star('PREC') : (this.#number() ?? 0);
	}

	/** The size is the next argument. */
	#star(what: 'WIDTH' | 'PREC'): number | undefined {
		this.#at++;
		this.#afterIndex = false;
		const given = this.#args[this.#next];
		if (given !== undefined) this.#next++;
		const size = given?.type === 'int64' ? Number(given.value) : Number.NaN;
		if (Math.abs(size) <= WIDEST && (size >= 0 || what === 'WIDTH')) return size;
		this.#write(`%!(BAD${what})`);
		return undefined;
	}

	/** One that is too large ends the format. */
	#number(): number | undefined {
		const digits = /\d*/y;
		digits.lastIndex = this.#at;
		const text = digits.exec(this.#format)![0];
		this.#at = digits.lastIndex;
		if (text === '') return undefined;
		if (!isTooLarge(text)) return Number(text);
		this.#at = this.#format.length;
		return undefined;
	}
}

/** Go looks before it reads the last digit. */
function isTooLarge(digits: string): boolean {
	return Number(digits.slice(0, -1)) > WIDEST;
}
