import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { libraryPages } from '../../scripts/docs/library/pages.ts';
import { COLD, openTestCompiler } from '../engine/policy/compiler-for-tests.ts';

t.setTimeout(COLD);
const root = join(import.meta.dirname, '../..');
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

t.test('the pages of the policy library are what METADATA, data and fixtures say', async (t) => {
	const pages = await libraryPages(root, compiler);
	t.ok(pages.size > 15);
	for (const [path, text] of pages) {
		t.equal(readFileSync(join(root, path), 'utf8'), text, `${path}: run \`npm run docs:library\``);
	}
});
