/**
 * JSON that gives back what was put in, for the values that JSON itself cannot say: `bigint` (times in ns) and
 * bytes. They are written as `{"$": "int" | "bytes", "v": …}`; an object that has a member `$` of its own is
 * wrapped as `{"$": "object", "v": …}`, so nothing a caller stores can be mistaken for a tag.
 *
 * As in JSON, members that are `undefined` are left out.
 */
export function encodeExact(value: unknown): string {
	return JSON.stringify(tag(value));
}

/** The value that {@link encodeExact} was given. Throws a `SyntaxError` on anything else. */
export function decodeExact(text: string): unknown {
	return untag(JSON.parse(text));
}

function tag(value: unknown): unknown {
	if (typeof value === 'bigint') return { $: 'int', v: value.toString() };
	if (typeof value !== 'object' || value === null) return value;
	if (value instanceof Uint8Array) return { $: 'bytes', v: Buffer.from(value).toString('base64') };
	if (Array.isArray(value)) return value.map(tag);
	// Object.fromEntries defines members, so one named `__proto__` stays a member.
	const tagged = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, tag(member)]));
	return Object.hasOwn(value, '$') ? { $: 'object', v: tagged } : tagged;
}

function untag(value: unknown): unknown {
	if (typeof value !== 'object' || value === null) return value;
	if (Array.isArray(value)) return value.map(untag);
	if (!Object.hasOwn(value, '$')) return members(value);
	const { $: kind, v } = value as { $: unknown; v: unknown };
	if (kind === 'int' && typeof v === 'string') return BigInt(v);
	if (kind === 'bytes' && typeof v === 'string') return Buffer.from(v, 'base64');
	if (kind === 'object' && typeof v === 'object' && v !== null) return members(v);
	throw new SyntaxError('unknown tag in stored JSON');
}

function members(value: object): unknown {
	return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, untag(member)]));
}
