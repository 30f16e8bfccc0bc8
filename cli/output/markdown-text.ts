import { clip, visible } from './wrap.ts';

/** Characters of one text; whatever is longer is read in the JSON form. */
const LONG = 4000;

/**
 * Text that a page shows as it is: nothing in it is a tag, an entity, a link, a table border, code or emphasis. What was
 * recorded comes from agents and servers, and they do not write to the reviewer.
 */
export function plain(text: string): string {
	return clip(text, LONG)
		.replace(/[\\`|*_~[\]]/g, (c) => `\\${c}`)
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('$', '&#36;')
		.replaceAll('://', '\\://')
		.replace(/\bwww\./gi, (www) => `${www.slice(0, -1)}\\.`);
}

/** A heading in words that its anchor is made of: one blank where there are several, since nobody says how many an anchor keeps. */
export function heading(title: string): string {
	return visible(title).replace(/ +/g, ' ');
}
