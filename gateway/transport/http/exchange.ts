import type { ServerResponse } from 'node:http';
import type { Clock } from '../../clock.ts';
import { ClientGoneError } from '../errors.ts';
import type { Exchange, SseMeta } from '../types.ts';
import { keepAliveComment, sseEvent, sseFraming } from './sse-writer.ts';

type Headers = Readonly<Record<string, string>>;

/** Clock and limit of a response. */
export interface ExchangeOptions {
	readonly clock: Clock;
	/** ms a client may take to read what is waiting for it */
	readonly slowReader: number;
}

const jsonType = 'application/json';

/**
 * One HTTP request's response: a JSON body, an event stream, or no body. It stays undecided until the Front says
 * `stream`, `send` or `end`, so that a refusal can still have a status of its own.
 */
export class HttpExchange implements Exchange {
	readonly number: number;
	gone = false;
	readonly #res: ServerResponse;
	readonly #options: ExchangeOptions;
	#streaming = false;
	#ended = false;
	#waiting: Set<() => void> | undefined;
	#onGone: (() => void)[] | undefined;

	constructor(number: number, res: ServerResponse, options: ExchangeOptions) {
		this.number = number;
		this.#res = res;
		this.#options = options;
		res.on('close', () => {
			if (res.writableFinished) return;
			this.gone = true;
			const waiting = this.#waiting;
			this.#waiting = undefined;
			if (waiting !== undefined) for (const fail of waiting) fail();
			if (this.#onGone !== undefined) for (const listener of this.#onGone) listener();
		});
		res.on('error', () => {});
	}

	stream(headers?: Headers): void {
		if (this.#streaming || this.#ended || this.gone) return;
		this.#streaming = true;
		const head: string[] = [
			'content-type',
			'text/event-stream',
			'cache-control',
			'no-cache, no-transform',
			'x-accel-buffering',
			'no',
		];
		for (const name in headers) head.push(name, headers[name]!);
		const res = this.#res;
		// Corked until the end of this turn: headers and a first event that follows at once leave in one packet. The
		// socket, not the response: `end` of a corked response writes the last chunk before the data that it was given.
		const { socket } = res;
		socket?.cork();
		res.writeHead(200, head);
		res.flushHeaders();
		process.nextTick(() => socket?.uncork());
	}

	send(bytes: Buffer, meta?: SseMeta): Promise<void> {
		return this.write(meta?.empty === true ? sseFraming(meta) : sseEvent(bytes, meta));
	}

	/** An event of the gateway's own, as it is to stand on the stream. */
	write(event: Buffer): Promise<void> {
		if (this.gone || this.#ended) return Promise.reject(new ClientGoneError());
		this.stream();
		return this.#handedOver((done) => this.#res.write(event, done));
	}

	end(bytes?: Buffer, options?: { status?: number; meta?: SseMeta; headers?: Headers }): Promise<void> {
		if (this.gone) return Promise.reject(new ClientGoneError());
		if (this.#ended) return Promise.resolve();
		this.#ended = true;
		const res = this.#res;
		if (this.#streaming) {
			const meta = options?.meta;
			const last = meta?.empty === true ? sseFraming(meta) : bytes === undefined ? undefined : sseEvent(bytes, meta);
			return this.#handedOver((done) => (last === undefined ? res.end(done) : res.end(last, done)));
		}
		const head =
			bytes === undefined
				? ['content-length', '0']
				: ['content-type', jsonType, 'content-length', String(bytes.length)];
		const headers = options?.headers;
		for (const name in headers) head.push(name, headers[name]!);
		res.writeHead(options?.status ?? (bytes === undefined ? 202 : 200), head);
		return this.#handedOver((done) => (bytes === undefined ? res.end(done) : res.end(bytes, done)));
	}

	keepAlive(): void {
		// A reader that does not read needs no more of them.
		if (this.#streaming && !this.#ended && !this.gone && !this.#res.writableNeedDrain)
			this.#res.write(keepAliveComment);
	}

	disconnect(): void {
		this.#ended = true;
		this.#res.destroy();
	}

	onGone(listener: () => void): void {
		if (this.gone) listener();
		else if (this.#onGone === undefined) this.#onGone = [listener];
		else this.#onGone.push(listener);
	}

	/** Resolves when the OS has what `write` wrote; a reader that is too slow is cut off, so that memory stays bounded. */
	#handedOver(write: (done: (error?: Error | null) => void) => void): Promise<void> {
		return new Promise((resolve, reject) => {
			let settled = false;
			let giveUp: (() => void) | undefined;
			const fail = () => settle(new ClientGoneError());
			const settle = (error?: Error) => {
				if (settled) return;
				settled = true;
				giveUp?.();
				this.#waiting?.delete(fail);
				if (error === undefined) resolve();
				else reject(error);
			};
			this.#waiting ??= new Set();
			this.#waiting.add(fail);
			write((error) => settle(error ? new ClientGoneError() : undefined));
			if (!settled && this.#res.writableNeedDrain)
				giveUp = this.#options.clock.after(this.#options.slowReader, () => this.#res.destroy());
		});
	}
}
