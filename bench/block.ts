import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Puts `markdown` between the marks `begin:NAME` and `end:NAME` of `docs/benchmarks.md`. */
export function writeBlock(name: string, markdown: string): void {
	const path = join(import.meta.dirname, '..', 'docs', 'benchmarks.md');
	writeFileSync(path, replaceBlock(readFileSync(path, 'utf8'), name, markdown));
}

/** `text` with `markdown` between the marks. Throws when they are not there. */
export function replaceBlock(text: string, name: string, markdown: string): string {
	const [opening, closing] = [`<!-- begin:${name} -->`, `<!-- end:${name} -->`];
	const begin = text.indexOf(opening);
	const end = text.indexOf(closing);
	if (begin < 0 || end < begin) throw new Error(`docs/benchmarks.md lacks the marks ${opening} and ${closing}`);
	return `${text.slice(0, begin + opening.length)}\n${markdown}\n${text.slice(end)}`;
}

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
