import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { access, constants, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { SluiceError } from '../error.ts';
import { Compiler, type CompilerProgram } from './compiler.ts';

/** The OPA that the compiler is made of; `engine/compiler/go.mod` has the same (a test compares). */
export const OPA_VERSION = '1.22.2';

/** Where the Go sources of the compiler lie. */
export const COMPILER_SOURCES = join(import.meta.dirname, '../compiler');

/** Where a compiler may be found or put. */
export interface CompilerPlaces {
	/** Environment of the caller: `SLUICE_COMPILER`, and what `go build` needs (PATH, HOME, GO…). */
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Folder for what is built and compiled once, e.g. `~/.cache/sluice`. */
	readonly cacheDir: string;
	/** Go sources; default the ones beside this file. */
	readonly sources?: string;
	/** The WASI build; default `sluice-compiler.wasm` beside the sources. */
	readonly wasi?: string;
	/** Told what takes long, one line of words at a time. */
	readonly progress?: (line: string) => void;
}

/** A compiler that is located when something is first asked of it. */
export function openCompiler(places: CompilerPlaces): Compiler {
	return new Compiler(() => locateCompiler(places));
}

/**
 * Finds the compiler, in this order: the program that `SLUICE_COMPILER` names; one built before from these very
 * sources; one built now with Go; the WASI build inside Node.
 *
 * @throws {SluiceError} `ERR_COMPILER_MISSING` with the ways out
 */
export async function locateCompiler(places: CompilerPlaces): Promise<CompilerProgram> {
	const sources = places.sources ?? COMPILER_SOURCES;
	const named = places.env['SLUICE_COMPILER'];
	if (named) {
		if (extname(named) === '.wasm') return wasiProgram(resolve(named));
		if (await executable(named)) return { command: [resolve(named)], env: {} };
		throw new SluiceError('ERR_COMPILER_MISSING', `SLUICE_COMPILER names \`${named}\`, which cannot be run`, {
			help: 'name a compiler that was built from engine/compiler, or unset SLUICE_COMPILER',
		});
	}
	const built = builtProgram(places.cacheDir, await compilerHash(sources));
	if (await executable(built)) return { command: [built], env: {} };
	const failure = await build(sources, built, places);
	if (failure === undefined) return { command: [built], env: {} };
	const wasi = places.wasi ?? join(sources, 'sluice-compiler.wasm');
	if (await readable(wasi)) return wasiProgram(wasi);
	throw new SluiceError('ERR_COMPILER_MISSING', `there is no policy compiler: ${failure}`, {
		help:
			'install Go 1.26 or newer so that it can be built once, or set SLUICE_COMPILER to a built one, ' +
			'or load a bundle made by `sluice build`, which needs no compiler',
	});
}

/**
 * Identity of the compiler program: sha256 (hex) over its Go sources and its pinned modules. Known without
 * starting it, so that a cached policy needs no compiler.
 */
export async function compilerHash(sources: string = COMPILER_SOURCES): Promise<string> {
	const hash = createHash('sha256');
	const names = (await readdir(sources)).filter((name) => /(?<!_test)\.go$|^go\.(mod|sum)$/.test(name));
	for (const name of names.sort()) {
		hash
			.update(`${name}\0`)
			.update(await readFile(join(sources, name)))
			.update('\0');
	}
	return hash.digest('hex');
}

/** Where the native build for sources of this hash lies in a cache folder. */
export function builtProgram(cacheDir: string, hash: string): string {
	const suffix = process.platform === 'win32' ? '.exe' : '';
	return join(
		cacheDir,
		'compiler',
		`sluice-compiler-${process.platform}-${process.arch}-${hash.slice(0, 16)}${suffix}`,
	);
}

/** The same program as a WASI module, run by Node itself in a process of its own. */
export function wasiProgram(module: string): CompilerProgram {
	const host = join(import.meta.dirname, `wasi-host${extname(import.meta.filename)}`);
	return { command: [process.execPath, '--disable-warning=ExperimentalWarning', host, module], env: {} };
}

/**
 * Builds the sources for this machine, or for `target`. Written under a name of its own and renamed, so two
 * processes that build at once do not meet. Returns why it could not, or undefined.
 */
export async function build(
	sources: string,
	output: string,
	places: Pick<CompilerPlaces, 'env' | 'progress'>,
	target: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
	await mkdir(join(output, '..'), { recursive: true });
	const partial = `${output}.${randomUUID()}.partial`;
	places.progress?.('building the policy compiler (once; takes a minute or two)');
	const env: Record<string, string> = {};
	for (const [name, value] of Object.entries(places.env)) {
		if (value !== undefined && !name.startsWith('SLUICE_')) env[name] = value;
	}
	// The caller's own target would give a program that does not run here.
	for (const name of ['GOOS', 'GOARCH']) delete env[name];
	Object.assign(env, { CGO_ENABLED: '0' }, target);
	const args = ['build', '-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', partial, '.'];
	const said: string[] = [];
	const failure = await new Promise<string | undefined>((done) => {
		const go = spawn('go', args, { cwd: sources, env, stdio: ['ignore', 'pipe', 'pipe'] });
		const listen = (text: string) => {
			for (const line of text.split('\n').filter((l) => l.trim() !== '')) {
				said.push(line);
				places.progress?.(line);
			}
		};
		go.stdout.setEncoding('utf8').on('data', listen);
		go.stderr.setEncoding('utf8').on('data', listen);
		go.on('error', (error: NodeJS.ErrnoException) =>
			done(error.code === 'ENOENT' ? 'Go is not installed' : error.message),
		);
		go.on('close', (code) => done(code === 0 ? undefined : `\`go build\` failed: ${said.slice(-5).join('; ')}`));
	});
	if (failure === undefined) await rename(partial, output);
	else await rm(partial, { force: true });
	return failure;
}

async function executable(path: string): Promise<boolean> {
	return access(path, constants.X_OK).then(
		() => true,
		() => false,
	);
}

async function readable(path: string): Promise<boolean> {
	return access(path, constants.R_OK).then(
		() => true,
		() => false,
	);
}
