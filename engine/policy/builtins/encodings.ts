import type { Builtin } from './types.ts';

/** `hex`, `urlquery` and what is left of `base64url` (the rest is native in the module). */
export const encodings = {
	'hex.encode': (_: unknown, text: string) => Buffer.from(text, 'utf8').toString('hex'),
	'hex.decode': (_: unknown, text: string) =>
		/^(?:[0-9a-fA-F]{2})*$/.test(text) ? Buffer.from(text, 'hex').toString('utf8') : undefined,
	'base64url.encode_no_pad': (_: unknown, text: string) => Buffer.from(text, 'utf8').toString('base64url'),
	'urlquery.encode': (_: unknown, text: string) => escapeQuery(text),
	// decodeURIComponent throws on a malformed escape, which is undefined, as in Go's url.QueryUnescape.
	'urlquery.decode': (_: unknown, text: string) => decodeURIComponent(text.replaceAll('+', ' ')),
} satisfies Record<string, Builtin>;

/** Go's `url.QueryEscape`: everything but unreserved characters is escaped, a space is `+`. */
function escapeQuery(text: string): string {
	return encodeURIComponent(text)
		.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
		.replaceAll('%20', '+');
}
