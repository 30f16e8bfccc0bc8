import type { Value } from '../../value/value.ts';
import { BuiltinError } from '../types.ts';
import { textOfBytes } from './bytes.ts';
import { goObject } from './go-json.ts';
import { isIpv6WithZone } from './ip.ts';

/** A URL in the parts of Go's `net/url`. All text has one character a byte. */
export interface GoUrl {
	readonly scheme: string;
	readonly opaque: string;
	/** As `Userinfo.String` writes it. */
	readonly user: string | undefined;
	readonly host: string;
	readonly path: string;
	readonly rawPath: string;
	readonly fragment: string;
	readonly rawFragment: string;
	readonly rawQuery: string;
	readonly forceQuery: boolean;
	readonly omitHost: boolean;
}

const EMPTY: GoUrl = {
	scheme: '',
	opaque: '',
	user: undefined,
	host: '',
	path: '',
	rawPath: '',
	fragment: '',
	rawFragment: '',
	rawQuery: '',
	forceQuery: false,
	omitHost: false,
};

/** What does not stand unescaped in each part of a URL. */
const ESCAPED = {
	path: /[^\w\-.~$&+,/:;=@]/g,
	host: /[^\w\-.~!$&'()*+,;=:[\]<>"]/g,
	user: /[^\w\-.~$&+,;=]/g,
	fragment: /[^\w\-.~$&+,/:;=?@!()*]/g,
} as const;
type Part = keyof typeof ESCAPED;

/** Go's `url.Parse` of ASCII. */
export function parseUrl(text: string): GoUrl {
	const hash = text.indexOf('#');
	const url = parseWithoutFragment(hash < 0 ? text : text.slice(0, hash));
	const raw = hash < 0 ? '' : text.slice(hash + 1);
	const fragment = unescaped(raw);
	return { ...url, fragment, rawFragment: escapedAs(fragment, 'fragment') === raw ? '' : raw };
}

function parseWithoutFragment(text: string): GoUrl {
	if (/[\0-\x1f\x7f]/.test(text)) throw invalid();
	if (text === '*') return { ...EMPTY, path: '*' };
	if (text.startsWith(':')) throw invalid();
	const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1] ?? '';
	const afterScheme = scheme === '' ? text : text.slice(scheme.length + 1);
	const mark = afterScheme.indexOf('?');
	const rest = mark < 0 ? afterScheme : afterScheme.slice(0, mark);
	const url: GoUrl = {
		...EMPTY,
		scheme: scheme.toLowerCase(),
		rawQuery: mark < 0 ? '' : afterScheme.slice(mark + 1),
		forceQuery: mark >= 0 && mark === afterScheme.length - 1,
	};
	if (!rest.startsWith('/')) {
		if (scheme !== '') return { ...url, opaque: rest };
		if (rest.split('/', 1)[0]!.includes(':')) throw invalid();
	}
	if (rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'))) {
		const slash = rest.indexOf('/', 2);
		const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
		return { ...url, ...parseAuthority(url.scheme, authority), ...pathOf(slash < 0 ? '' : rest.slice(slash)) };
	}
	return { ...url, omitHost: scheme !== '' && rest.startsWith('/'), ...pathOf(rest) };
}

function pathOf(raw: string): Pick<GoUrl, 'path' | 'rawPath'> {
	const path = unescaped(raw);
	return { path, rawPath: escapedAs(path, 'path') === raw ? '' : raw };
}

function parseAuthority(scheme: string, authority: string): Pick<GoUrl, 'user' | 'host'> {
	const at = authority.lastIndexOf('@');
	const host = parseHost(scheme, authority.slice(at + 1));
	if (at < 0) return { user: undefined, host };
	const userinfo = authority.slice(0, at);
	if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(userinfo)) throw invalid();
	const colon = userinfo.indexOf(':');
	const parts = colon < 0 ? [userinfo] : [userinfo.slice(0, colon), userinfo.slice(colon + 1)];
	return { user: parts.map((part) => escapedAs(unescaped(part), 'user')).join(':'), host };
}

