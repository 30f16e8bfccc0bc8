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
	const how = await new Promise<string>((resolve, reject) => {
		child.once('error', reject).once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
	});
	const seconds = (performance.now() - start) / 1000;
	const said = Buffer.concat(out).toString();
	if (how !== 'exit code 0') throw new Error(`\`sluice test --mutate\` ended (${how}), having said:\n${said}`);
	const { mutation } = JSON.parse(said) as { mutation: Omit<Mutated, 'seconds'> };
	return { seconds, score: mutation.score, mutants: mutation.mutants };
}
