import { escapeBytes, unescapeBytes } from './escapes.ts';
import { parseAddress } from './ip-addresses.ts';
import { BuiltinError } from './types.ts';

/** A URL as Go's `url.Parse` takes it apart. All texts are bytes (`utf8.ts`); parts that are not there are empty. */
export interface GoUrl {
	readonly scheme: string;
	/** What follows a scheme and does not begin with a slash. */
	readonly opaque: string;
	/** With its `@`, escaped. */
	readonly user: string;
	/** With its port. */
	readonly host: string;
	readonly path: string;
	/** As it was written, if its escapes are not the usual ones. */
	readonly rawPath: string;
	/** Without the `?`, as it was written. */
	readonly query: string;
	/** There was a `?` with nothing after it. */
	readonly forceQuery: boolean;
	readonly fragment: string;
	/** An absolute path right after the scheme. */
	readonly omitHost: boolean;
}

const EMPTY: GoUrl = {
	scheme: '',
	opaque: '',
	user: '',
	host: '',
	path: '',
	rawPath: '',
	query: '',
	forceQuery: false,
	fragment: '',
	omitHost: false,
};

/** Throws `BuiltinError` where Go has an error. */
export function parseUrl(bytes: string): GoUrl {
	const [before, fragment] = cut(bytes, '#');
	return { ...parseWithoutFragment(before), fragment: unescapeBytes(fragment, 'fragment') };
}

function parseWithoutFragment(bytes: string): GoUrl {
	if (/[\x00-\x1f\x7f]/.test(bytes)) throw new BuiltinError('a control character in a URL');
	if (bytes === '*') return { ...EMPTY, path: '*' };
	if (bytes.startsWith(':')) throw new BuiltinError('a URL whose scheme is missing');
	const [, written, afterScheme] = /^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$/.exec(bytes) ?? [undefined, '', bytes];
	const scheme = written!.toLowerCase();
	const [rest, query] = cut(afterScheme!, '?');
	const forceQuery = query === '' && afterScheme!.endsWith('?');
	const url = { ...EMPTY, scheme, query, forceQuery };
	if (!rest.startsWith('/')) {
		if (scheme !== '') return { ...url, opaque: rest };
		if (cut(rest, '/')[0].includes(':')) throw new BuiltinError('a colon in the first segment of a path');
	}
	if (rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'))) {
		const [, authority, path] = /^\/\/([^/]*)(.*)$/.exec(rest)!;
		return { ...url, ...authorityOf(authority!, scheme), ...pathOf(path!) };
	}
	return { ...url, ...pathOf(rest), omitHost: scheme !== '' && rest.startsWith('/') };
}

/** A path as it is written, and what it means. */
export function pathOf(written: string): Pick<GoUrl, 'path' | 'rawPath'> {
	const path = unescapeBytes(written, 'path');
	return { path, rawPath: escapeBytes(path, 'path') === written ? '' : written };
}

function authorityOf(authority: string, scheme: string): Pick<GoUrl, 'user' | 'host'> {
	const at = authority.lastIndexOf('@');
	const host = hostOf(authority.slice(at + 1), scheme);
	if (at < 0) return { user: '', host };
	const written = authority.slice(0, at);
	if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(written)) throw new BuiltinError('not a user');
	const colon = written.indexOf(':');
	const parts = colon < 0 ? [written] : [written.slice(0, colon), written.slice(colon + 1)];
	return { user: `${parts.map((part) => escapeBytes(unescapeBytes(part, 'user'), 'user')).join(':')}@`, host };
}

function hostOf(host: string, scheme: string): string {
	const bracket = host.lastIndexOf('[');
	if (bracket > 0) throw new BuiltinError('not an IP literal');
	if (bracket === 0) return literalOf(host);
	// Other schemes have several hosts with ports, by custom.
	const strict = scheme === 'http' || scheme === 'https';
	const colon = strict ? host.indexOf(':') : host.lastIndexOf(':');
	if (colon >= 0 && !isPort(host.slice(colon))) throw new BuiltinError('not a port');
	return unescapeBytes(host, 'host');
}

/** `[v6%25zone]:port` */
function literalOf(host: string): string {
	const close = host.lastIndexOf(']');
	const port = host.slice(close + 1);
	if (close < 0 || !isPort(port)) throw new BuiltinError('not an IP literal');
	const inside = host.slice(1, close);
	const zoneAt = inside.indexOf('%25');
	const address =
		zoneAt < 0
			? unescapeBytes(inside, 'host')
			: unescapeBytes(inside.slice(0, zoneAt), 'host') + unescapeBytes(inside.slice(zoneAt), 'zone');
	const percent = address.indexOf('%');
	const plain = percent < 0 ? address : address.slice(0, percent);
	if (percent === address.length - 1 || parseAddress(plain)?.bits !== 128)
		throw new BuiltinError('not an IPv6 address');
	return `[${address}]${port}`;
}

/** Nothing, or a colon and maybe digits. */
export function isPort(text: string): boolean {
	return text === '' || /^:\d*$/.test(text);
}

/** What is before and after the first `separator`. */
function cut(text: string, separator: string): readonly [string, string] {
	const at = text.indexOf(separator);
	return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
