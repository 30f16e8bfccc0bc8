/**
 * The value of a block string, without the indentation that its lines share and without blank lines around it. As
 * gqlparser has it, the first line counts for the indentation but keeps its own (GraphQL, §2.9.4, leaves it out).
 */
export function blockStringValue(raw: string): string {
	const lines = raw.split('\n');
	const indents = lines.map(indentation);
	const common = indents.reduce((least, indent) => Math.min(least, indent), Number.POSITIVE_INFINITY);
	if (common !== Number.POSITIVE_INFINITY) {
		for (let i = 1; i < lines.length; i++) lines[i] = lines[i]!.slice(common);
	}
	const start = indents.findIndex((indent) => indent !== Number.POSITIVE_INFINITY);
	const end = indents.findLastIndex((indent) => indent !== Number.POSITIVE_INFINITY);
	return start === -1 ? '' : lines.slice(start, end + 1).join('\n');
}

/** Tabs and spaces that a line begins with; a blank line has none that count. */
function indentation(line: string): number {
	const at = line.search(/[^ \t]/);
	return at === -1 ? Number.POSITIVE_INFINITY : at;
}
