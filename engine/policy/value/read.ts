import { readNumber } from './decimal.ts';
import { RegoObject, RegoSet, type Value } from './value.ts';

/**
 * The value that the module's `opa_value_dump` wrote: JSON, with sets (`{1,2}`, `set()`) and object keys of any kind.
 * Throws `SyntaxError` on anything else.
 */
export function readValue(text: string): Value {
	// most of what built-ins are given
	if (text[0] === '"') return JSON.parse(text) as string;
	const reader = new Reader(text);
	const value = reader.value();
	reader.end();
	return value;
}

/** What ends a number, a word or white space; strings are found by `STRING`. */
const WORD = /[^\s[\]{},:"]+/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const SPACE = /\s*/y;

class Reader {
	readonly #text: string;
	#at = 0;

	constructor(text: string) {
		this.#text = text;
		this.#space();
	}

	value(): Value {
		switch (this.#text[this.#at]) {
			case '"':
				return JSON.parse(this.#token(STRING)) as string;
			case '[':
				this.#at++;
				this.#space();
				return this.#list(']');
			case '{':
				this.#at++;
				this.#space();
				return this.#braces();
			default:
				return this.#word();
		}
	}

	end(): void {
		if (this.#at < this.#text.length) throw new SyntaxError('something follows the value');
	}

	#word(): Value {
		const word = this.#token(WORD);
		switch (word) {
			case 'null':
				return null;
			case 'true':
				return true;
			case 'false':
				return false;
			case 'set()':
				return new RegoSet([]);
			default:
				return readNumber(word);
		}
	}

	/** The members up to `end`, `first` already read. */
	#list(end: string, first?: Value): Value[] {
		const items: Value[] = first === undefined ? [] : [first];
		while (!this.#is(end)) {
			if (items.length > 0) this.#expect(',');
			items.push(this.value());
		}
		return items;
	}

	#braces(): Value {
		if (this.#is('}')) return new RegoObject([]);
		const first = this.value();
		if (!this.#is(':')) return new RegoSet(this.#list('}', first));
		const entries: [Value, Value][] = [[first, this.value()]];
		while (!this.#is('}')) {
			this.#expect(',');
			const key = this.value();
			this.#expect(':');
			entries.push([key, this.value()]);
		}
		return new RegoObject(entries);
	}

	#is(char: string): boolean {
		if (this.#text[this.#at] !== char) return false;
		this.#at++;
		this.#space();
		return true;
	}

	#expect(char: string): void {
		if (!this.#is(char)) throw new SyntaxError(`no \`${char}\` where a value needs one`);
	}

	#token(pattern: RegExp): string {
		pattern.lastIndex = this.#at;
		const found = pattern.exec(this.#text)?.[0];
		if (found === undefined) throw new SyntaxError('the value ends too early');
		this.#at += found.length;
		this.#space();
		return found;
	}

	#space(): void {
		// the module writes none where it need not
		const next = this.#text.charCodeAt(this.#at);
		if (next > 0x20 && next < 0x80) return;
		SPACE.lastIndex = this.#at;
		SPACE.exec(this.#text);
		this.#at = SPACE.lastIndex;
	}
}
