import { userInfo } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../gateway/clock.ts';

/** 0 clean · 1 findings · 2 usage, configuration, policy, nothing to judge · 3 internal or unreachable · 130 Ctrl-C. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

/** All of the outside world that a command may touch. */
export interface Shell {
	readonly cwd: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly clock: Clock;
	/** Columns of text. */
	readonly width: number;
	readonly color: boolean;
	/** Someone looks at stdout. */
	readonly terminal: boolean;
	/** Name of the user who runs the command. */
	readonly user: string;
	/** For protocols and streams; results go through `out`. */
	readonly stdin: Readable;
	readonly stdout: Writable;
	readonly stderr: Writable;
	/** The result. Resolves when it may go on writing. */
	out(text: string): Promise<void>;
	/** Everything else. */
	err(text: string): void;
	/** What takes long, one line at a time: shown on a terminal only. */
	progress(line: string): void;
	/** All of stdin. */
	read(): Promise<Buffer>;
	/** `close` runs before the process ends on a signal; the returned function runs it now. Never twice. */
	use(close: () => Promise<void> | void): () => Promise<void>;
	/** Aborted on Ctrl-C and SIGTERM. */
	readonly stopped: AbortSignal;
	/** From now on SIGTERM is how this command is meant to end: exit 0. SIGHUP calls `hangup`. */
	serve(hangup: () => void): void;
}

/** The shell of a real process, with what `main.ts` needs to end it. */
export interface ProcessShell extends Shell {
	/** Closes what is in use, last opened first. */
	closeAll(): Promise<void>;
	/** Aborts `stopped`. */
	stop(): void;
	/** A command serves until it is told to end. */
	readonly serving: boolean;
}

/** The shell of this process. */
export function processShell(clock: Clock): ProcessShell {
	const open = new Set<() => Promise<void>>();
	const stop = new AbortController();
	let serving = false;
	const { env, stdin, stdout, stderr } = process;
	return {
		cwd: process.cwd(),
		env,
		clock,
		stdin,
		stdout,
		stderr,
		width: Math.max(40, Math.min(stdout.isTTY ? stdout.columns : 80, 120)),
		// https://no-color.org: present and not empty
		color: stdout.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb',
		terminal: stdout.isTTY === true,
		user: userInfo().username,
		stopped: stop.signal,
		stop: () => stop.abort(),
		get serving() {
			return serving;
		},
		serve(hangup) {
			serving = true;
			process.on('SIGHUP', hangup);
		},
		out: (text) =>
			new Promise((resolve) => {
				stdout.write(text, () => resolve());
			}),
		err(text) {
			stderr.write(text);
		},
		progress(line) {
			if (stderr.isTTY) stderr.write(`${line}\n`);
		},
		async read() {
			const chunks: Buffer[] = [];
			for await (const chunk of stdin) chunks.push(chunk as Buffer);
			return Buffer.concat(chunks);
		},
		use(close) {
			const once = async () => {
				if (open.delete(once)) await close();
			};
			open.add(once);
			return once;
		},
		async closeAll() {
			for (const close of [...open].reverse()) await close();
		},
	};
}
