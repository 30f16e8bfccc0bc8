/**
 * `node scripts/example-outputs.ts docs/PAGE.md …`: runs the examples of a page and writes what they print into its
 * `<!-- output -->` blocks.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blocksOf, runBlocks, withOutputs } from './docs/page-examples.ts';

for (const path of process.argv.slice(2)) {
	const page = readFileSync(path, 'utf8');
	const folder = mkdtempSync(join(tmpdir(), 'sluice-page-'));
	const outputs: string[] = [];
	for (const { block, status, stdout, stderr } of runBlocks(blocksOf(page), folder)) {
		if (block.kind === 'output') outputs.push(stdout);
		if (block.kind === 'run' && status !== block.exit) {
			process.stderr.write(`${path}: exit ${status}, not ${block.exit}:\n${block.text}${stdout}${stderr}`);
			process.exitCode = 1;
		}
	}
	rmSync(folder, { recursive: true });
	if (process.exitCode === undefined) writeFileSync(path, withOutputs(page, outputs));
}
