import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { blocksOf, runBlocks } from '../../scripts/docs/page-examples.ts';

const root = join(import.meta.dirname, '../..');

const pages = [
	'README.md',
	...readdirSync(join(root, 'docs'))
		.filter((name) => name.endsWith('.md'))
		.map((name) => `docs/${name}`),
];

for (const page of pages) {
	const blocks = blocksOf(readFileSync(join(root, page), 'utf8'));
	if (!blocks.some(({ kind }) => kind === 'run')) continue;
	t.test(`the examples of ${page} do what they say`, async (t) => {
		for (const { block, status, stdout, stderr } of runBlocks(blocks, t.testdir({}))) {
			if (block.kind === 'run') t.equal(status, block.exit, block.text.trim(), { stdout, stderr });
			// `node scripts/example-outputs.ts PAGE` writes it anew
			if (block.kind === 'output') t.equal(stdout, block.text, 'it prints what stands there', { stderr });
		}
	});
}

t.test('some page has examples', async (t) => {
	t.ok(pages.some((page) => blocksOf(readFileSync(join(root, page), 'utf8')).some(({ kind }) => kind === 'run')));
});
