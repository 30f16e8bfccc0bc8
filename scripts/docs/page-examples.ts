import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** A block of a page: a file to be written, commands to be run and how they must end, or what the commands before it print. */
export type Block = { readonly text: string } & (
	| { readonly kind: 'file'; readonly file: string }
	| { readonly kind: 'run'; readonly exit: number }
	| { readonly kind: 'output' }
);

const MARKED = /(<!-- (?:file: (\S+)|test(?: exit=(\d+))?|(output)) -->\n```\w*\n)([\s\S]*?)```/g;

/** Blocks that are marked `<!-- file: NAME -->`, `<!-- test -->`, `<!-- test exit=N -->` or `<!-- output -->`, in order. */
export function blocksOf(page: string): Block[] {
	return [...page.matchAll(MARKED)].map(([, , file, exit, output, text = '']): Block => {
		if (output !== undefined) return { kind: 'output', text };
		return file === undefined ? { kind: 'run', exit: Number(exit ?? 0), text } : { kind: 'file', file, text };
	});
}

/** The page with other text in its output blocks. */
export function withOutputs(page: string, outputs: readonly string[]): string {
	let next = 0;
	return page.replaceAll(MARKED, (whole, head: string, _file, _exit, output) =>
		output === undefined ? whole : `${head}${outputs[next++] ?? ''}\`\`\``,
	);
}

export interface Ran {
	readonly block: Block;
	/** Of commands. */
	readonly status?: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** Does what the blocks say, in an empty folder that is made; `sluice` is the one of this repository. */
export function* runBlocks(blocks: readonly Block[], folder: string): Generator<Ran> {
	mkdirSync(join(folder, 'bin'), { recursive: true });
	const sluice = join(folder, 'bin/sluice');
	writeFileSync(sluice, `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'cli/main.ts')}" "$@"\n`);
	chmodSync(sluice, 0o755);
	const { CI: _, ...rest } = process.env;
	const env = { ...rest, PATH: `${dirname(sluice)}${delimiter}${rest['PATH']}`, NO_COLOR: '1' };
	let last = { stdout: '', stderr: '' };
	for (const block of blocks) {
		if (block.kind === 'file') {
			mkdirSync(dirname(join(folder, block.file)), { recursive: true });
			writeFileSync(join(folder, block.file), block.text);
		}
		if (block.kind !== 'run') {
			yield { block, ...last };
			continue;
		}
		const { status, stdout, stderr } = spawnSync('bash', ['-euc', block.text], { cwd: folder, env, encoding: 'utf8' });
		last = { stdout, stderr };
		yield { block, status, stdout, stderr };
	}
}
