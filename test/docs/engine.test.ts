import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { engineBlocks } from '../../scripts/docs/engine-blocks.ts';
import { between } from '../../scripts/docs/marks.ts';
import { COLD, openTestCompiler } from '../engine/policy/compiler-for-tests.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

t.test('docs/engine.md has what the code has: the example with its output, built-ins, differences', async (t) => {
	const page = readFileSync(join(import.meta.dirname, '../../docs/engine.md'), 'utf8');
	const blocks = Object.entries(await engineBlocks(compiler));
	t.not(blocks.length, 0);
	for (const [name, block] of blocks) t.equal(between(page, name), block, `${name}: run \`npm run docs:engine\``);
	const marks = [...page.matchAll(/<!-- begin:(\S+) -->/g)].map(([, name]) => name);
	t.same(marks.sort(), blocks.map(([name]) => name).sort(), 'every block is written');
});
