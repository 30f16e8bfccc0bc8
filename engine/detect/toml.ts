import { SluiceError } from '../error.ts';

/** What a detector file can hold. */
export type TomlValue = string | number | boolean | readonly TomlValue[];

/** One `[[name]]` block, with the line it starts on (1-based). */
export interface TomlBlock {
	readonly name: string;
	readonly line: number;
	readonly values: ReadonlyMap<string, TomlValue>;
}

/**
 * Reads the part of TOML 1.0 that detector files are written in: blocks `[[name]]`, keys with strings (all four
 * kinds), whole numbers, booleans and arrays, and comments. Anything else is `ERR_DETECTORS_TOML` with its line,
 * never skipped.
 */
export function readToml(text: string): readonly TomlBlock[] {
	const reader = new TomlReader(text);
	const blocks: { name: string; line: number; values: Map<string, TomlValue> }[] = [];
	while (reader.more()) {
		const line = reader.line();
		const header = reader.take(/\[\[[ \t]*([A-Za-z0-9_-]+)[ \t]*\]\]/y);
		if (header) blocks.push({ name: header[1] as string, line, values: new Map() });
		else {
			const key = reader.take(/([A-Za-z0-9_-]+)[ \t]*=[ \t]*/y)?.[1];
			const block = blocks.at(-1);
			if (key === undefined) throw reader.bad('a `[[rules]]` block or `key = value` was expected');
			if (block === undefined) throw reader.bad(`\`${key}\` stands outside a \`[[rules]]\` block`);
			if (block.values.has(key)) throw reader.bad(`\`${key}\` is there twice`);
			block.values.set(key, reader.value());
		}
		if (reader.take(/[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/y) === null) throw reader.bad('the line should end here');
	}
	return blocks;
}

class TomlReader {
	private readonly text: string;
	private at = 0;

	constructor(text: string) {
		this.text = text;
	}

	/** Skips blank lines and comments; whether anything is left. */
	more(): boolean {
		this.take(/(?:\s|#[^\n]*)*/y);
		return this.at < this.text.length;
	}

	line(): number {
		return this.text.slice(0, this.at).split('\n').length;
	}

	take(pattern: RegExp): RegExpExecArray | null {
		pattern.lastIndex = this.at;
		const match = pattern.exec(this.text);
		if (match) this.at = pattern.lastIndex;
		return match;
	}

	value(): TomlValue {
		const literal = this.take(/'''\r?\n?([\s\S]*?)'''(?!')/y) ?? this.take(/'([^'\n]*)'/y);
		if (literal) return literal[1] as string;
		const basic = this.take(/"""\r?\n?((?:[^"\\]|\\[\s\S]|"(?!""))*)"""/y) ?? this.take(/"((?:[^"\\\n]|\\.)*)"/y);
		if (basic) return this.unescape(basic[1] as string);
		const number = this.take(/[+-]?[0-9][0-9_]*(?:\.[0-9]+)?/y);
		if (number) return Number(number[0].replaceAll('_', ''));
		const boolean = this.take(/true\b|false\b/y);
		if (boolean) return boolean[0] === 'true';
		if (this.take(/\[/y)) return this.array();
		throw this.bad('a string, number, boolean or array was expected');
	}

	bad(what: string): SluiceError {
		return new SluiceError('ERR_DETECTORS_TOML', `custom detectors, line ${this.line()}: ${what}`, {
			help: "write one `[[rules]]` block a detector, with `type`, `regex` (in '''…''') and `keywords`",
		});
	}

	private array(): TomlValue[] {
		const items: TomlValue[] = [];
		for (;;) {
			this.more();
			if (this.take(/\]/y)) return items;
			items.push(this.value());
			this.more();
			if (!this.take(/,/y) && this.text[this.at] !== ']') throw this.bad('a `,` or `]` was expected');
		}
	}

	private unescape(body: string): string {
		return body.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(\r?\n\s*)|([\s\S]))/g, (_, u4, u8, fold, short) => {
			const code = u4 ?? u8;
			if (code !== undefined) {
				const point = Number.parseInt(code, 16);
				if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) throw this.bad('an escape is no character');
				return String.fromCodePoint(point);
			}
			if (fold !== undefined) return '';
			const character = SHORT[short as string];
			if (character === undefined) throw this.bad(`\`\\${short}\` is no escape; write regular expressions in '''…'''`);
			return character;
		});
	}
}

const SHORT: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', '"': '"', '\\': '\\' };
