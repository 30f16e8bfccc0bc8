import t, { type Test } from 'tap';
import { WebSocket } from 'ws';
import { httpListener } from '../../../../gateway/transport/http/listener.ts';
import type { Caller, Exchange, Front } from '../../../../gateway/transport/types.ts';
import { webSocketListener } from '../../../../gateway/transport/websocket/listener.ts';
import { FakeClock } from '../fixtures/fake-clock.ts';

const limits = { frame: 1_000, slowReader: 1_000 };

async function serving(t: Test, over: Partial<Front> = {}) {
	const clock = new FakeClock();
	const seen: string[] = [];
	const callers: Caller[] = [];
	let exchange!: Exchange;
	let ended = () => {};
	const end = new Promise<void>((resolve) => {
		ended = resolve;
	});
	const front: Front = {
		async frame(_caller, session, frame, theirs) {
			seen.push(`${session} ${frame.bytes}`);
			await theirs.send(frame.bytes);
		},
		admit: async () => undefined,
		async attach(caller, theirs) {
			callers.push(caller);
			exchange = theirs;
			return { session: 's' };
		},
		async listen() {},
		async end(_caller, session, reason) {
			seen.push(`end ${session} ${reason}`);
			ended();
			return { status: 200 };
		},
		...over,
	};
	const http = await httpListener(front, { host: '127.0.0.1', port: 0, limits });
	const sockets = webSocketListener(http, front, { limits, clock });
	t.teardown(async () => {
		await sockets.close(0);
		await http.close(0);
	});
	const url = `${http.url.replace('http', 'ws')}/ws/db`;
	return { url, sockets, clock, seen, callers, end, exchange: () => exchange };
}

interface Outcome {
	readonly open?: WebSocket;
	readonly status?: number;
	readonly body?: string;
}

function connect(url: string, protocols: string[] = ['mcp'], headers: Record<string, string> = {}): Promise<Outcome> {
	const ws = new WebSocket(url, protocols, { headers });
	return new Promise((resolve) => {
		ws.on('open', () => resolve({ open: ws }));
		ws.on('error', () => {});
		ws.on('unexpected-response', (_req, res) => {
			let body = '';
			res.on('data', (chunk) => (body += chunk));
			res.on('end', () => resolve({ status: res.statusCode!, body }));
		});
	});
}

const closeCode = (ws: WebSocket) => new Promise<number>((resolve) => ws.once('close', resolve));

t.test('a session a socket, with the token of the header', async (t) => {
	const { url, seen, callers, end } = await serving(t);
	const { open } = await connect(url, ['other', 'mcp'], { authorization: 'Bearer k' });
	t.equal(open!.protocol, 'mcp');
	t.equal(open!.extensions, '', 'nothing compressed');
	const echo = new Promise((resolve) => open!.once('message', (data, binary) => resolve([String(data), binary])));
	open!.send(' {"a":"ü"}\n');
	t.same(await echo, [' {"a":"ü"}\n', false]);
	t.match(callers, [{ server: 'db', token: 'k', transport: { kind: 'ws', remote: '127.0.0.1' } }]);
	open!.close();
	await end;
	t.same(seen, ['s  {"a":"ü"}\n', 'end s gone']);
});

t.test('who is not let in gets a plain answer', async (t) => {
	const refused = { status: 401, code: 'ERR_TEST', message: 'no', headers: { 'www-authenticate': 'Bearer' } };
	const { url } = await serving(t, { attach: async () => refused });
	t.match(await connect(url), { status: 401, body: /ERR_TEST/ });
	t.match(await connect(url, ['other']), { status: 400, body: /ERR_SUBPROTOCOL/ });
	t.match(await connect(url, []), { status: 400 });
	t.match(await connect(url, ['mcp'], { origin: 'http://evil.example.com' }), { status: 403 });
	t.match(await connect(url, ['mcp'], { host: 'evil.example.com' }), { status: 403 });
});

t.test('what is no frame ends the socket', async (t) => {
	const { url, seen } = await serving(t);
	const cases: [string, (ws: WebSocket) => void, number][] = [
		['binary', (ws) => ws.send(Buffer.from('{}'), { binary: true }), 1003],
		['too large', (ws) => ws.send('x'.repeat(1_001)), 1009],
		['not UTF-8', (ws) => ws.send(Buffer.from([0xff, 0xfe]), { binary: false }), 1007],
	];
	for (const [name, act, code] of cases) {
		const { open } = await connect(url);
		act(open!);
		t.equal(await closeCode(open!), code, name);
	}
	t.notOk(seen.some((line) => !line.startsWith('end')));
});

t.test('a ping every 25 s, and who does not answer is gone', async (t) => {
	const { url, clock, end } = await serving(t);
	const { open } = await connect(url);
	t.equal(clock.next, 25_000);
	const ping = new Promise((resolve) => open!.once('ping', resolve));
	clock.advance(25_000);
	await ping;
	open!.pause();
	clock.advance(25_000);
	clock.advance(25_000);
	await end;
	t.equal(clock.next, undefined);
	open!.terminate();
});

t.test('the front can hang up', async (t) => {
	const { url, exchange } = await serving(t);
	const { open } = await connect(url);
	const closed = new Promise((resolve) => open!.once('close', (code, why) => resolve([code, String(why)])));
	exchange().disconnect('the server process ended');
	t.same(await closed, [1011, 'the server process ended']);
});

t.test('a handshake that fails after it was let in ends the session', async (t) => {
	const { url, end, seen } = await serving(t);
	const { request } = await import('node:http');
	const { port } = new URL(url);
	const headers = {
		connection: 'Upgrade',
		upgrade: 'websocket',
		'sec-websocket-protocol': 'mcp',
		'sec-websocket-version': '13',
		'sec-websocket-key': 'short',
	};
	request({ port, host: '127.0.0.1', path: '/ws/db', headers }, (res) => res.resume()).end();
	await end;
	t.same(seen, ['end s gone']);
});

t.test('closing tells the clients', async (t) => {
	const { url, sockets, clock } = await serving(t);
	const { open } = await connect(url);
	const code = closeCode(open!);
	const closing = sockets.close(5_000);
	t.equal(await code, 1001);
	await closing;
	t.equal(clock.next, undefined);
});
