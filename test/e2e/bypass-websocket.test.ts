import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import t from 'tap';
import { gateway } from './support/gateway.ts';
import { rawServer } from './support/raw-server.ts';

interface WsFrame {
	readonly opcode?: number;
	readonly text?: string;
	readonly base64?: string;
	readonly fin?: boolean;
	readonly mask?: boolean;
	/** RSV1–3 as a number from 0 to 7. */
	readonly rsv?: number;
	/** Says that so many bytes come, and sends none. */
	readonly announce?: number;
}

/** One way past the door that somebody tried over a WebSocket, byte by byte; a row never leaves. */
interface Row {
	readonly class: string;
	readonly name: string;
	readonly story: string;
	/** Of an ordinary upgrade request of alice, unless these say otherwise. */
	readonly path?: string;
	readonly replace?: Readonly<Record<string, string>>;
	readonly without?: readonly string[];
	readonly add?: readonly string[];
	/** Sent in a session that has begun. */
	readonly frames?: readonly WsFrame[];
	readonly expect: {
		readonly status?: number | readonly number[];
		readonly code?: string;
		/** A header that the answer must not have. */
		readonly without?: string;
		/** RFC 6455 §7.4 close code. */
		readonly close?: number;
		/** What stands in the answer. */
		readonly answers?: string;
		/** Messages that the server got of it; 0 if nothing is said and the answer is no result. */
		readonly forwarded?: number;
	};
}

const file = new URL('../../policy-test-fixtures/bypass/websocket.json', import.meta.url);
const rows = JSON.parse(readFileSync(file, 'utf8')) as readonly Row[];

const RESULT = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'raw', version: '1' } };
const server = await rawServer((asked) => {
	if (asked.method !== 'POST') return asked.status(405);
	const { id, method } = JSON.parse(asked.body) as { id?: unknown; method?: string };
	if (id === undefined || method === undefined) return asked.status(202);
	asked.json(JSON.stringify({ jsonrpc: '2.0', id, result: method === 'initialize' ? RESULT : {} }));
});
t.teardown(() => server.close());
const house = await gateway(t, {
	servers: { files: { http: { url: server.url } } },
	more: { identity: { anonymous: false }, limits: { frame: '256KiB' } },
});
const alice = await house.token('alice');
const { host, port, hostname } = new URL(house.url);

function upgrade({ path = '/ws/files', replace = {}, without = [], add = [] }: Partial<Row>): Buffer {
	const headers: Record<string, string> = {
		host,
		authorization: `Bearer ${alice}`,
		upgrade: 'websocket',
		connection: 'Upgrade',
		'sec-websocket-version': '13',
		'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
		'sec-websocket-protocol': 'mcp',
		...replace,
	};
	const lines = Object.entries(headers)
		.filter(([name]) => !without.includes(name))
		.map(([name, value]) => `${name}: ${value}`);
	const all = [`GET ${path.replace('{alice}', alice)} HTTP/1.1`, ...lines, ...add, '', ''];
	return Buffer.from(all.join('\r\n'), 'latin1');
}

/** RFC 6455 §5.2; masked with zeros, which changes nothing. */
function bytesOf({ opcode = 1, text, base64, fin = true, mask = true, rsv = 0, announce }: WsFrame): Buffer {
	const payload = base64 === undefined ? Buffer.from(text ?? '') : Buffer.from(base64, 'base64');
	const size = announce ?? payload.length;
	const masked = mask ? 0x80 : 0;
	const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode];
	if (size < 126) head.push(masked | size);
	else if (size < 65_536) head.push(masked | 126, size >> 8, size & 255);
	else {
		const wide = Buffer.alloc(8);
		wide.writeBigUInt64BE(BigInt(size));
		head.push(masked | 127, ...wide);
	}
	return Buffer.concat([Buffer.from(head), ...(mask ? [Buffer.alloc(4)] : []), payload]);
}

