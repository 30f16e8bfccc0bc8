import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { type Ended, sluice } from '../../cli/spawn.ts';

/** The program that all these tests are about. */
export const MAIN = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));

/** A gateway that listens. */
export interface Gateway {
	readonly child: ChildProcess;
	readonly mcp: string;
	readonly admin: string;
	/** What it logged so far. */
	log(): string;
	/** Ends it with a signal, and says how it ended: exit code, signal. */
	end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<readonly [number | null, string | null]>;
}

/** Environment of a child: nothing of ours that the program would listen to. */
export function environment(more: Readonly<Record<string, string>> = {}): Record<string, string | undefined> {
	const { CI: _, SLUICE_TOKEN: __, ...env } = process.env;
	return { ...env, ...more };
}

/** A folder with a `sluice.yaml`, and the program at work in it. */
export class Place {
	readonly folder: string;
	readonly config: Record<string, unknown>;
	readonly #t: Test;

	/** `files` by path below the folder; ports are the system's choice. */
	constructor(t: Test, config: Readonly<Record<string, unknown>>, files: Readonly<Record<string, string>> = {}) {
		this.#t = t;
		this.folder = t.testdir();
		this.config = {
			listen: '127.0.0.1:0',
			admin: '127.0.0.1:0',
			identity: { anonymous: true },
			policy: { path: './policies' },
			...config,
		};
		for (const [path, text] of Object.entries(files)) this.write(path, text);
		this.configure({});
	}

	/** Writes a file, folders included. */
	write(path: string, text: string): void {
		const file = join(this.folder, path);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, text);
	}

	read(path: string): string {
		return readFileSync(join(this.folder, path), 'utf8');
	}

	/** Changes the configuration for what is started from now on. */
	configure(change: Readonly<Record<string, unknown>>): void {
		Object.assign(this.config, change);
		this.write('sluice.yaml', JSON.stringify(this.config, null, 2));
	}

	/** Runs `sluice …` here, to its end. */
	sluice(args: readonly string[], options: { token?: string; input?: string; cwd?: string } = {}): Promise<Ended> {
		const { token, input, cwd = this.folder } = options;
		return sluice(args, {
			cwd,
			...(input === undefined ? {} : { input }),
			...(token === undefined ? {} : { env: { SLUICE_TOKEN: token } }),
		});
	}

	/** A fresh token. */
	async token(id: string, role: 'agent' | 'approver' | 'auditor' | 'admin', ...more: string[]): Promise<string> {
		const { stdout, stderr } = await this.sluice(['token', 'create', '--as', id, '--role', role, ...more]);
		if (stdout === '') throw new Error(stderr);
		return stdout.trim();
	}

	/** Starts the gateway; resolves once it has said that it is ready. It does not outlive the test. */
	async run(cwd = this.folder): Promise<Gateway> {
		const child = spawn(process.execPath, [MAIN, 'run'], {
			cwd,
			env: environment(),
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		let said = '';
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			said += text;
		});
		const closed = once(child, 'close') as Promise<[number | null, string | null]>;
		const end: Gateway['end'] = async (signal) => {
			child.kill(signal);
			return await closed;
		};
		this.#t.teardown(() => end('SIGKILL'));
		const ready = await Promise.race([once(child.stdout, 'data'), closed]);
		const [, mcp, admin] = /^sluice listening mcp=(\S+) admin=(\S+)\n$/.exec(String(ready[0])) ?? [];
		if (mcp === undefined || admin === undefined) throw new Error(`the gateway did not start: ${said}`);
		return { child, mcp, admin, log: () => said, end };
	}

	/** From now on the gateway is started on the same port as this one. */
	keepPort({ mcp }: Gateway): void {
		this.configure({ listen: new URL(mcp).host });
	}
}
