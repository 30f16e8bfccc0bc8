import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileFolder } from '../../../engine/policy/compile-folder.ts';
import type { Compiler } from '../../../engine/policy/compiler.ts';
import { putBetween } from '../marks.ts';
import { runFixture } from './fixture.ts';
import { pageOf } from './page.ts';
import { readLibrary } from './read.ts';
import { libraryBlocks } from './tables.ts';

/** Every page of the library as it should be: path relative to `root`, and text. */
export async function libraryPages(root: string, compiler: Compiler): Promise<ReadonlyMap<string, string>> {
	const library = await readLibrary(root, compiler);
	const compiled = await compileFolder(join(root, 'policies'), { env: process.env });
	const pages = new Map<string, string>();
	for (const rule of library.rules) {
		pages.set(`policies/rules/${rule.id}/README.md`, pageOf(rule, library, await runFixture(root, rule.id, compiled)));
	}
	const readme = 'policies/README.md';
	const blocks = Object.entries(libraryBlocks(library));
	pages.set(
		readme,
		blocks.reduce((text, [name, block]) => putBetween(text, name, block), readFileSync(join(root, readme), 'utf8')),
	);
	return pages;
}
