import { BuiltinError } from '../types.ts';
import { resolveUrl, urlText } from '../url-references.ts';
import { parseUrl } from '../urls.ts';
import { bytesOf, textOfBytes } from '../utf8.ts';

// References between schemas: URLs whose fragment may be a JSON pointer.

/** `reference` seen from `base`; undefined if it is no URL. */
export function absolute(base: string, reference: string): string | undefined {
	try {
		const from = { ...parseUrl(bytesOf(base)), fragment: '' };
		return textOfBytes(urlText(resolveUrl(from, parseUrl(bytesOf(reference)))));
	} catch (error) {
		if (error instanceof BuiltinError) return undefined;
		throw error;
	}
}

export function withoutFragment(reference: string): string {
	return textOfBytes(urlText({ ...parseUrl(bytesOf(reference)), fragment: '' }));
}

/** As `url` is written after it was read. Throws `BuiltinError` if it is no URL. */
export function normal(reference: string): string {
	return textOfBytes(urlText(parseUrl(bytesOf(reference))));
}

/** Something that could be fetched. */
export function isCanonical(reference: string): boolean {
	const { scheme, host, path } = parseUrl(bytesOf(reference));
	return scheme === 'file' ? path.startsWith('/') : scheme !== '' && host !== '';
}

/** Steps of the JSON pointer; none if the fragment is no pointer. */
export function pointerOf(reference: string): readonly string[] {
	const fragment = textOfBytes(parseUrl(bytesOf(reference)).fragment);
	return fragment.startsWith('/') ? fragment.slice(1).split('/') : [];
}
