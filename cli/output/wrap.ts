/**
 * `text` in lines of at most `width` columns, later lines indented by `indent`. Words longer than a line are broken:
 * the result has to be read in a terminal. Control characters become visible, so that recorded bytes cannot drive it.
 */
export function wrap(text: string, width: number, indent = ''): string {
	const lines: string[] = [];
	let line = '';
	const room = () => width - (lines.length === 0 ? 0 : indent.length);
	const push = () => {
		lines.push(lines.length === 0 ? line : indent + line);
		line = '';
	};
	for (let word of visible(text).split(' ')) {
		if (line !== '' && line.length + 1 + word.length > room()) push();
		while (word.length > room()) {
			if (line !== '') push();
			line = head(word, room());
			word = word.slice(line.length);
			push();
		}
		line = line === '' ? word : `${line} ${word}`;
	}
	if (line !== '' || lines.length === 0) push();
	return lines.join('\n');
}

/** The first `size` UTF-16 units of `text`, one less where that would cut a character in two. */
export function head(text: string, size: number): string {
	const last = text.charCodeAt(size - 1);
	const cuts = size > 1 && size < text.length && last >= 0xd800 && last <= 0xdbff;
	return text.slice(0, cuts ? size - 1 : size);
}

/** Control and bidirectional characters as escapes. */
export function visible(text: string): string {
	return text.replace(
		/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
		(c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
}

/** At most `size` characters of `text`, with an ellipsis where something is left out. */
export function clip(text: string, size: number): string {
	const shown = visible(text);
	return shown.length <= size ? shown : `${head(shown, Math.max(0, size - 1))}…`;
}
