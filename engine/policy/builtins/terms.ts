/** A number of Rego as it is written: `1` and `1.0` are equal, and printed differently. */
export class NumberTerm {
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}
}

/** A value of Rego with all that JSON has no word for. */
export type Term = null | boolean | string | NumberTerm | readonly Term[] | ReadonlySet<Term> | ReadonlyMap<Term, Term>;

/** Reads what the module's `opa_value_dump` writes: JSON with sets (`{1,2}`, `set()`) and keys of any type. Throws on anything else. */
export function parseTerm(text: string): Term {
	const token = /\s*("(?:[^"\\]|\\.)*"|set\(\)|[[\]{},:]|[^\s[\]{},:"]+)/y;
	let next: string | undefined;
	let over = false;
	const advance = (): string | undefined => {
		const now = next;
		// A search that failed would begin anew at the start.
		const found = over ? null : token.exec(text);
		over = found === null;
		next = found?.[1];
		return now;
	};
	const expect = (wanted: string) => {
		if (advance() !== wanted) throw new SyntaxError(`no \`${wanted}\` where a term needs one`);
	};
	const value = (): Term => {
		const first = advance();
		if (first === '[') return list(']');
		if (first === '{') return braces();
		if (first === 'set()') return new Set();
		if (first === undefined) throw new SyntaxError('the term ends too early');
		const json: unknown = JSON.parse(first);
		return typeof json === 'number' ? new NumberTerm(first) : (json as null | boolean | string);
	};
	const list = (end: string): Term[] => {
		const items: Term[] = [];
		while (next !== end) {
			if (items.length > 0) expect(',');
			items.push(value());
		}
		advance();
		return items;
	};
	const braces = (): Term => {
		if (next === '}') {
			advance();
			return new Map();
		}
		const first = value();
		const separator = advance();
		if (separator === '}') return new Set([first]);
		if (separator === ',') return new Set([first, ...list('}')]);
		const members = new Map<Term, Term>([[first, value()]]);
		for (let after = advance(); after !== '}'; after = advance()) {
			const key = value();
			expect(':');
			members.set(key, value());
		}
		return members;
	};
	advance();
	const term = value();
	if (next !== undefined) throw new SyntaxError('something follows the term');
	return term;
}

/** As JavaScript has it: objects by string keys, whole numbers that a double cannot hold as bigint, sets as `Set`. */
export function plain(term: Term): unknown {
	if (term instanceof NumberTerm) return plainNumber(term.text);
	if (term instanceof Set) return new Set([...term].map(plain));
	if (Array.isArray(term)) return term.map(plain);
	if (term instanceof Map) {
		return Object.fromEntries(
			[...term].map(([key, value]) => [typeof key === 'string' ? key : print(key), plain(value)]),
		);
	}
	return term;
}

export function plainNumber(text: string): number | bigint {
	const value = Number(text);
	return Number.isSafeInteger(value) || !/^-?\d+$/.test(text) ? value : BigInt(text);
}

/** As OPA prints a term: members sorted, strings quoted. */
export function print(term: Term): string {
	if (term === null || typeof term === 'boolean') return String(term);
	if (term instanceof NumberTerm) return term.text;
	if (typeof term === 'string') return quote(term);
	if (Array.isArray(term)) return `[${term.map(print).join(', ')}]`;
	if (term instanceof Set) return term.size === 0 ? 'set()' : `{${[...term].sort(compare).map(print).join(', ')}}`;
	const members = [...(term as ReadonlyMap<Term, Term>)].sort(([a], [b]) => compare(a, b));
	return `{${members.map(([key, value]) => `${print(key)}: ${print(value)}`).join(', ')}}`;
}

const SHORT: Readonly<Record<string, string>> = {
	'"': '\\"',
	'\\': '\\\\',
	'\x07': '\\a',
	'\b': '\\b',
	'\f': '\\f',
	'\n': '\\n',
	'\r': '\\r',
	'\t': '\\t',
	'\v': '\\v',
};

/** Go's `strconv.Quote`; `ascii` as in `QuoteToASCII`. */
export function quote(text: string, ascii = false): string {
	return `"${[...text].map((char) => escaped(char, ascii)).join('')}"`;
}

/** Go's `unicode.IsPrint`. */
export const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

export function escaped(char: string, ascii: boolean): string {
	const short = SHORT[char];
	if (short !== undefined) return short;
	const point = char.codePointAt(0)!;
	if (PRINTABLE.test(char) && !(ascii && point > 0x7e)) return char;
	const hex = point.toString(16);
	if (point < 0x80) return `\\x${hex.padStart(2, '0')}`;
	return point < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** The order of Rego's types, then of their values. */
function compare(a: Term, b: Term): number {
	const rank = rankOf(a) - rankOf(b);
	if (rank !== 0) return rank;
	if (a instanceof NumberTerm && b instanceof NumberTerm) {
		const [x, y] = [plainNumber(a.text), plainNumber(b.text)];
		return x < y ? -1 : x > y ? 1 : 0;
	}
	if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
	if (typeof a === 'boolean') return Number(a) - Number(b);
	return compareLists(inOrder(a), inOrder(b));
}

function inOrder(term: Term): readonly Term[] {
	if (Array.isArray(term)) return term;
	if (term instanceof Set) return [...term].sort(compare);
	return term instanceof Map ? [...term].sort(([a], [b]) => compare(a, b)).flat() : [];
}

function compareLists(a: readonly Term[], b: readonly Term[]): number {
	for (let i = 0; i < Math.min(a.length, b.length); i++) {
		const order = compare(a[i]!, b[i]!);
		if (order !== 0) return order;
	}
	return a.length - b.length;
}

function rankOf(term: Term): number {
	if (term === null) return 0;
	if (typeof term === 'boolean') return 1;
	if (term instanceof NumberTerm) return 2;
	if (typeof term === 'string') return 3;
	if (Array.isArray(term)) return 4;
	return term instanceof Map ? 5 : 6;
}
