import type { CommentGroup } from './ast.ts';
import type { Effort } from './effort.ts';
import { Invalid, require } from './invalid.ts';
import { Lexer, type Token, type TokenKind } from './lexer.ts';

/** Steps that a token costs, with the node that it becomes part of. */
const COST = 2;

/** What a parser sees of a text: one token ahead, comments aside. */
export class TokenReader {
	readonly effort: Effort;
	readonly #lexer: Lexer;
	#ahead: Token | undefined;
	#comment: CommentGroup | undefined;

	constructor(text: string, effort: Effort) {
		this.effort = effort;
		this.#lexer = new Lexer(effort.read(text));
	}

	peek(): Token {
		if (this.#ahead === undefined) {
			const comments: { readonly Value: string }[] = [];
			let token = this.#read();
			for (; token.kind === 'Comment'; token = this.#read()) comments.push({ Value: token.value });
			this.#ahead = token;
			this.#comment = comments.length === 0 ? undefined : { List: comments };
		}
		return this.#ahead;
	}

	#read(): Token {
		this.effort.spend(COST);
		return this.#lexer.next();
	}

	/** The comments directly before the token that comes next. */
	comment(): CommentGroup | undefined {
		this.peek();
		return this.#comment;
	}

	next(): Token {
		const token = this.peek();
		this.#ahead = undefined;
		return token;
	}

	/** Whether it came; then it is behind us. */
	skip(kind: TokenKind): boolean {
		if (this.peek().kind !== kind) return false;
		this.next();
		return true;
	}

	expect(kind: TokenKind): Token {
		require(this.peek().kind === kind, `expected ${kind}`);
		return this.next();
	}

	name(): string {
		return this.expect('Name').value;
	}

	isKeyword(word: string): boolean {
		const { kind, value } = this.peek();
		return kind === 'Name' && value === word;
	}

	/** The comments before the word. */
	keyword(word: string): CommentGroup | undefined {
		const comment = this.comment();
		require(this.isKeyword(word), `expected ${word}`);
		this.next();
		return comment;
	}

	unexpected(): never {
		throw new Invalid(`unexpected ${this.peek().kind}`);
	}

	/** Items between brackets, if there are any brackets; and the comments before the closing one. */
	group<T>(open: TokenKind, close: TokenKind, item: () => T): { items: T[]; comment?: CommentGroup | undefined } {
		const items: T[] = [];
		if (!this.skip(open)) return { items };
		while (this.peek().kind !== close) items.push(this.effort.deeper(item));
		const comment = this.comment();
		this.next();
		return { items, comment };
	}

	/** Items between brackets, if there are any brackets: at least one. */
	some<T>(open: TokenKind, close: TokenKind, item: () => T): { items: T[]; comment?: CommentGroup | undefined } {
		const opens = this.peek().kind === open;
		const group = this.group(open, close, item);
		require(!opens || group.items.length > 0, 'expected at least one definition');
		return group;
	}

	/** One or more names with `separator` between them, and before the first of them too. */
	names(separator: TokenKind): string[] {
		this.skip(separator);
		const names = [this.name()];
		while (this.skip(separator)) names.push(this.name());
		return names;
	}
}
