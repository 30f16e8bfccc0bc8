import { BuiltinError } from '../types.ts';
import { context, type Der, TAG } from './der.ts';
import { readAscii } from './der-strings.ts';
import { isDomainName } from './domain-names.ts';
import { type GoUrl, parseUrl } from './go-url.ts';

/** The names of RFC 5280 §4.2.1.6 that Go reads. */
export interface AlternativeNames {
	readonly dnsNames: readonly string[];
	readonly emailAddresses: readonly string[];
	readonly ipAddresses: readonly Buffer[];
	readonly urls: readonly GoUrl[];
}

export const NO_NAMES: AlternativeNames = { dnsNames: [], emailAddresses: [], ipAddresses: [], urls: [] };

/** With `handled` false if there is none of those names. */
export function readAlternativeNames(der: Der): AlternativeNames & { readonly handled: boolean } {
	const dnsNames: string[] = [];
	const emailAddresses: string[] = [];
	const ipAddresses: Buffer[] = [];
	const urls: GoUrl[] = [];
	const list = der.inside(TAG.sequence);
	while (!list.empty) {
		const { tag, content } = list.any();
		if (tag === context(1)) emailAddresses.push(readAscii(content));
		if (tag === context(2)) dnsNames.push(readAscii(content));
		if (tag === context(6)) urls.push(readUrl(readAscii(content)));
		if (tag === context(7)) ipAddresses.push(readAddress(content));
	}
	const handled = dnsNames.length + emailAddresses.length + ipAddresses.length + urls.length > 0;
	return { dnsNames, emailAddresses, ipAddresses, urls, handled };
}

function readUrl(text: string): GoUrl {
	const url = parseUrl(text);
	if (url.host !== '' && !isDomainName(url.host)) throw new BuiltinError('no host of a URL');
	return url;
}

function readAddress(content: Buffer): Buffer {
	if (content.length !== 4 && content.length !== 16) throw new BuiltinError('no IP address');
	return content;
}
