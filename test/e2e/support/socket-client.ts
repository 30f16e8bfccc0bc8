import { WebSocket } from 'ws';
import type { Event } from './sse.ts';

/** An MCP client on a WebSocket: the same words as `RawClient`, one socket for everything. */
export class SocketClient {
	/** Frames in the order in which this client sent and got them, latin1. */
	readonly sent: string[] = [];
	readonly got: string[] = [];
	readonly #socket: WebSocket;
	readonly #came: Event[] = [];
	#waiting: ((event: Event | undefined) => void)[] = [];
	#closed = false;

	private constructor(socket: WebSocket) {
		this.#socket = socket;
		socket.on('message', (data: Buffer) => {
			this.got.push(data.toString('latin1'));
			const waiting = this.#waiting.shift();
			if (waiting === undefined) this.#came.push({ data });
			else waiting({ data });
		});
		socket.on('close', () => {
			this.#closed = true;
			for (const waiting of this.#waiting.splice(0)) waiting(undefined);
		});
	}

	/** Resolves when the handshake is done. */
	static async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<SocketClient> {
		const socket = new WebSocket(url, 'mcp', { headers });
		const client = new SocketClient(socket);
		await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
		return client;
	}

	/** Sends a frame; `event` gives what comes, whatever it answers. */
	async post(frame: string): Promise<{ event(): Promise<Event | undefined> }> {
		this.sent.push(Buffer.from(frame).toString('latin1'));
		this.#socket.send(frame);
		return { event: () => this.event() };
	}

	/** The next frame; undefined: the socket is closed. */
	event(): Promise<Event | undefined> {
		const came = this.#came.shift();
		if (came !== undefined || this.#closed) return Promise.resolve(came);
		return new Promise((resolve) => this.#waiting.push(resolve));
	}

	/** Sends a frame and gives the next one that comes. */
	async ask(frame: string): Promise<Buffer> {
		await this.post(frame);
		return (await this.event())?.data ?? Buffer.alloc(0);
	}

	/** `initialize` and `notifications/initialized`, as plain as can be. */
	async begin(protocol = '2025-11-25'): Promise<void> {
		const params = { protocolVersion: protocol, capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
		await this.ask(JSON.stringify({ jsonrpc: '2.0', id: 'begin', method: 'initialize', params }));
		await this.post('{"jsonrpc":"2.0","method":"notifications/initialized"}');
	}

	/** Closes the socket; resolves when it is closed. */
	async close(): Promise<void> {
		this.#socket.close();
		while ((await this.event()) !== undefined);
	}
}
