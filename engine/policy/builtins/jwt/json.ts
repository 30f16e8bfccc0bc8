import { readNumber } from '../../value/decimal.ts';
import { RegoObject, type Value } from '../../value/value.ts';
import { attempt, BuiltinError } from '../types.ts';

/** JSON with every member of an object, so that a name that stands twice is seen twice. */
export type Json = null | boolean | string | JsonNumber | readonly Json[] | JsonObject;

export class JsonNumber {
	readonly token: string;

	constructor(token: string) {
		this.token = token;
	}
}

export class JsonObject {
	readonly members: readonly (readonly [name: string, value: Json])[];

	constructor(members: readonly (readonly [string, Json])[]) {
		this.members = members;
	}
}

/** More than any token or key has. */
const DEEPEST = 500;

/** Exactly one JSON text. Throws `BuiltinError` at anything else. */
export function parseJson(text: string): Json {
	const { json, rest } = firstJson(text);
	if (rest !== '') throw new BuiltinError('something follows the JSON');
	return json;
}

/** The JSON that a text begins with, and what follows it and white space. */
export function firstJson(text: string): { readonly json: Json; readonly rest: string } {
	return new Reader(text).first();
}

const TOKEN = /[ \t\n\r]*([[\]{},:]|"[^"\\]*(?:\\[\s\S][^"\\]*)*"|[^[\]{},:"\s]+)[ \t\n\r]*/y;

class Reader {
	readonly #text: string;
	#at = 0;

	constructor(text: string) {
		this.#text = text;
	}

	first(): { readonly json: Json; readonly rest: string } {
		const json = this.#value(this.#token(), 0);
		return { json, rest: this.#text.slice(this.#at) };
	}

	#value(token: string, depth: number): Json {
		if (depth > DEEPEST) throw new BuiltinError('JSON that is too deep');
		if (token === '[') return this.#array(depth + 1);
		if (token === '{') return this.#object(depth + 1);
		if (token.startsWith('"')) return stringOf(token);
		if (token === 'null') return null;
		if (token === 'true' || token === 'false') return token === 'true';
		attempt(() => readNumber(token));
		return new JsonNumber(token);
	}

	#array(depth: number): Json {
		const items: Json[] = [];
		let token = this.#token();
		if (token === ']') return items;
		for (;;) {
			items.push(this.#value(token, depth));
			if (this.#next(']')) return items;
			token = this.#token();
		}
	}

	#object(depth: number): Json {
		const members: [string, Json][] = [];
		let token = this.#token();
		if (token === '}') return new JsonObject(members);
		for (;;) {
			if (!token.startsWith('"') || this.#token() !== ':') throw new BuiltinError('no name in an object');
			members.push([stringOf(token), this.#value(this.#token(), depth)]);
			if (this.#next('}')) return new JsonObject(members);
			token = this.#token();
		}
	}

	/** Whether the list ends here; otherwise a comma must. */
	#next(end: string): boolean {
		const token = this.#token();
		if (token !== end && token !== ',') throw new BuiltinError('no comma where JSON needs one');
		return token === end;
	}

	#token(): string {
		TOKEN.lastIndex = this.#at;
		const found = TOKEN.exec(this.#text);
		if (found === null) throw new BuiltinError('no JSON');
		this.#at = TOKEN.lastIndex;
		return found[1]!;
	}
}

function stringOf(token: string): string {
	return attempt(() => JSON.parse(token) as string).toWellFormed();
}

/** As a value of Rego: of members with one name the last one counts. */
export function toValue(json: Json): Value {
	if (json instanceof JsonNumber) return readNumber(json.token);
	if (json instanceof JsonObject) return new RegoObject(json.members.map(([name, value]) => [name, toValue(value)]));
	if (json === null || typeof json !== 'object') return json;
	return json.map(toValue);
}
