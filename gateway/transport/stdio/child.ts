import type { ChildProcess } from 'node:child_process';
import type { Clock } from '../../clock.ts';
import { UpstreamError } from '../errors.ts';
import { LineSplitter } from '../line-splitter.ts';
import type { Upstream, UpstreamEvents } from '../types.ts';
import type { Start } from './back-off.ts';
import { writeLine } from './write-line.ts';

/** ms between the steps of the stop ladder (MCP 2025-11-25, "Lifecycle", shutdown over stdio). */
const patience = 2_000;

/** A stderr line longer than this is cut; it is for people. */
const longestComplaint = 4_096;

/** A session's own server process. */
export class ChildUpstream implements Upstream {
	readonly binding = undefined;
	readonly #child: ChildProcess;
	readonly #events: UpstreamEvents;
	readonly #clock: Clock;
	readonly #start: Start;
	readonly #exited: Promise<void>;
	/** Its stderr is read to the end. */
	readonly #complained: Promise<void>;
	#over = false;
	#closing: Promise<void> | undefined;

	constructor(child: ChildProcess, events: UpstreamEvents, limit: number, clock: Clock, start: Start) {
		this.#child = child;
		this.#events = events;
		this.#clock = clock;
		this.#start = start;
		this.#exited = new Promise((resolve) => child.once('exit', () => resolve()));
		// A child that is gone is known by its exit; a write that meets it is told so by its own promise.
		child.stdin!.on('error', () => {});
		child.on('error', () => {});
		this.#complained = this.#complaints();
		const read = Promise.all([this.#read(limit), this.#complained]);
		child.once('exit', (code, signal) => {
			if (this.#closing === undefined) start.ended(code === 0);
			const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
			// What it wrote last is still read, its last complaint says why it ended; a process it left behind does not keep the pipe open for ever.
			const cut = clock.after(patience, () => {
				this.#signal('SIGKILL');
				child.stdout!.destroy();
				child.stderr!.destroy();
			});
			void read.then(() => {
				cut();
				this.#ended(`the server process ended (${how})`);
			});
		});
	}

	async send(bytes: Buffer): Promise<void> {
		if (this.#over || this.#child.stdin!.destroyed) throw gone();
		try {
			await writeLine(this.#child.stdin!, bytes);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'ERR_FRAME_LINE_BREAK') throw error;
			throw gone(error);
		}
	}

	/** A pipe has no stand-alone stream: everything comes over the one there is. */
	async listen(): Promise<number> {
		return 200;
	}

	abandon(): void {}

	close(): Promise<void> {
		this.#closing ??= this.#stop();
		return this.#closing;
	}

	async #read(limit: number): Promise<void> {
		const lines = new LineSplitter(limit);
		try {
			for await (const chunk of this.#child.stdout!) {
				for (const { bytes, ending } of lines.push(chunk as Buffer)) {
					this.#start.spoke();
					const wire = ending === '\r\n' ? { newline: '\r\n' } : {};
					await this.#events.frame({ bytes, wire }, { streaming: false });
				}
			}
		} catch (error) {
			if (error instanceof RangeError) this.#ended(`the server wrote a line longer than ${limit} bytes`);
			else this.#ended('the pipe from the server broke');
			void this.close();
		}
	}

	/** stderr is always read: a server whose stderr fills up stands still. */
	#complaints(): Promise<void> {
		let text = '';
		this.#child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
			const lines = (text + chunk).split(/\r?\n/);
			text = lines.pop()!.slice(0, longestComplaint);
			for (const line of lines) if (line !== '') this.#events.stderr(line.slice(0, longestComplaint));
		});
		this.#child.stderr!.on('end', () => {
			if (text !== '') this.#events.stderr(text);
		});
		this.#child.stderr!.on('error', () => {});
		return new Promise((resolve) => this.#child.stderr!.once('close', resolve));
	}

	#ended(why: string): void {
		if (this.#over) return;
		this.#over = true;
		this.#events.closed(why);
	}

	/** Resolves when the process has ended and its last words are read. */
	async #stop(): Promise<void> {
		await this.#ladder();
		await this.#complained;
	}

	async #ladder(): Promise<void> {
		this.#child.stdin!.end();
		if (await this.#exitsWithin(patience)) return;
		this.#signal('SIGTERM');
		if (await this.#exitsWithin(patience)) return;
		this.#signal('SIGKILL');
		await this.#exited;
	}

	#exitsWithin(ms: number): Promise<boolean> {
		return new Promise((resolve) => {
			const giveUp = this.#clock.after(ms, () => resolve(false));
			void this.#exited.then(() => {
				giveUp();
				resolve(true);
			});
		});
	}

	#signal(signal: 'SIGTERM' | 'SIGKILL'): void {
		try {
			process.kill(-this.#child.pid!, signal);
		} catch {
			this.#child.kill(signal);
		}
	}
}

function gone(cause?: unknown): UpstreamError {
	return new UpstreamError('ERR_UPSTREAM_GONE', 'the server process has ended', {
		help: 'start a new session; its own messages are in the log',
		cause,
	});
}
