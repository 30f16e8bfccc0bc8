/**
 * Builds the policy compiler as a WASI module, the form in which the published package brings it, so that its
 * users need no Go: `node scripts/build-compiler-wasi.ts [output]`. Without an output it goes into the cache
 * folder, under the hash of its sources, and is not built twice. Prints the path.
 */
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, COMPILER_SOURCES, compilerHash } from '../engine/policy/locate-compiler.ts';

/** Builds the module into `cacheDir` unless it is there; gives its path. Throws with Go's words when it cannot. */
export async function buildWasi(
	cacheDir: string,
	env: Readonly<Record<string, string | undefined>>,
	progress: (line: string) => void = () => {},
): Promise<string> {
	const output = join(cacheDir, 'compiler', `sluice-compiler-wasip1-${(await compilerHash()).slice(0, 16)}.wasm`);
	const there = await access(output).then(
		() => true,
		() => false,
	);
	if (!there) await buildInto(output, env, progress);
	return output;
}

async function buildInto(
	output: string,
	env: Readonly<Record<string, string | undefined>>,
	progress: (line: string) => void,
): Promise<void> {
	const failure = await build(COMPILER_SOURCES, output, { env, progress }, { GOOS: 'wasip1', GOARCH: 'wasm' });
	if (failure !== undefined) throw new Error(failure);
}

if (import.meta.main) {
	const progress = (line: string) => process.stderr.write(`${line}\n`);
	const [output] = process.argv.slice(2);
	const cacheDir = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sluice');
	if (output === undefined) process.stdout.write(`${await buildWasi(cacheDir, process.env, progress)}\n`);
	else await buildInto(resolve(output), process.env, progress);
}
