import { userInfo } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { SluiceError } from '../engine/error.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config/config.ts';
import { connectServers } from './connectors.ts';
import { openHouse } from './house.ts';
import { startLog } from './telemetry/log.ts';
import { stdioConnector } from './transport/stdio/connector.ts';
import { stdioListener } from './transport/stdio/listener.ts';

export interface WrapOptions {
	readonly config: Config;
	/** Name of the server; it need not be configured when `command` is given. */
	readonly server: string;
	/** Run this instead of what is configured; needs `wrap.anyCommand`. */
	readonly command?: readonly [string, ...string[]];
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly cwd: string;
	readonly input: Readable;
	readonly output: Writable;
	readonly log: Writable;
	readonly progress?: (line: string) => void;
	readonly clock?: Clock;
	/** Aborted when the process is to end. */
	readonly stopped: AbortSignal;
}

/**
 * A stdio MCP server for clients that launch their servers: what comes on `input` goes through the same gate as
 * everything else. Resolves when the client has left. The principal is the holder of `SLUICE_TOKEN`, else the user
 * the process runs as.
 */
export async function wrap(options: WrapOptions): Promise<void> {
	const { config, env, server, stopped } = options;
	const clock = options.clock ?? systemClock;
	const undo: (() => Promise<void> | void)[] = [];
	try {
		const log = startLog({ stream: options.log, level: config.log.level, format: config.log.format, clock });
		undo.push(() => log.close());
		const servers = await connectServers(config, env, clock);
		undo.push(async () => {
			for (const { connector } of servers.values()) await connector.close();
		});
		if (options.command !== undefined) {
			if (!config.wrap.anyCommand) {
				throw new SluiceError('ERR_WRAP_COMMAND', 'a command after `--` is not allowed by this configuration', {
					help: 'configure the server under `servers`, or set `wrap: { anyCommand: true }`',
				});
			}
			const [command, ...args] = options.command;
			const limits = { frame: config.limits.frame };
			servers.set(server, {
				identity: { name: server, labels: servers.get(server)?.identity.labels ?? [], transport: 'stdio' },
				connector: stdioConnector({ command, args, cwd: options.cwd, environment: env, limits, clock }),
			});
		}
		if (!servers.has(server)) {
			throw new SluiceError('ERR_SERVER_UNKNOWN', `no server \`${server}\` is configured in \`${config.file}\``, {
				help: `configured are: ${[...servers.keys()].join(', ')}`,
			});
		}
		const house = await openHouse({ config, env, clock, servers, progress: options.progress ?? (() => {}) });
		undo.push(() => house.close());
		undo.push(() => house.sessions.close());
		const listener = stdioListener(house.sessions, {
			input: options.input,
			output: options.output,
			server,
			osUser: userInfo().username,
			limits: { frame: config.limits.frame },
			...(env.SLUICE_TOKEN ? { token: env.SLUICE_TOKEN } : {}),
		});
		undo.push(() => listener.close(0));
		// Told to end, or at the end of its input: nobody waits for a human any more, what is held becomes a ticket.
		const drain = () => house.sessions.drain();
		options.input.once('end', drain);
		stopped.addEventListener('abort', drain, { once: true });
		const ended = await Promise.race([listener.ended, aborted(stopped)]);
		if (ended !== undefined) throw new SluiceError(ended.code, ended.message);
	} finally {
		for (const step of undo.reverse()) await step();
	}
}

function aborted(signal: AbortSignal): Promise<undefined> {
	return new Promise((resolve) => {
		if (signal.aborted) resolve(undefined);
		signal.addEventListener('abort', () => resolve(undefined), { once: true });
	});
}
