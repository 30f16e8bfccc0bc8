import type { Value } from '../value/value.ts';
import { textOf } from './operands.ts';
import type { Builtin } from './types.ts';

/** `hex`, `urlquery` and what is left of `base64url` (the rest is native in the module). */
export const encodings = {
	'hex.encode': (_: unknown, text: Value) => Buffer.from(textOf(text), 'utf8').toString('hex'),
	'hex.decode': (_: unknown, text: Value) =>
		/^(?:[0-9a-fA-F]{2})*$/.test(textOf(text)) ? Buffer.from(textOf(text), 'hex').toString('utf8') : undefined,
	'base64url.encode_no_pad': (_: unknown, text: Value) => Buffer.from(textOf(text), 'utf8').toString('base64url'),
	'urlquery.encode': (_: unknown, text: Value) => escapeQuery(textOf(text)),
	'urlquery.decode': (_: unknown, text: Value) => unescapeQuery(textOf(text)),
} satisfies Record<string, Builtin>;

/** Go's `url.QueryEscape`: everything but unreserved characters is escaped, a space is `+`. */
function escapeQuery(text: string): string {
	return encodeURIComponent(text)
		.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
		.replaceAll('%20', '+');
}

/** Go's `url.QueryUnescape`: a malformed escape is an error; bytes that are no UTF-8 become U+FFFD. */
function unescapeQuery(text: string): string | undefined {
	if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
	const bytes = Buffer.from(text.replaceAll('+', ' '), 'utf8').toString('latin1');
	const decoded = bytes.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
		String.fromCharCode(Number.parseInt(hex, 16)),
	);
	return Buffer.from(decoded, 'latin1').toString('utf8');
}
