/**
 * Writes the page of every rule of the library, and the tables of `policies/README.md`, from METADATA, `data.yaml`, the
 * profiles and the fixtures. A test compares the pages with what this would write.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '../engine/policy/cache-dir.ts';
import { openCompiler } from '../engine/policy/locate-compiler.ts';
import { libraryPages } from './docs/library/pages.ts';

const root = join(import.meta.dirname, '..');
const compiler = openCompiler({ env: process.env, cacheDir: cacheDir(process.env) });
try {
	const pages = await libraryPages(root, compiler);
	for (const [path, text] of pages) writeFileSync(join(root, path), text);
	process.stdout.write(`wrote ${pages.size} pages of the policy library\n`);
} finally {
	await compiler.close();
}
