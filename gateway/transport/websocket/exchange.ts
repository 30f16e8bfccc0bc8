import type { WebSocket } from 'ws';
import type { Clock } from '../../clock.ts';
import { ClientGoneError } from '../errors.ts';
import type { Exchange, SseMeta } from '../types.ts';
import { heartbeat } from './heartbeat.ts';

/** Longest close reason that fits a control frame (RFC 6455 §5.5). */
const longestReason = 123;

/** A client's socket: one exchange for its whole life. */
export class SocketExchange implements Exchange {
	readonly number = 1;
	gone = false;
	readonly #clock: Clock;
	readonly #slowReader: number;
	readonly #onGone: (() => void)[] = [];
	#socket: WebSocket | undefined;
	#open!: () => void;
	/** Settles with the handshake: what is sent before waits for it. */
	readonly #opened: Promise<void> = new Promise((resolve) => {
		this.#open = resolve;
	});
	#stopPing: () => void = () => {};
	/** Why its session was over before the handshake was. */
	#ended: string | undefined;

	constructor(clock: Clock, slowReader: number) {
		this.#clock = clock;
		this.#slowReader = slowReader;
	}

	bind(socket: WebSocket): void {
		this.#socket = socket;
		this.#stopPing = heartbeat(socket, this.#clock);
		this.#open();
		if (this.#ended !== undefined) this.disconnect(this.#ended);
	}

	stream(): void {}

	async send(bytes: Buffer, meta?: SseMeta): Promise<void> {
		if (meta?.empty === true) return;
		await this.#opened;
		const socket = this.#socket;
		if (this.gone || socket === undefined || socket.readyState !== socket.OPEN) throw new ClientGoneError();
		await new Promise<void>((resolve, reject) => {
			let giveUp: (() => void) | undefined;
			socket.send(bytes, { binary: false, compress: false }, (error) => {
				giveUp?.();
				if (error) reject(new ClientGoneError());
				else resolve();
			});
			if (socket.bufferedAmount > 0) giveUp = this.#clock.after(this.#slowReader, () => socket.terminate());
		});
	}

	async end(bytes?: Buffer): Promise<void> {
		if (bytes !== undefined) await this.send(bytes);
	}

	keepAlive(): void {
		if (this.#socket?.readyState === this.#socket?.OPEN) this.#socket?.ping();
	}

	disconnect(why: string): void {
		this.#ended = why;
		this.#socket?.close(1011, Buffer.from(why).subarray(0, longestReason).toString().replace(/�+$/, ''));
	}

	left(): void {
		if (this.gone) return;
		this.gone = true;
		this.#stopPing();
		this.#open();
		for (const listener of this.#onGone) listener();
	}

	onGone(listener: () => void): void {
		if (this.gone) listener();
		else this.#onGone.push(listener);
	}
}
