/**
 * A JSON text as a tree of nodes that know where they stand in the bytes (RFC 8259).
 *
 * Offsets are byte offsets into the received frame, `end` exclusive. Values are never taken from here to be
 * written out again: what leaves the gateway is the received bytes, spliced.
 */
export type JsonNode = JsonObject | JsonArray | JsonString | JsonNumber | JsonLiteral;

export interface JsonObject {
	readonly type: 'object';
	readonly start: number;
	readonly end: number;
	/** In the order of the text. Keys are unique: a text with a duplicate key does not scan. */
	readonly members: readonly JsonMember[];
}

export interface JsonMember {
	/** The key, unescaped. */
	readonly key: string;
	/** Offsets of the key token, quotes included. */
	readonly keyStart: number;
	readonly keyEnd: number;
	readonly value: JsonNode;
}

export interface JsonArray {
	readonly type: 'array';
	readonly start: number;
	readonly end: number;
	readonly items: readonly JsonNode[];
}

export interface JsonString {
	readonly type: 'string';
	/** Offsets of the token, quotes included. */
	readonly start: number;
	readonly end: number;
	/** Unescaped. A lone surrogate escape is kept as it was (a lone UTF-16 unit). */
	readonly value: string;
}

export interface JsonNumber {
	readonly type: 'number';
	readonly start: number;
	readonly end: number;
	/** The token as written: numbers are never rounded here. */
	readonly raw: string;
}

export interface JsonLiteral {
	readonly type: 'literal';
	readonly start: number;
	readonly end: number;
	readonly value: true | false | null;
}

/** The member `key` of `node`, if it is an object that has one. */
export function member(node: JsonNode | undefined, key: string): JsonNode | undefined {
	if (node?.type !== 'object') return undefined;
	return node.members.find((m) => m.key === key)?.value;
}

/** The string value of `node`, if it is a string. */
export function text(node: JsonNode | undefined): string | undefined {
	return node?.type === 'string' ? node.value : undefined;
}
