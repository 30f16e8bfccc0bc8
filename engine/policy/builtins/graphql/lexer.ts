import { blockStringValue } from './block-string.ts';
import { Invalid, require } from './invalid.ts';

export type TokenKind =
	| (typeof PUNCTUATION)[number]
	| 'Name'
	| 'Int'
	| 'Float'
	| 'String'
	| 'BlockString'
	| 'Comment'
	| 'EOF';

export interface Token {
	readonly kind: TokenKind;
	/** Empty for punctuation; strings come without quotes and escapes, comments with their `#`. */
	readonly value: string;
}

const PUNCTUATION = ['!', '$', '&', '(', ')', '...', ':', '=', '@', '[', ']', '{', '}', '|'] as const;
const MARKS: ReadonlyMap<string, Token> = new Map(PUNCTUATION.map((kind) => [kind, { kind, value: '' }] as const));

// Each of these advances without going back.
const IGNORED = /[\t ,\n\r\uFEFF]*/y;
const NAME = /[_A-Za-z][_0-9A-Za-z]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const COMMENT = /#[^\u0000-\u0008\u000a-\u001f]*/y;
const PLAIN = /[^"\\\u0000-\u0008\u000a-\u001f]*/y;
const PLAIN_IN_BLOCK = /[^"\\\r\u0000-\u0008\u000b\u000c\u000e-\u001f]*/y;
const QUOTES = /"+/y;
const HEX = /[0-9a-fA-F]{4}/y;

const ESCAPES: Readonly<Record<string, string>> = {
	'"': '"',
	'/': '/',
	'\\': '\\',
	b: '\b',
	f: '\f',
	n: '\n',
	r: '\r',
	t: '\t',
};

/**
 * Tokens of a GraphQL text (GraphQL, §2.1), as gqlparser reads them: a name may follow a number at once, an escape
 * stands for one UTF-16 unit and half a pair of surrogates for U+FFFD.
 */
export class Lexer {
	readonly #text: string;
	#at = 0;

	constructor(text: string) {
		this.#text = text;
	}

	next(): Token {
		this.#take(IGNORED);
		const char = this.#text[this.#at];
		if (char === undefined) return { kind: 'EOF', value: '' };
		if (char === '"') return this.#text.startsWith('"""', this.#at) ? this.#blockString() : this.#string();
		if (char === '#') return { kind: 'Comment', value: this.#take(COMMENT)[0]! };
		if (char === '-' || (char >= '0' && char <= '9')) return this.#number();
		const name = this.#take(NAME)[0];
		if (name !== undefined) return { kind: 'Name', value: name };
		const mark = MARKS.get(this.#text.startsWith('...', this.#at) ? '...' : char);
		require(mark !== undefined, 'an unexpected character');
		this.#at += mark.kind.length;
		return mark;
	}

	/** What matches here, or nothing. */
	#take(pattern: RegExp): readonly (string | undefined)[] {
		pattern.lastIndex = this.#at;
		const match = pattern.exec(this.#text);
		this.#at += match?.[0].length ?? 0;
		return match ?? [];
	}

	#number(): Token {
		const [value, fraction, exponent] = this.#take(NUMBER);
		const next = this.#text[this.#at] ?? '';
		const whole = fraction === undefined && exponent === undefined;
		const unfinished = whole ? /[0-9.eE]/ : exponent === undefined ? /[eE]/ : undefined;
		require(value !== undefined && !unfinished?.test(next), 'an invalid number');
		return { kind: whole ? 'Int' : 'Float', value };
	}

	#string(): Token {
		this.#at++;
		let value = '';
		for (;;) {
			value += this.#take(PLAIN)[0];
			const char = this.#text[this.#at++];
			if (char === '"') return { kind: 'String', value };
			require(char === '\\', 'an unterminated string');
			value += this.#escape(this.#text[this.#at++]);
		}
	}

	#escape(char: string | undefined): string {
		if (char !== 'u') return ESCAPES[char ?? ''] ?? fail('an invalid escape');
		const unit = Number.parseInt(this.#take(HEX)[0] ?? fail('an invalid escape'), 16);
		return unit >= 0xd800 && unit <= 0xdfff ? '\ufffd' : String.fromCharCode(unit);
	}

	#blockString(): Token {
		this.#at += 3;
		let raw = '';
		for (;;) {
			raw += this.#take(PLAIN_IN_BLOCK)[0];
			const quotes = this.#take(QUOTES)[0];
			if (quotes !== undefined) {
				// Of a longer run of quotes the last three close the string.
				if (quotes.length >= 3) {
					return { kind: 'BlockString', value: blockStringValue(raw + quotes.slice(3)) };
				}
				raw += quotes;
			} else if (this.#text.startsWith('\\"""', this.#at)) {
				raw += '"""';
				this.#at += 4;
			} else {
				const char = this.#text[this.#at++];
				require(char === '\\' || char === '\r', 'an unterminated string');
				if (char === '\r' && this.#text[this.#at] === '\n') this.#at++;
				raw += char === '\r' ? '\n' : char;
			}
		}
	}
}

function fail(message: string): never {
	throw new Invalid(message);
}