/** What the gateway says over a socket: the head of its answer, then frames. */
class Peer {
	readonly #socket: Socket;
	#bytes: Buffer = Buffer.alloc(0);
	#ended = false;
	#wake = () => {};

	constructor() {
		this.#socket = connect(Number(port), hostname);
		this.#socket.on('error', () => {});
		this.#socket.on('data', (chunk) => {
			this.#bytes = Buffer.concat([this.#bytes, chunk as Buffer]);
			this.#wake();
		});
		this.#socket.on('close', () => {
			this.#ended = true;
			this.#wake();
		});
	}

	write(bytes: Buffer): void {
		this.#socket.write(bytes);
	}

	leave(): void {
		this.#socket.destroy();
	}

	async #until(enough: () => number): Promise<Buffer> {
		for (;;) {
			const size = enough();
			if (size > 0 || this.#ended) {
				const taken = this.#bytes.subarray(0, size > 0 ? size : undefined);
				this.#bytes = this.#bytes.subarray(taken.length);
				return taken;
			}
			await new Promise<void>((resolve) => {
				this.#wake = resolve;
			});
		}
	}

	async head(): Promise<string> {
		return String(
			await this.#until(() => {
				const end = this.#bytes.indexOf('\r\n\r\n') + 4;
				const length = Number(/content-length: (\d+)/i.exec(this.#bytes.toString('latin1'))?.[1] ?? 0);
				return end >= 4 && this.#bytes.length >= end + length ? end + length : 0;
			}),
		);
	}

	/** The next message, or `close CODE`; empty at the end of the connection. */
	async message(): Promise<string> {
		const frame = await this.#until(() => {
			if (this.#bytes.length < 2) return 0;
			const short = this.#bytes[1]! & 127;
			const head = short < 126 ? 2 : 4;
			if (this.#bytes.length < head) return 0;
			const size = short < 126 ? short : this.#bytes.readUInt16BE(2);
			return this.#bytes.length >= head + size ? head + size : 0;
		});
		if (frame.length < 2) return '';
		const payload = frame.subarray((frame[1]! & 127) < 126 ? 2 : 4);
		return (frame[0]! & 15) === 8 ? `close ${payload.readUInt16BE(0)}` : payload.toString('utf8');
	}
}

t.test('upgrade', async (t) => {
	for (const row of rows.filter((each) => each.frames === undefined)) {
		const peer = new Peer();
		peer.write(upgrade(row));
		const head = await peer.head();
		const said = `${row.name}: ${row.story}`;
		const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]);
		t.ok([row.expect.status].flat().includes(status), said, { head });
		if (row.expect.code !== undefined) t.match(head, new RegExp(row.expect.code), `${said} (says why)`);
		if (row.expect.without !== undefined) t.notMatch(head.toLowerCase(), new RegExp(row.expect.without), said);
		peer.leave();
	}
});

t.test('frames', async (t) => {
	for (const row of rows.filter((each) => each.frames !== undefined)) {
		const { close, answers = '', forwarded } = row.expect;
		const peer = new Peer();
		peer.write(upgrade({}));
		await peer.head();
		const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
		peer.write(bytesOf({ text: JSON.stringify({ jsonrpc: '2.0', id: 'begin', method: 'initialize', params }) }));
		await peer.message();
		const before = server.got.length;
		for (const frame of row.frames!) peer.write(bytesOf(frame));
		const got = await peer.message();
		const said = `${row.name}: ${row.story}`;
		if (close !== undefined) t.equal(got, `close ${close}`, said);
		else t.ok(got.includes(answers), said, { got });
		t.equal(server.got.length - before, forwarded ?? (answers.includes('"result"') ? 1 : 0), `${said} (forwarded)`);
		peer.leave();
	}
});

t.test('no row has the name of another', async (t) => {
	t.equal(new Set(rows.map((each) => `${each.class}: ${each.name}`)).size, rows.length);
});