function parseHost(scheme: string, host: string): string {
	const open = host.lastIndexOf('[');
	if (open > 0) throw invalid();
	if (open === 0) return parseLiteral(host);
	const first = host.indexOf(':');
	const last = host.lastIndexOf(':');
	const port = first < 0 ? '' : host.slice(/^https?$/.test(scheme) ? first : last);
	if (!isOptionalPort(port)) throw invalid();
	return unescapeHost(host);
}

/** `[::1]:80` */
function parseLiteral(host: string): string {
	const close = host.lastIndexOf(']');
	const port = host.slice(close + 1);
	if (close < 0 || !isOptionalPort(port)) throw invalid();
	const name = host.slice(1, close);
	const zone = name.indexOf('%25');
	const address = zone < 0 ? unescapeHost(name) : unescapeHost(name.slice(0, zone)) + unescapeZone(name.slice(zone));
	if (!isIpv6WithZone(address)) throw invalid();
	return `[${address}]${port}`;
}

function isOptionalPort(port: string): boolean {
	return /^(?::[0-9]*)?$/.test(port);
}

function unescaped(text: string): string {
	if (/%(?![0-9a-fA-F]{2})/.test(text)) throw invalid();
	return text.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Only bytes outside ASCII may be escaped in a host. */
function unescapeHost(text: string): string {
	if (/%[0-7](?!5)|%[013-7]5/.test(text) || !allFree(text.replaceAll('%', ''), 'host')) throw invalid();
	return unescaped(text);
}

function unescapeZone(text: string): string {
	const zone = unescaped(text);
	if (!allFree(text.replaceAll('%', ''), 'host')) throw invalid();
	for (const [escaped, hex] of text.matchAll(/%(..)/g)) {
		const char = String.fromCharCode(Number.parseInt(hex!, 16));
		if (escaped !== '%25' && char !== ' ' && !allFree(char, 'host')) throw invalid();
	}
	return zone;
}

function allFree(text: string, part: Part): boolean {
	return text.search(ESCAPED[part]) < 0;
}

function escapedAs(text: string, part: Part): string {
	return text.replace(ESCAPED[part], percent);
}

function percent(char: string): string {
	return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function invalid(): BuiltinError {
	return new BuiltinError('not a URL');
}

/** The escaped form as it was written, if it says the same. */
function asWritten(raw: string, plain: string, part: Part): string {
	const legal = raw !== '' && allFree(raw.replace(/[!$&'()*+,;=:@[\]%]/g, ''), part);
	return legal && unescaped(raw) === plain ? raw : plain === '*' && part === 'path' ? '*' : escapedAs(plain, part);
}

/** Go's `URL.String`. */
export function urlText(url: GoUrl): string {
	let text = url.scheme === '' ? '' : `${url.scheme}:`;
	if (url.opaque !== '') text += url.opaque;
	else {
		const named = url.scheme !== '' || url.host !== '' || url.user !== undefined;
		const omitted = url.omitHost && url.host === '' && url.user === undefined;
		if (named && !omitted) {
			if (url.host !== '' || url.path !== '' || url.user !== undefined) text += '//';
			if (url.user !== undefined) text += `${url.user}@`;
			text += escapedAs(url.host, 'host');
		}
		const path = asWritten(url.rawPath, url.path, 'path');
		if (path !== '' && !path.startsWith('/') && url.host !== '') text += '/';
		if (text === '' && path.split('/', 1)[0]!.includes(':')) text += './';
		text += path;
	}
	if (url.forceQuery || url.rawQuery !== '') text += `?${url.rawQuery}`;
	return url.fragment === '' ? text : `${text}#${asWritten(url.rawFragment, url.fragment, 'fragment')}`;
}

/** Go's `url.URL` as JSON: who is in it shows as `{}`. */
export function urlJson(url: GoUrl): Value {
	const text = (bytes: string) => textOfBytes(Buffer.from(bytes, 'latin1'));
	return goObject({
		Scheme: url.scheme,
		Opaque: url.opaque,
		User: url.user === undefined ? null : goObject({}),
		Host: text(url.host),
		Path: text(url.path),
		RawPath: url.rawPath,
		Fragment: text(url.fragment),
		RawFragment: url.rawFragment,
		RawQuery: url.rawQuery,
		ForceQuery: url.forceQuery,
		OmitHost: url.omitHost,
	});
}
