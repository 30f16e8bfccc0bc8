import { escapeBytes } from './escapes.ts';
import { type GoUrl, pathOf } from './urls.ts';

/** Go's `URL.ResolveReference` (RFC 3986, §5.2), over bytes. */
export function resolveUrl(base: GoUrl, reference: GoUrl): GoUrl {
	const scheme = reference.scheme || base.scheme;
	if (reference.scheme !== '' || reference.host !== '' || reference.user !== '') {
		return { ...reference, scheme, ...pathOf(resolvePath(escapedPath(reference), '')) };
	}
	const none = { user: '', host: '', path: '', rawPath: '' };
	if (reference.opaque !== '') return { ...reference, scheme, ...none };
	const same = reference.path === '' && !reference.forceQuery && reference.query === '';
	const query = same ? base.query : reference.query;
	const fragment = same && reference.fragment === '' ? base.fragment : reference.fragment;
	const url = { ...reference, scheme, query, fragment };
	if (reference.path === '' && base.opaque !== '') return { ...url, opaque: base.opaque, ...none };
	const path = pathOf(resolvePath(escapedPath(base), escapedPath(reference)));
	return { ...url, host: base.host, user: base.user, ...path };
}

/** Go's `URL.String`. */
export function urlText(url: GoUrl): string {
	let text = url.scheme === '' ? '' : `${url.scheme}:`;
	if (url.opaque === '') {
		const authority = url.host !== '' || url.user !== '';
		const path = escapedPath(url);
		if (authority || (url.scheme !== '' && url.path !== '' && !url.omitHost)) {
			text += `//${url.user}${escapeBytes(url.host, 'host')}`;
		}
		if (path !== '' && !path.startsWith('/') && url.host !== '') text += '/';
		// Else the first segment would be taken for a scheme.
		if (text === '' && path.split('/')[0]!.includes(':')) text = './';
		text += path;
	} else {
		text += url.opaque;
	}
	if (url.forceQuery || url.query !== '') text += `?${url.query}`;
	return url.fragment === '' ? text : `${text}#${escapeBytes(url.fragment, 'fragment')}`;
}

/** As it was written, if that is a way to write it. */
function escapedPath({ path, rawPath }: GoUrl): string {
	if (rawPath !== '' && /^[A-Za-z0-9\-_.~!$&'()*+,;=:@[\]%/]*$/.test(rawPath)) return rawPath;
	return path === '*' ? path : escapeBytes(path, 'path');
}

/** `reference` in place of the last segment of `base`, without `.` and `..`. */
function resolvePath(base: string, reference: string): string {
	const full =
		reference === ''
			? base
			: reference.startsWith('/')
				? reference
				: base.slice(0, base.lastIndexOf('/') + 1) + reference;
	if (full === '') return '';
	const segments = full.replace(/^\//, '').split('/');
	const kept: string[] = [];
	for (const segment of segments) {
		if (segment === '..') kept.pop();
		else if (segment !== '.') kept.push(segment);
	}
	const last = segments.at(-1);
	return `/${kept.join('/')}${(last === '.' || last === '..') && kept.length > 0 ? '/' : ''}`;
}
