const COMMENT = /#[ \t]*sluice:uncovered\b[ \t]*(.*)$/;

/**
 * Rows (from 1) that a comment `# sluice:uncovered REASON` excludes, with the reason: the row that it ends, or the next one
 * that is no comment. An empty reason is none: then `reason` is undefined, and nothing is excluded.
 */
export function ignoredRows(text: string): ReadonlyMap<number, { readonly reason?: string }> {
	const rows = new Map<number, { reason?: string }>();
	const lines = text.split('\n');
	for (const [i, line] of lines.entries()) {
		const found = COMMENT.exec(line);
		if (found === null) continue;
		let row = i;
		if (isComment(line)) while (row < lines.length - 1 && isComment(lines[row]!)) row++;
		const reason = found[1]!.trim();
		rows.set(row + 1, reason === '' ? {} : { reason });
	}
	return rows;
}

function isComment(line: string): boolean {
	return line.trimStart().startsWith('#');
}
