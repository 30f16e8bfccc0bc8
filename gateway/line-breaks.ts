import type { Splice } from '../engine/mask/splice.ts';

/**
 * Adds to `splices` one for each line break that the next hop's framing cannot carry: in strict JSON those stand
 * between tokens only, so a space says the same (contract §6). Breaks inside a masked span go with the span.
 */
export function withLineBreaks(
	splices: readonly Splice[],
	bytes: Buffer,
	breaks: '' | '\r' | '\r\n',
): readonly Splice[] {
	if (breaks === '') return splices;
	const found: Splice[] = [];
	const carriageOnly = breaks === '\r';
	if (bytes.indexOf(0x0d) === -1 && (carriageOnly || bytes.indexOf(0x0a) === -1)) return splices;
	for (let i = 0; i < bytes.length; i++) {
		const byte = bytes[i];
		if (byte !== 0x0d && (carriageOnly || byte !== 0x0a)) continue;
		if (splices.some((s) => s.start <= i && i < s.end)) continue;
		found.push({ start: i, end: i + 1, replacement: ' ', pointer: '', what: 'line-break' });
	}
	return [...splices, ...found].sort((a, b) => a.start - b.start);
}
