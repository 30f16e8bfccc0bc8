import type { ServerResponse } from 'node:http';

/** An event stream that a client may leave and come back to (2025-11-25, "Resumability and Redelivery"). */
export class Stream {
	readonly #name: string;
	readonly #events: string[] = [];
	#res: ServerResponse | undefined;
	#ended = false;

	constructor(name: string) {
		this.#name = name;
	}

	/** Sends from now on to `res`: first what came after event `after`, or the priming event. */
	attach(res: ServerResponse, headers: Readonly<Record<string, string>>, after?: number): void {
		this.#res = res;
		res.once('close', () => {
			if (this.#res === res) this.#res = undefined;
		});
		res.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
		res.flushHeaders();
		if (after === undefined) res.write(`id: ${this.#name}.0\nretry: 100\ndata:\n\n`);
		for (const event of this.#events.slice(after ?? 0)) res.write(event);
		if (this.#ended) this.detach();
	}

	/** Is somebody reading? */
	get attached(): boolean {
		return this.#res !== undefined;
	}

	/** Sends a frame, or keeps it until somebody comes back. */
	send(frame: object): void {
		const event = `id: ${this.#name}.${this.#events.length + 1}\ndata: ${JSON.stringify(frame)}\n\n`;
		this.#events.push(event);
		this.#res?.write(event);
	}

	/** Nothing more will come. */
	end(): void {
		this.#ended = true;
		this.detach();
	}

	/** Closes the connection; what comes is kept. */
	detach(): void {
		this.#res?.end();
		this.#res = undefined;
	}
}
