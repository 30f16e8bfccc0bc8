/**
 * `npm test`: runs tap on all tests, or on what is named after `--`, and closes with one line that people and
 * machines can read, like `312 passed, 0 failed`. The numbers are tap's own. Exit code 0 only when every test passed
 * and there was at least one.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cacheDir } from '../engine/policy/cache-dir.ts';
import { locateCompiler } from '../engine/policy/locate-compiler.ts';
import { TapReport } from './tap-report.ts';

const root = join(import.meta.dirname, '..');
const manifest = createRequire(import.meta.url).resolve('tap/package.json');
const tap = join(manifest, '..', 'dist', 'esm', 'run.mjs');
const named = process.argv.slice(2);

// Once, before test files that run side by side would each build it. What goes wrong here is told by the tests that need it.
await locateCompiler({
	env: process.env,
	cacheDir: cacheDir(process.env),
	progress: (line) => process.stderr.write(`${line}\n`),
}).catch((error: Error) => process.stderr.write(`${error.message}\n`));

const child = spawn(process.execPath, [tap, '--disable-coverage', '--reporter=tap', '-j2', ...named], {
	cwd: root,
	stdio: ['ignore', 'pipe', 'inherit'],
	env: { ...process.env, NO_COLOR: '1' },
});
const report = new TapReport((text) => process.stdout.write(`${text}\n`));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));

const ended = new Promise<number>((resolve) => {
	child.on('error', (error) => {
		process.stderr.write(`tap did not start: ${error.message}\n`);
		resolve(1);
	});
	child.on('close', (code) => resolve(code ?? 1));
});
for await (const line of createInterface({ input: child.stdout })) report.line(line);
const code = await ended;

const { passed, failed, skipped } = report.counts ?? { passed: 0, failed: 0, skipped: 0 };
// tap may fail for a reason that is no assertion (it crashed, it found no file): that is never "0 failed".
const bad = failed === 0 && (code !== 0 || passed === 0) ? 1 : failed;
process.stdout.write(`\n${passed} passed, ${bad} failed${skipped === 0 ? '' : `, ${skipped} skipped`}\n`);
process.exitCode = bad === 0 ? 0 : 1;
