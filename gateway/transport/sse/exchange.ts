import type { Clock } from '../../clock.ts';
import type { HttpExchange } from '../http/exchange.ts';
import type { Exchange, SseMeta } from '../types.ts';

/** ms between two comments: less than what clients and proxies between us cut silent streams after. */
const keepAliveEvery = 15_000;

/** A client's event stream: one exchange for its whole life, whichever POST a frame came with. */
export class StreamExchange implements Exchange {
	readonly number = 1;
	readonly #stream: HttpExchange;
	readonly #clock: Clock;
	#stopKeepAlive: () => void = () => {};
	#closed!: () => void;
	/** Resolves when nothing more goes over it, whoever ended it. */
	readonly closed: Promise<void> = new Promise((resolve) => {
		this.#closed = resolve;
	});

	constructor(stream: HttpExchange, clock: Clock) {
		this.#stream = stream;
		this.#clock = clock;
		stream.onGone(() => this.#over());
	}

	/** Begins the stream with the event that says where to POST. */
	async open(endpoint: string): Promise<void> {
		const opened = this.#stream.write(Buffer.from(`event: endpoint\ndata: ${endpoint}\n\n`));
		const beat = () => {
			this.#stream.keepAlive();
			this.#stopKeepAlive = this.#clock.after(keepAliveEvery, beat);
		};
		this.#stopKeepAlive = this.#clock.after(keepAliveEvery, beat);
		await opened;
	}

	get gone(): boolean {
		return this.#stream.gone;
	}

	stream(): void {}

	/** This transport knows no event ids (MCP 2024-11-05, "HTTP with SSE"): those of another one end here. */
	async send(bytes: Buffer, meta?: SseMeta): Promise<void> {
		if (meta?.empty !== true) await this.#stream.send(bytes);
	}

	async end(bytes?: Buffer): Promise<void> {
		if (bytes !== undefined) await this.send(bytes);
	}

	keepAlive(): void {
		this.#stream.keepAlive();
	}

	/** What was sent before still arrives. */
	disconnect(): void {
		this.#over();
		this.#stream.end().catch(() => {});
	}

	/** Without waiting for what is on its way. */
	cut(): void {
		this.#over();
		this.#stream.disconnect();
	}

	onGone(listener: () => void): void {
		this.#stream.onGone(listener);
	}

	#over(): void {
		this.#stopKeepAlive();
		this.#closed();
	}
}
