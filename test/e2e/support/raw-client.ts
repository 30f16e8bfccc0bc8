import { connect, type Socket } from 'node:net';
import { type Event, Events } from './sse.ts';

/** A response, read off the socket by hand (RFC 9112), as far as it has come. */
export interface RawResponse {
	readonly status: number;
	/** lower-case names */
	readonly headers: Readonly<Record<string, string>>;
	/** The whole body; resolves at its end. */
	body(): Promise<Buffer>;
	/** The next event of an event stream; undefined at its end. */
	event(): Promise<Event | undefined>;
	/** Breaks the connection. */
	leave(): void;
}

/** Says exactly these bytes over a socket of its own; resolves with the head of the answer. */
export async function say(
	url: string,
	method: string,
	headers: Readonly<Record<string, string>>,
	body: Buffer | string = '',
): Promise<RawResponse> {
	return await read(send(url, method, headers, body));
}

function send(url: string, method: string, headers: Readonly<Record<string, string>>, body: Buffer | string): Socket {
	const { host, hostname, port, pathname } = new URL(url);
	const socket = connect(Number(port), hostname);
	const bytes = Buffer.from(body);
	const length = method === 'POST' ? { 'content-length': String(bytes.length) } : {};
	const lines = Object.entries({ host, ...length, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
	socket.write(`${method} ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n`);
	socket.write(bytes);
	return socket;
}

/** An MCP client without a library: one principal, one session. */
export class RawClient {
	#url: string;
	readonly #token: string | undefined;
	/** `Mcp-Session-Id`, as the first answer gave it. */
	session: string | undefined;
	protocol: string | undefined;
	/** Frames in the order in which this client sent and got them, latin1. */
	readonly sent: string[] = [];
	readonly got: string[] = [];

	constructor(url: string, token?: string) {
		this.#url = url;
		this.#token = token;
	}

	/** Where the server is from now on. */
	at(url: string): void {
		this.#url = url;
	}

	get headers(): Record<string, string> {
		return {
			...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
			...(this.session === undefined ? {} : { 'mcp-session-id': this.session }),
			...(this.protocol === undefined ? {} : { 'mcp-protocol-version': this.protocol }),
		};
	}

	/** POSTs a frame and gives the response as it begins. */
	async post(frame: string | Buffer): Promise<RawResponse> {
		const response = await read(this.open(frame));
		this.session ??= response.headers['mcp-session-id'];
		return this.#noting(response);
	}

	/** POSTs a frame and gives the socket, for a client that does not wait. */
	open(frame: string | Buffer): Socket {
		this.sent.push(Buffer.from(frame).toString('latin1'));
		const accept = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
		return send(this.#url, 'POST', { ...accept, ...this.headers }, frame);
	}

	/** GET, the stand-alone stream. */
	async listen(lastEventId?: string): Promise<RawResponse> {
		const resume = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
		return this.#noting(await say(this.#url, 'GET', { accept: 'text/event-stream', ...this.headers, ...resume }));
	}

	async end(): Promise<RawResponse> {
		return await say(this.#url, 'DELETE', this.headers);
	}

	/** POSTs a frame and gives the one frame of the answer, as JSON body or as events. */
	async ask(frame: string | Buffer): Promise<Buffer> {
		const response = await this.post(frame);
		if (response.headers['content-type'] !== 'text/event-stream') return await response.body();
		let last: Buffer = Buffer.alloc(0);
		for (let event = await response.event(); event !== undefined; event = await response.event()) {
			if (event.data?.length) last = event.data;
		}
		return last;
	}

	/** `initialize` and `notifications/initialized`, as plain as can be. */
	async begin(protocol = '2025-11-25'): Promise<void> {
		const params = { protocolVersion: protocol, capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
		await this.ask(JSON.stringify({ jsonrpc: '2.0', id: 'begin', method: 'initialize', params }));
		this.protocol = protocol;
		await this.ask('{"jsonrpc":"2.0","method":"notifications/initialized"}');
	}

	#noting(response: RawResponse): RawResponse {
		const got = (bytes: Buffer | undefined) => {
			if (bytes?.length) this.got.push(bytes.toString('latin1'));
		};
		return {
			...response,
			body: async () => {
				const body = await response.body();
				got(body);
				return body;
			},
			event: async () => {
				const event = await response.event();
				got(event?.data);
				return event;
			},
		};
	}
}

async function read(socket: Socket): Promise<RawResponse> {
	const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
	let rest: Buffer = Buffer.alloc(0);
	const more = async (): Promise<boolean> => {
		const { done, value } = await chunks.next();
		if (done) return false;
		rest = Buffer.concat([rest, value]);
		return true;
	};
	const line = async (): Promise<string> => {
		for (;;) {
			const end = rest.indexOf('\r\n');
			if (end >= 0) {
				const text = rest.toString('latin1', 0, end);
				rest = rest.subarray(end + 2);
				return text;
			}
			if (!(await more())) throw new Error('the connection ended within a line');
		}
	};
	const bytes = async (count: number): Promise<Buffer> => {
		while (rest.length < count) if (!(await more())) throw new Error('the connection ended within a body');
		const taken = rest.subarray(0, count);
		rest = rest.subarray(count);
		return taken;
	};
	const status = Number((await line()).split(' ')[1]);
	const headers: Record<string, string> = {};
	for (let text = await line(); text !== ''; text = await line()) {
		const colon = text.indexOf(':');
		headers[text.slice(0, colon).toLowerCase()] = text.slice(colon + 1).trim();
	}
	/** The next piece of the body; undefined at its end. */
	let whole = false;
	const piece = async (): Promise<Buffer | undefined> => {
		if (whole) return undefined;
		if (headers['transfer-encoding'] !== 'chunked') {
			whole = true;
			return await bytes(Number(headers['content-length'] ?? 0));
		}
		const size = Number.parseInt(await line(), 16);
		const data = await bytes(size);
		await line();
		whole = size === 0;
		return whole ? undefined : data;
	};
	const parser = new Events();
	const events: Event[] = [];
	return {
		status,
		headers,
		async body() {
			const pieces: Buffer[] = [];
			for (let next = await piece(); next !== undefined; next = await piece()) pieces.push(next);
			socket.destroy();
			return Buffer.concat(pieces);
		},
		async event() {
			while (events.length === 0) {
				const next = await piece();
				if (next === undefined) {
					socket.destroy();
					return undefined;
				}
				events.push(...parser.push(next));
			}
			return events.shift();
		},
		leave: () => void socket.destroy(),
	};
}
