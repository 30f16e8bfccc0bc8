/**
 * How a value of the body stands in a header (MCP 2026-07-28, Streamable HTTP, "Value Encoding"): as it is, or between
 * `=?base64?` and `?=`.
 */
const WRAPPED = /^=\?base64\?(.*)\?=$/s;

/** Visible ASCII with spaces and tabs inside. */
const PLAIN = /^(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?$/;

export function encodeHeaderValue(value: string): string {
	if (PLAIN.test(value) && !WRAPPED.test(value)) return value;
	return `=?base64?${Buffer.from(value, 'utf8').toString('base64')}?=`;
}

/** undefined: it is no proper spelling of anything. */
export function decodeHeaderValue(header: string): string | undefined {
	const wrapped = WRAPPED.exec(header)?.[1];
	if (wrapped === undefined) return /^[\x20-\x7e\t]*$/.test(header) ? header : undefined;
	if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(wrapped)) return undefined;
	const bytes = Buffer.from(wrapped, 'base64');
	try {
		return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		return undefined;
	}
}
