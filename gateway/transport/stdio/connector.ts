import { type ChildProcess, spawn } from 'node:child_process';
import { SluiceError } from '../../../engine/error.ts';
import { type Clock, systemClock } from '../../clock.ts';
import { UpstreamError } from '../errors.ts';
import type { Connector } from '../types.ts';
import { BackOff } from './back-off.ts';
import { ChildUpstream } from './child.ts';

/** One MCP server that is started as a child process, once for each session. */
export interface StdioConnectorOptions {
	readonly command: string;
	readonly args?: readonly string[];
	/** Added to the child's environment. */
	readonly env?: Readonly<Record<string, string>>;
	readonly cwd?: string;
	/** What the gateway's own environment is; a child inherits only six names of it. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly limits: {
		/** bytes of one frame */
		readonly frame: number;
	};
	readonly clock?: Clock;
}

/** What a program needs to run at all; everything else in our environment may be a secret. */
const inherited = ['HOME', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'USER'] as const;

/**
 * A server over stdin and stdout of a child process (MCP 2025-11-25, "stdio"): started from the configuration
 * alone, without a shell.
 * @throws SluiceError ERR_STDIO_ENV when `env` would hand a variable of Sluice's own to the child
 */
export function stdioConnector(options: StdioConnectorOptions): Connector {
	const clock = options.clock ?? systemClock;
	const env = childEnvironment(options);
	const children = new Set<ChildUpstream>();
	const backOff = new BackOff(clock);
	let closed = false;
	return {
		kind: 'stdio',
		async open(events, resume) {
			if (resume !== undefined)
				throw new UpstreamError('ERR_UPSTREAM_NOT_RESUMABLE', 'a child process does not survive its gateway', {
					status: 404,
				});
			const run = backOff.start();
			const process = await start(options, env).catch((error) => {
				run.ended(false);
				throw error;
			});
			const child = new ChildUpstream(process, events, options.limits.frame, clock, run);
			children.add(child);
			process.once('exit', () => children.delete(child));
			// Stopped while it was being started: nobody else would end it.
			if (closed) await child.close();
			return child;
		},
		async close() {
			closed = true;
			await Promise.all([...children].map((child) => child.close()));
		},
	};
}

function childEnvironment(options: StdioConnectorOptions): Record<string, string> {
	const env: Record<string, string> = {};
	for (const name of inherited) {
		const value = options.environment[name];
		if (value !== undefined) env[name] = value;
	}
	for (const [name, value] of Object.entries(options.env ?? {})) {
		if (name.toUpperCase().startsWith('SLUICE_'))
			throw new SluiceError('ERR_STDIO_ENV', `the variable \`${name}\` would go to a server`, {
				help: 'names that begin with SLUICE_ are for the gateway; choose another one',
			});
		env[name] = value;
	}
	return env;
}

function start(options: StdioConnectorOptions, env: Record<string, string>): Promise<ChildProcess> {
	return new Promise((resolve, reject) => {
		const child = spawn(options.command, options.args ?? [], {
			env,
			...(options.cwd === undefined ? {} : { cwd: options.cwd }),
			stdio: ['pipe', 'pipe', 'pipe'],
			shell: false,
			windowsHide: true,
			// A group of its own: Ctrl-C in the gateway's terminal is ours to handle, and what a launcher
			// such as npx has started in turn can be signalled with it.
			detached: true,
		});
		child.once('spawn', () => resolve(child));
		child.once('error', (cause: NodeJS.ErrnoException) =>
			reject(
				new UpstreamError('ERR_UPSTREAM_SPAWN', `the server \`${options.command}\` cannot be started (${cause.code})`, {
					help: 'check `command` and `cwd` of this server in the configuration',
					cause,
				}),
			),
		);
	});
}
