/** JSON in which a `bigint` is a number with all its digits: Unix time in ns does not fit a double, nor does what a rule may hold. */
export function exactJson(value: unknown): string {
	return JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? rawNumber(part) : part));
}

/** A number token that `JSON.stringify` writes as it is (the JSON.parse source text access proposal; V8 has it). */
function rawNumber(value: bigint): unknown {
	return (JSON as typeof JSON & { rawJSON(text: string): unknown }).rawJSON(String(value));
}
