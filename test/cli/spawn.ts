import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** How a run of the real binary ended. */
export interface Ended {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** Runs `sluice …` as a process of its own, in `cwd`, with `input` on stdin. */
export function sluice(
	args: readonly string[],
	options: { readonly cwd: string; readonly input?: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Ended> {
	const { CI: _, SLUICE_TOKEN: __, ...env } = process.env;
	const child = spawn(process.execPath, [MAIN, ...args], {
		cwd: options.cwd,
		env: { ...env, ...options.env },
		stdio: 'pipe',
	});
	const out: Buffer[] = [];
	const err: Buffer[] = [];
	child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
	child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
	child.stdin.end(options.input ?? '');
	return new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', (code) =>
			resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
		);
	});
}
