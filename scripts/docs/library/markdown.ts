/** A code span, whatever backticks are in it. */
export function code(text: string): string {
	if (!text.includes('`')) return `\`${text}\``;
	return `\`\` ${text} \`\``;
}

/** Lines of a table with a heading; cells may hold `|`. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
	return [heading, heading.map(() => '---'), ...rows].map(row).join('\n');
}

function row(cells: readonly string[]): string {
	return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

export function fence(language: string, text: string): string {
	return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}
