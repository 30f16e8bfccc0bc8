/**
 * `npm run check`: everything a change must pass, the quickest first; stops at the first thing that does not hold.
 * The tests of the docs (examples, error table) are tests like the others.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

interface Step {
	readonly what: string;
	/** As somebody would type it to see only this step again. */
	readonly again: string;
	readonly program: string;
	readonly args: readonly string[];
}

const root = join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);

/** A program of an installed package, run by this very Node. */
function node(what: string, again: string, script: string, ...args: string[]): Step {
	return { what, again, program: process.execPath, args: [script, ...args] };
}

function binOf(name: string, bin: string): string {
	return join(require.resolve(`${name}/package.json`), '..', bin);
}

const steps: readonly Step[] = [
	node('format and lint', 'npm run lint', binOf('@biomejs/biome', 'bin/biome'), 'check', '.'),
	node('types', 'npm run types', binOf('typescript', 'bin/tsc'), '--noEmit'),
	node('policy check', 'npm run sluice -- check policies', 'cli/main.ts', 'check', 'policies'),
	node('policy tests', 'npm run sluice -- test policies', 'cli/main.ts', 'test', 'policies'),
	node('tap plugins', 'npx tap build', binOf('tap', 'dist/esm/run.mjs'), 'build'),
	node('tests', 'npm test', 'scripts/test.ts'),
];

for (const [index, { what, again, program, args }] of steps.entries()) {
	process.stdout.write(`\n${index + 1}/${steps.length} ${what}\n`);
	const { status, error } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
	if (status === 0) continue;
	process.stdout.write(
		`\ncheck stopped at: ${what}${error === undefined ? '' : ` (${error.message})`}. again: ${again}\n`,
	);
	process.exit(1);
}
process.stdout.write('\ncheck passed\n');
