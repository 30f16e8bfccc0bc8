/** JSON in which a `bigint` is a number with all its digits: Unix time in ns does not fit a double. */
export function exactJson(value: unknown): string {
	return JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? rawNumber(part) : part));
}

/** A number token that `JSON.stringify` writes as it is (JSON.parse source text access, in V8). */
function rawNumber(value: bigint): unknown {
	return (JSON as typeof JSON & { rawJSON(text: string): unknown }).rawJSON(String(value));
}

/** Unix time in ns as RFC 3339, to the millisecond. */
export function rfc3339(ns: bigint): string {
	return new Date(Number(ns / 1_000_000n)).toISOString();
}
