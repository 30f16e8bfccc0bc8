/**
 * What a reader would not see, or what would drive or reorder a terminal: controls, format characters (bidirectional,
 * zero-width, tags U+E0000 on), what fonts may leave out (Unicode `Default_Ignorable_Code_Point`), line and paragraph
 * separators, private use, unassigned, and halves of surrogate pairs.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}\p{DI}]/gu;

/** Everything hidden in `text` as an escape, `\u202e` or `\u{e0041}`; spaces other than U+0020 too. */
export function revealed(text: string): string {
	return text.replace(HIDDEN, escaped).replace(/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g, escaped);
}

function escaped(char: string): string {
	const hex = char.codePointAt(0)!.toString(16);
	return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
}
