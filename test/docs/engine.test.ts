import { execFileSync } from 'node:child_process';
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

t.test('every code of an evaluation that fails is explained in docs/engine.md', async (t) => {
	const read = (page: string) => readFileSync(join(import.meta.dirname, '../../docs', page), 'utf8');
	const codes = [...read('errors.md').matchAll(/^\| `(ERR_EVALUATION_[A-Z_]+)`/gm)].map(([, code = '']) => code);
	t.not(codes.length, 0);
	const page = read('engine.md');
	t.same(
		codes.filter((code) => !page.includes(`\`${code}\``)),
		[],
	);
});

t.test('the example in the docstring of Engine runs', async (t) => {
	const root = join(import.meta.dirname, '../..');
	const [, example = ''] = readFileSync(join(root, 'engine/engine.ts'), 'utf8').match(
		/@example\n \* ```ts\n([\s\S]*?) \* ```/,
	)!;
	const code = example.replace(/^ \* ?/gm, '');
	const args = ['--input-type=module-typescript', '--eval', code];
	const said = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
	t.equal(said.trim(), code.match(/\/\/ (.*)\n$/)?.[1]);
});
