/**
 * Writes the marked blocks of `docs/engine.md`: the example and what it prints, the built-in functions, and how the
 * engine is known to differ from OPA's interpreter. A test compares the page with what this would write.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '../engine/policy/cache-dir.ts';
import { openCompiler } from '../engine/policy/locate-compiler.ts';
import { engineBlocks } from './docs/engine-blocks.ts';
import { putBetween } from './docs/marks.ts';

const page = join(import.meta.dirname, '../docs/engine.md');
const compiler = openCompiler({ env: process.env, cacheDir: cacheDir(process.env) });
try {
	const blocks = Object.entries(await engineBlocks(compiler));
	const text = blocks.reduce((all, [name, block]) => putBetween(all, name, block), readFileSync(page, 'utf8'));
	writeFileSync(page, text);
	process.stdout.write(`wrote ${blocks.length} blocks to docs/engine.md\n`);
} finally {
	await compiler.close();
}
