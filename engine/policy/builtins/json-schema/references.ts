import { BuiltinError } from '../types.ts';
import { isList, isObject, type Json, type JsonObject } from './json.ts';
import { absolute, isCanonical, pointerOf, withoutFragment } from './json-references.ts';
import { metaSchema } from './meta-schemas.ts';
import type { Draft, HYBRID } from './schema.ts';

export interface SchemaDocument {
	readonly json: Json;
	/** Of its `$schema`, if that is one of the known ones. */
	readonly draft: Draft | undefined;
}

/**
 * The documents that `$ref` can name: the schema itself, its parts with an `$id`, and the meta-schemas. Nothing is
 * fetched. Throws `BuiltinError` with OPA's words.
 */
export class References {
	readonly #documents = new Map<string, SchemaDocument>();
	/** The absolute form of each `$ref`, by the object that has it. */
	readonly #absolute = new Map<JsonObject, string>();

	constructor(root: Json) {
		this.#add(root, '');
	}

	/** `$ref` of `schema` as it was written, made absolute. */
	absolute(schema: JsonObject, written: string): string {
		return this.#absolute.get(schema) ?? written;
	}

	get(reference: string): SchemaDocument {
		const known = this.#documents.get(reference);
		if (known !== undefined) return known;
		const base = withoutFragment(reference);
		if (!this.#documents.has(base)) {
			if (!isCanonical(reference)) throw new BuiltinError(`Reference ${reference} must be canonical`);
			const fetched = metaSchema(base);
			if (fetched === undefined) throw new BuiltinError(`remote reference loading disabled: ${reference}`);
			this.#add(fetched, base);
		}
		const { json, draft } = this.#documents.get(base)!;
		const found = { json: pointed(json, pointerOf(reference)), draft };
		this.#documents.set(reference, found);
		return found;
	}

	#add(json: Json, reference: string): void {
		const draft = draftOf(json);
		this.#visit(json, reference, draft);
		this.#documents.set(reference, { json, draft });
	}

	#visit(json: Json, base: string, draft: Draft | undefined): void {
		if (isList(json)) for (const item of json) this.#visit(item, base, draft);
		if (!isObject(json)) return;
		const own = this.#baseOf(json, base, draft);
		const reference = json.get('$ref');
		if (typeof reference === 'string') this.#absolute.set(json, absolute(own, reference) ?? reference);
		for (const [name, value] of json) {
			if (name === 'const' || name === 'enum') continue;
			// Names of properties are no keywords.
			if (/^(?:properties|dependencies|patternProperties)$/.test(name)) {
				if (isObject(value)) for (const child of value.values()) this.#visit(child, own, draft);
			} else {
				this.#visit(value, own, draft);
			}
		}
	}

	#baseOf(schema: JsonObject, base: string, draft: Draft | undefined): string {
		const id = schema.get(schema.has('id') ? 'id' : '$id');
		const own = typeof id === 'string' ? absolute(base, id) : undefined;
		if (own === undefined) return base;
		if (this.#documents.has(own)) throw new BuiltinError(`Reference already exists: "${own}"`);
		this.#documents.set(own, { json: schema, draft });
		return own;
	}
}

/** The draft that `$schema` names. */
export function draftOf(json: Json): Draft | undefined {
	if (typeof json === 'boolean') return undefined;
	if (!isObject(json)) throw new BuiltinError('schema is invalid');
	const url = json.get('$schema');
	if (url === undefined) return undefined;
	if (typeof url !== 'string') throw new BuiltinError('$schema must be of type string');
	const name = /^http:\/\/json-schema\.org\/draft-0([467])\/schema#?$/.exec(url)?.[1];
	return name === undefined ? undefined : (Number(name) as Exclude<Draft, typeof HYBRID>);
}

function pointed(json: Json, tokens: readonly string[]): Json {
	let node = json;
	for (const token of tokens) {
		if (isObject(node)) {
			const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
			const next = node.get(key);
			if (next === undefined) throw new BuiltinError(`Object has no key '${key}'`);
			node = next;
		} else if (isList(node)) {
			if (!/^[+-]?\d{1,9}$/.test(token)) throw new BuiltinError(`Invalid array index '${token}'`);
			const next = node[Number(token)];
			if (next === undefined) {
				throw new BuiltinError(`Out of bound array[0,${node.length}] index '${Number(token)}'`);
			}
			node = next;
		} else {
			throw new BuiltinError(`Invalid token reference '${token}'`);
		}
	}
	return node;
}
