import { BuiltinError } from './types.ts';

/** The part of a URL that is escaped, since each has characters of its own that stand for themselves (RFC 3986). */
export type Part = 'path' | 'host' | 'zone' | 'user' | 'query' | 'fragment';

const HOST = `-_.~!$&'()*+,;=:[]<>"`;
/** Besides letters and digits, as Go's net/url has it. */
const PLAIN: Readonly<Record<Part, string>> = {
	path: '-_.~$&+,/:;=@',
	host: HOST,
	zone: HOST,
	user: '-_.~$&+,;=',
	query: '-_.~',
	fragment: '-_.~$&+,/:;=?@!()*',
};

/** Go's `url.escape` over bytes: everything but plain characters as %XX, and in a query a space as `+`. */
export function escapeBytes(bytes: string, part: Part): string {
	let out = '';
	for (const byte of bytes) {
		if (isPlain(byte, part)) out += byte;
		else if (byte === ' ' && part === 'query') out += '+';
		else out += `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
	}
	return out;
}

/** Go's `url.unescape` over bytes. Throws `BuiltinError` at a `%` that escapes nothing and at what a host cannot have. */
export function unescapeBytes(bytes: string, part: Part): string {
	if (/%(?![0-9a-fA-F]{2})/.test(bytes)) throw new BuiltinError('a malformed escape');
	const host = part === 'host' || part === 'zone';
	if (host && [...bytes.replaceAll('%', '')].some((byte) => byte < '\x80' && !isPlain(byte, part))) {
		throw new BuiltinError('a character that no host has');
	}
	const spaced = part === 'query' ? bytes.replaceAll('+', ' ') : bytes;
	return spaced.replace(/%(..)/g, (triple, digits: string) => {
		const byte = String.fromCharCode(Number.parseInt(digits, 16));
		// Escapes in hosts are for what is not ASCII; zones may have a space besides.
		const refused = (part === 'host' && byte < '\x80') || (part === 'zone' && byte !== ' ' && !isPlain(byte, 'host'));
		if (refused && triple !== '%25') throw new BuiltinError('an escape that no host has');
		return byte;
	});
}

function isPlain(byte: string, part: Part): boolean {
	return /^[a-zA-Z0-9]$/.test(byte) || PLAIN[part].includes(byte);
}
