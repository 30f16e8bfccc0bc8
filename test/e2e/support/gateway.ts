import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sluice } from '../../cli/spawn.ts';

const MAIN = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));
/** The policy library of this repository. */
const LIBRARY = fileURLToPath(new URL('../../../policies', import.meta.url));

/** What a test has to say about its gateway; everything else is as a user's first configuration has it. */
export interface Setup {
	/** `servers` of the configuration. */
	readonly servers: Readonly<Record<string, object>>;
	/** Laid over the policy's data. */
	readonly data?: object;
	/** Further members of the configuration. */
	readonly more?: object;
	/** Makes files in the folder before the gateway starts. */
	readonly files?: Readonly<Record<string, string>>;
}

/** `sluice run` as a process of its own. */
export interface Gateway {
	/** e.g. `http://127.0.0.1:41234`; clients add `/mcp/<server>` */
	readonly url: string;
	/** e.g. `http://127.0.0.1:41235` */
	readonly admin: string;
	/** Folder of its configuration and its store. */
	readonly folder: string;
	/** `sluice …` in that folder; rejects when it does not end as `exit` says. Gives what it printed. */
	sluice(args: readonly string[], exit?: number, env?: Readonly<Record<string, string>>): Promise<string>;
	/** A token, of role agent if nothing else is said. */
	token(id: string, role?: string): Promise<string>;
	/** SIGTERM; resolves when it has ended. Twice is once. */
	stop(): Promise<void>;
	/** SIGKILL. */
	kill(): Promise<void>;
	/** Starts it anew on the same folder and other ports. */
	restart(how: 'SIGTERM' | 'SIGKILL'): Promise<void>;
	/** What it logged. */
	readonly said: string;
}

/** A test that can tidy up, whatever its runner. */
export interface Teardown {
	teardown(fn: () => Promise<void>): void;
}

/** Starts the real gateway with the starter policy and waits for its ready line; it ends with the test. */
export async function gateway(t: Teardown, setup: Setup): Promise<Gateway> {
	const folder = await mkdtemp(join(tmpdir(), 'sluice-e2e-'));
	await writeFile(join(folder, 'data.json'), JSON.stringify(setup.data ?? {}));
	for (const [name, text] of Object.entries(setup.files ?? {})) await writeFile(join(folder, name), text);
	const config = {
		listen: '127.0.0.1:0',
		admin: '127.0.0.1:0',
		servers: setup.servers,
		identity: { anonymous: true },
		policy: { path: LIBRARY, data: [join(LIBRARY, 'profiles/starter.yaml'), 'data.json'] },
		recording: { mode: 'strict' },
		masking: { detectors: ['secrets', 'pii'] },
		...setup.more,
	};
	// JSON is YAML.
	await writeFile(join(folder, 'sluice.yaml'), JSON.stringify(config));
	let running = await start(folder);
	const stop = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') => {
		const { child } = running;
		if (child.exitCode !== null || child.signalCode !== null) return;
		const closed = once(child, 'close');
		child.kill(signal);
		await closed;
	};
	t.teardown(async () => {
		await stop();
		await rm(folder, { recursive: true, force: true });
	});
	const command: Gateway['sluice'] = async (args, exit = 0, env = {}) => {
		const ended = await sluice(args, { cwd: folder, env });
		if (ended.code === exit) return ended.stdout;
		throw new Error(`sluice ${args.join(' ')} ended with ${ended.code}, not ${exit}:\n${ended.stdout}${ended.stderr}`);
	};
	return {
		get url() {
			return running.url;
		},
		get admin() {
			return running.admin;
		},
		get said() {
			return running.said();
		},
		folder,
		sluice: command,
		token: async (id, role = 'agent') => (await command(['token', 'create', '--as', id, '--role', role])).trim(),
		stop: () => stop(),
		kill: () => stop('SIGKILL'),
		async restart(how) {
			await stop(how);
			running = await start(folder);
		},
	};
}

interface Running {
	readonly child: ChildProcess;
	readonly url: string;
	readonly admin: string;
	said(): string;
}

async function start(folder: string): Promise<Running> {
	const { SLUICE_TOKEN: _, ...env } = process.env;
	const child = spawn(process.execPath, [MAIN, 'run'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
	let said = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		said += text;
	});
	const ended = once(child, 'close').then(([code]) => {
		throw new Error(`the gateway ended with ${code}:\n${said}`);
	});
	const [line] = (await Promise.race([once(child.stdout, 'data'), ended])) as [Buffer];
	const [, url, admin] = /^sluice listening mcp=(\S+) admin=(\S+)\n$/.exec(line.toString()) ?? [];
	if (url === undefined || admin === undefined) throw new Error(`not a ready line: ${line}`);
	// Read on, so that it can never block on a pipe.
	child.stdout.on('error', () => {}).resume();
	return { child, url, admin, said: () => said };
}
