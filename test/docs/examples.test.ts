import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import t from 'tap';

const root = join(import.meta.dirname, '../..');

/** A block of a page: a file to be written, or commands to be run, how they must end, and what they must print. */
type Block =
	| { readonly file: string; readonly text: string }
	| { readonly exit: number; readonly text: string; readonly output?: string };

/**
 * Blocks that are marked `<!-- file: NAME -->`, `<!-- test -->` or `<!-- test exit=N -->`, in the order of the page.
 * `<!-- output -->` right after a test is all that it prints on stdout.
 */
function blocksOf(page: string): Block[] {
	const marked =
		/<!-- (?:file: (\S+)|test(?: exit=(\d+))?) -->\n```\w*\n([\s\S]*?)```(?:\n\n<!-- output -->\n```\w*\n([\s\S]*?)```)?/g;
	return [...page.matchAll(marked)].map(([, file, exit, text = '', output]) =>
		file === undefined
			? { exit: Number(exit ?? 0), text, ...(output === undefined ? {} : { output }) }
			: { file, text },
	);
}

const pages = [
	'README.md',
	...readdirSync(join(root, 'docs'))
		.filter((name) => name.endsWith('.md'))
		.map((name) => `docs/${name}`),
];

for (const page of pages) {
	const blocks = blocksOf(readFileSync(join(root, page), 'utf8'));
	if (!blocks.some((block) => 'exit' in block)) continue;
	t.test(`the examples of ${page} do what they say`, async (t) => {
		const folder = t.testdir({ bin: {} });
		const sluice = join(folder, 'bin/sluice');
		writeFileSync(sluice, `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'cli/main.ts')}" "$@"\n`);
		chmodSync(sluice, 0o755);
		const env = { ...process.env, PATH: `${dirname(sluice)}${delimiter}${process.env.PATH}`, NO_COLOR: '1' };
		for (const block of blocks) {
			if ('file' in block) {
				mkdirSync(dirname(join(folder, block.file)), { recursive: true });
				writeFileSync(join(folder, block.file), block.text);
				continue;
			}
			const { status, stdout, stderr } = spawnSync('bash', ['-euc', block.text], {
				cwd: folder,
				env,
				encoding: 'utf8',
			});
			t.equal(status, block.exit, block.text.trim(), { stdout, stderr });
			if (block.output !== undefined) t.equal(stdout, block.output, `output of ${block.text.trim()}`);
		}
	});
}

t.test('some page has examples', async (t) => {
	t.ok(pages.some((page) => blocksOf(readFileSync(join(root, page), 'utf8')).some((block) => 'exit' in block)));
});
