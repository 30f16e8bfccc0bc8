import { Decimal, type RegoNumber, readNumber } from '../value/decimal.ts';
import { RegoObject, type Value } from '../value/value.ts';
import { BuiltinError } from './types.ts';

/** Go's encoding/json goes no deeper. */
const DEEPEST = 10_000;
/** OPA takes no number with an exponent that is beyond 2^±100000. */
const MOST_BITS = 100_000;

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/sy;
const WORD = /null|true|false/y;
const WORDS: ReadonlyMap<string, Value> = new Map([
	['null', null],
	['true', true],
	['false', false],
]);

/**
 * The value of one JSON text, as OPA's `util.UnmarshalJSON` reads it: numbers keep their digits, of keys that are written
 * twice the last one counts. What follows may only be white space, or begin with `null`: OPA asks for the next token and
 * takes this one for none. Throws `BuiltinError`.
 */
export function readJson(text: string): Value {
	const reader = new Reader(text);
	const value = reader.value(0);
	reader.end();
	return value;
}

class Reader {
	readonly #text: string;
	#at = 0;

	constructor(text: string) {
		this.#text = text;
		this.#space();
	}

	value(depth: number): Value {
		if (depth > DEEPEST) throw new BuiltinError('nested too deeply');
		switch (this.#text[this.#at]) {
			case '"':
				return this.#string();
			case '[':
				return this.#array(depth + 1);
			case '{':
				return this.#object(depth + 1);
			default:
				return this.#scalar();
		}
	}

	end(): void {
		if (this.#at < this.#text.length && !this.#text.startsWith('null', this.#at))
			throw new BuiltinError('something follows the value');
	}

	#array(depth: number): Value {
		this.#at++;
		this.#space();
		const items: Value[] = [];
		if (this.#is(']')) return items;
		do items.push(this.value(depth));
		while (this.#is(','));
		this.#expect(']');
		return items;
	}

	#object(depth: number): Value {
		this.#at++;
		this.#space();
		const entries: [string, Value][] = [];
		if (this.#is('}')) return new RegoObject(entries);
		do {
			const key = this.#string();
			this.#expect(':');
			entries.push([key, this.value(depth)]);
		} while (this.#is(','));
		this.#expect('}');
		return new RegoObject(entries);
	}

	#string(): string {
		const token = this.#token(STRING);
		try {
			return (JSON.parse(token) as string).toWellFormed();
		} catch {
			throw new BuiltinError('no string of JSON');
		}
	}

	#scalar(): Value {
		if (/[-\d]/.test(this.#text[this.#at] ?? '')) return checkedNumber(this.#token(NUMBER));
		return WORDS.get(this.#token(WORD))!;
	}

	#is(char: string): boolean {
		if (this.#text[this.#at] !== char) return false;
		this.#at++;
		this.#space();
		return true;
	}

	#expect(char: string): void {
		if (!this.#is(char)) throw new BuiltinError(`no \`${char}\` where JSON needs one`);
	}

	#token(pattern: RegExp): string {
		pattern.lastIndex = this.#at;
		const found = pattern.exec(this.#text)?.[0];
		if (found === undefined) throw new BuiltinError('not JSON');
		this.#at += found.length;
		this.#space();
		return found;
	}

	#space(): void {
		SPACE.lastIndex = this.#at;
		SPACE.exec(this.#text);
		this.#at = SPACE.lastIndex;
	}
}

/** As OPA's `ast.NumberChecked`. Throws `BuiltinError` for a number whose exponent is too large. */
export function checkedNumber(text: string): RegoNumber {
	const m = /^-?(\d*)\.?(\d*)[eE]([+-]?\d+)$/.exec(text);
	if (m !== null) {
		const [, whole = '', fraction = '', power = ''] = m;
		const digits = (whole + fraction).replace(/^0+/, '');
		if (digits !== '') {
			const ten = Number(power) - fraction.length + digits.length - 1;
			const bits = Math.floor((ten + Math.log10(Number(`${digits[0]}.${digits.slice(1, 17)}`))) * Math.log2(10)) + 1;
			if (bits > MOST_BITS || bits < -MOST_BITS) throw new BuiltinError('an exponent that is too large');
		}
	}
	return text === '-0' ? new Decimal(text) : readNumber(text);
}
