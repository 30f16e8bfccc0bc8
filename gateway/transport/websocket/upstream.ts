import type { WebSocket } from 'ws';
import type { Clock } from '../../clock.ts';
import { UpstreamError } from '../errors.ts';
import type { Upstream, UpstreamEvents } from '../types.ts';
import { heartbeat } from './heartbeat.ts';

/** ms that a server may take to close after us. */
const farewell = 2_000;

/** One session with a server over a WebSocket. */
export class SocketUpstream implements Upstream {
	readonly binding = undefined;
	readonly #socket: WebSocket;
	readonly #events: UpstreamEvents;
	readonly #limit: number;
	readonly #clock: Clock;
	readonly #ended: Promise<void>;
	#stopPing: () => void = () => {};
	/** Messages that were not taken yet, and what they wait for. */
	#queued = 0;
	#queue: Promise<void> = Promise.resolve();
	/** The server did what ends a session; known before the socket is closed. */
	#fault: string | undefined;
	#begun = false;
	#over = false;

	constructor(socket: WebSocket, events: UpstreamEvents, limit: number, clock: Clock) {
		this.#socket = socket;
		this.#events = events;
		this.#limit = limit;
		this.#clock = clock;
		socket.on('message', (data, isBinary) => this.#take(data as Buffer, isBinary));
		socket.on('error', (error: NodeJS.ErrnoException) => {
			this.#fault ??= this.#described(error);
		});
		this.#ended = new Promise((resolve) => {
			socket.once('close', (code) => {
				this.#stopPing();
				resolve();
				// What it sent last is dealt with first.
				void this.#queue.then(() => this.#close(this.#fault ?? closedWith(code)));
			});
		});
	}

	/** The handshake is done: from here on, its end is news. */
	begin(): void {
		this.#begun = true;
		this.#stopPing = heartbeat(this.#socket, this.#clock);
	}

	async send(bytes: Buffer): Promise<void> {
		const socket = this.#socket;
		if (this.#over || socket.readyState !== socket.OPEN) throw gone();
		await new Promise<void>((resolve, reject) => {
			socket.send(bytes, { binary: false, compress: false }, (error) => (error ? reject(gone(error)) : resolve()));
		});
	}

	/** A socket has no stand-alone stream: everything comes over it. */
	async listen(): Promise<number> {
		return 200;
	}

	abandon(): void {}

	async close(): Promise<void> {
		this.#over = true;
		this.#socket.close(1000);
		const giveUp = this.#clock.after(farewell, () => this.#socket.terminate());
		await this.#ended;
		giveUp();
	}

	#take(bytes: Buffer, isBinary: boolean): void {
		if (this.#over || this.#fault !== undefined) return;
		if (isBinary) {
			this.#fault = 'the server sent a binary message; MCP messages are text';
			this.#socket.close(1003, 'messages are text');
			return;
		}
		this.#queued++;
		// The server is read on when what it sent has been taken.
		this.#socket.pause();
		this.#queue = this.#queue.then(async () => {
			if (!this.#over) await this.#events.frame({ bytes }, { streaming: false }).catch(() => {});
			if (--this.#queued === 0) this.#socket.resume();
		});
	}

	#close(why: string): void {
		if (this.#over || !this.#begun) return;
		this.#over = true;
		this.#events.closed(why);
	}

	#described(error: NodeJS.ErrnoException): string {
		switch (error.code) {
			case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
				return `the server sent a message larger than ${this.#limit} bytes`;
			case 'WS_ERR_INVALID_UTF8':
				return 'the server sent text that is not UTF-8';
			default:
				return `the connection to the server broke off (${error.code ?? error.name})`;
		}
	}
}

/** In our words: the reason that a server gives is its own text, and nobody has judged it. */
function closedWith(code: number): string {
	if (code === 1006) return 'the connection to the server broke off';
	return `the server closed the socket (close code ${code})`;
}

function gone(cause?: unknown): UpstreamError {
	return new UpstreamError('ERR_UPSTREAM_GONE', 'the socket to the server is closed', {
		help: 'start a new session',
		cause,
	});
}
