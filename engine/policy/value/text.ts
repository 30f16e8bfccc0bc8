import { RegoObject, RegoSet, type Value } from './value.ts';

/**
 * Values as the module's `opa_value_dump` writes and `opa_value_parse` reads them: JSON, with sets as `{1,2}` and
 * `set()`, and object keys of any kind.
 */
export function writeValue(value: Value): string {
	if (typeof value === 'bigint') return String(value);
	if (typeof value === 'number') return number(value);
	if (value === null || typeof value !== 'object')
		return JSON.stringify(typeof value === 'string' ? value.toWellFormed() : value);
	if (value instanceof RegoSet)
		return value.members.length === 0 ? 'set()' : `{${value.members.map(writeValue).join(',')}}`;
	if (value instanceof RegoObject)
		return `{${value.entries.map(([k, v]) => `${writeValue(k)}:${writeValue(v)}`).join(',')}}`;
	return `[${(value as readonly Value[]).map(writeValue).join(',')}]`;
}

function number(value: number): string {
	if (!Number.isFinite(value)) throw new RangeError('not a number of Rego');
	return Object.is(value, -0) ? '0' : String(value).replace('e+', 'e');
}

/** The value that `opa_value_dump` wrote. Throws `SyntaxError` on anything else. */
export function readValue(text: string): Value {
	const reader = new Reader(text);
	const value = reader.value();
	reader.end();
	return value;
}

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const SPACE = /[ \t\r\n]*/y;

class Reader {
	readonly #text: string;
	#at = 0;

	constructor(text: string) {
		this.#text = text;
	}

	value(): Value {
		this.#space();
		switch (this.#text[this.#at]) {
			case '"':
				return JSON.parse(this.#take(STRING)) as string;
			case '[':
				this.#at++;
				return this.#list(']');
			case '{':
				this.#at++;
				return this.#braces();
			case 't':
				return this.#word('true', true);
			case 'f':
				return this.#word('false', false);
			case 'n':
				return this.#word('null', null);
			case 's':
				return this.#word('set()', new RegoSet([]));
			default:
				return readNumber(this.#take(NUMBER));
		}
	}

	end(): void {
		this.#space();
		if (this.#at !== this.#text.length) this.#fail();
	}

	#list(close: string): Value[] {
		const items: Value[] = [];
		if (this.#next(close)) return items;
		do items.push(this.value());
		while (this.#next(','));
		if (!this.#next(close)) this.#fail();
		return items;
	}

	/** An object or a set: the first thing after the first member tells which. */
	#braces(): Value {
		if (this.#next('}')) return new RegoObject([]);
		const first = this.value();
		if (!this.#next(':')) return new RegoSet([first, ...(this.#next(',') ? this.#list('}') : this.#close())]);
		const entries: [Value, Value][] = [[first, this.value()]];
		while (this.#next(',')) {
			const key = this.value();
			if (!this.#next(':')) this.#fail();
			entries.push([key, this.value()]);
		}
		this.#close();
		return new RegoObject(entries);
	}

	#close(): Value[] {
		if (!this.#next('}')) this.#fail();
		return [];
	}

	#next(char: string): boolean {
		this.#space();
		if (this.#text[this.#at] !== char) return false;
		this.#at++;
		return true;
	}

	#word<T>(word: string, value: T): T {
		if (!this.#text.startsWith(word, this.#at)) this.#fail();
		this.#at += word.length;
		return value;
	}

	#take(pattern: RegExp): string {
		pattern.lastIndex = this.#at;
		const [found] = pattern.exec(this.#text) ?? [];
		if (found === undefined) this.#fail();
		this.#at += found.length;
		return found;
	}

	#space(): void {
		SPACE.lastIndex = this.#at;
		SPACE.test(this.#text);
		this.#at = SPACE.lastIndex;
	}

	#fail(): never {
		throw new SyntaxError(`not a value of Rego at ${this.#at}`);
	}
}

/** Exact for integers of any size; anything else as a double. */
export function readNumber(token: string): number | bigint {
	const value = Number(token);
	if (Number.isSafeInteger(value)) return value;
	if (/^-?\d+$/.test(token)) return BigInt(token);
	return value;
}
