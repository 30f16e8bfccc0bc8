import { spawn } from 'node:child_process';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');

/** One mutation run as a user starts it. */
export interface Mutated {
	readonly seconds: number;
	/** Per cent. */
	readonly score: number;
	readonly mutants: number;
}

/** `sluice test … --mutate` in a folder, tests and compiling included. */
export async function mutated(folder: string, paths: readonly string[]): Promise<Mutated> {
	const start = performance.now();
	const child = spawn(process.execPath, [MAIN, 'test', ...paths, '--mutate', '--format', 'json'], {
		cwd: folder,
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const out: Buffer[] = [];
	child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
	await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
	const seconds = (performance.now() - start) / 1000;
	const { mutation } = JSON.parse(Buffer.concat(out).toString()) as { mutation: Omit<Mutated, 'seconds'> };
	return { seconds, score: mutation.score, mutants: mutation.mutants };
}
