import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A process of ours that serves until it is told to end. */
export interface Service {
	readonly pid: number;
	/** What the first matching line of its stdout said. */
	readonly line: string;
	/** Ends it, by its id, and waits for that. */
	stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
	for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

/** Starts a program that does not outlive this process. `stderr`: where it complains. */
export function tied(
	command: string,
	args: readonly string[],
	stderr: 'inherit' | 'ignore' = 'inherit',
	env: Readonly<Record<string, string>> = {},
): ChildProcess {
	const child = spawn(command, args, { stdio: ['pipe', 'pipe', stderr], env: { ...process.env, ...env } });
	running.add(child);
	child.on('close', () => running.delete(child));
	return child;
}

/** Ends a child by its id, and waits for that. */
export async function stop(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const closed = new Promise((resolve) => child.once('close', resolve));
	child.stdin?.end();
	child.kill('SIGTERM');
	const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
	await closed;
	clearTimeout(timer);
}

function start(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
	return tied(process.execPath, [join(import.meta.dirname, '..', script), ...args], 'inherit', env);
}

/** Starts `script` (relative to the repository) and waits for a line of its stdout that matches. Rejects when it ends before, or after `ms`. */
export async function serve(
	script: string,
	args: readonly string[],
	ready: RegExp,
	ms = 60_000,
	env: Readonly<Record<string, string>> = {},
): Promise<Service> {
	const child = start(script, args, env);
	const line = await new Promise<string>((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error(`${script} was not ready in ${ms} ms`)), ms);
		createInterface({ input: child.stdout! }).on('line', (text) => {
			if (!ready.test(text)) return;
			clearTimeout(timer);
			resolve(text);
		});
		child.on('close', (code) => {
			clearTimeout(timer);
			reject(new Error(`${script} ended with ${code} before it was ready`));
		});
	});
	return { pid: child.pid!, line, stop: () => stop(child) };
}

/** Runs `script` to its end; its stdout. Rejects on another exit code than 0, or after `ms`. */
export async function run(script: string, args: readonly string[], ms: number): Promise<string> {
	const child = start(script, args);
	const timer = setTimeout(() => child.kill('SIGKILL'), ms);
	child.stdin?.end();
	const chunks: Buffer[] = [];
	child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
	const code = await new Promise((resolve) => child.once('close', (status, signal) => resolve(status ?? signal)));
	clearTimeout(timer);
	if (code !== 0) throw new Error(`${script} ended with ${String(code)}`);
	return Buffer.concat(chunks).toString('utf8');
}
