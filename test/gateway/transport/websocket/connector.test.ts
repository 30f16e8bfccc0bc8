import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import type { WebSocket } from 'ws';
import type { UpstreamEvents } from '../../../../gateway/transport/types.ts';
import { webSocketConnector } from '../../../../gateway/transport/websocket/connector.ts';
import { FakeClock } from '../fixtures/fake-clock.ts';
import { scriptedSocket } from '../fixtures/ws-server.ts';

const limits = { frame: 1_000 };
const silent: UpstreamEvents = { frame: async () => {}, framing() {}, done() {}, stderr() {}, closed() {} };

/** A server that the test plays, a connector to it, and what came over it. */
async function connecting(t: Test, over: Partial<UpstreamEvents> = {}) {
	const clock = new FakeClock();
	const sockets: WebSocket[] = [];
	const server = await scriptedSocket((socket) => void sockets.push(socket));
	const headers = { authorization: 'Bearer ours', 'x-team': 'a' };
	const connector = webSocketConnector({ url: server.url, headers, limits, clock });
	t.teardown(() => server.close());
	const came: string[] = [];
	let changed = () => {};
	const note = (text: string) => {
		came.push(text);
		changed();
	};
	const events: UpstreamEvents = {
		...silent,
		frame: async ({ bytes }, at) => note(`${bytes} ${JSON.stringify(at)}`),
		closed: (why) => note(`closed: ${why}`),
		...over,
	};
	const upstream = await connector.open(events);
	const until = async (is: () => boolean) => {
		while (!is())
			await new Promise<void>((resolve) => {
				changed = resolve;
			});
	};
	return { connector, upstream, clock, server, socket: sockets[0]!, came, until, note };
}

t.test('credentials, subprotocol and plain text frames', async (t) => {
	const { upstream, server, socket, came, until } = await connecting(t);
	t.match(server.asked, [{ authorization: 'Bearer ours', 'x-team': 'a', 'sec-websocket-protocol': 'mcp' }]);
	t.equal(server.asked[0]!['sec-websocket-extensions'], undefined, 'no compression is offered');
	t.equal(server.asked[0]!.origin, undefined);
	t.equal(upstream.binding, undefined);
	const got = once(socket, 'message');
	await upstream.send(Buffer.from(' {"a":"ü"}\n'), 1, {});
	t.match((await got).map(String), [' {"a":"ü"}\n', 'false']);
	socket.send('{"n":1}');
	await until(() => came.length > 0);
	t.same(came, ['{"n":1} {"streaming":false}']);
	await upstream.close();
});

const faults: [string, (socket: WebSocket) => void, string][] = [
	[
		'a binary message',
		(socket) => socket.send(Buffer.from('{}'), { binary: true }),
		'the server sent a binary message; MCP messages are text',
	],
	[
		'a message over the limit',
		(socket) => socket.send('x'.repeat(1_001)),
		'the server sent a message larger than 1000 bytes',
	],
	[
		'text that is not UTF-8',
		(socket) => socket.send(Buffer.from([0xff]), { binary: false }),
		'the server sent text that is not UTF-8',
	],
	[
		'a close with words of its own',
		(socket) => socket.close(4_000, 'secret words'),
		'the server closed the socket (close code 4000)',
	],
	['a socket that is cut', (socket) => socket.terminate(), 'the connection to the server broke off'],
];
for (const [what, act, why] of faults)
	t.test(`${what} ends the session`, async (t) => {
		const { upstream, socket, came, until } = await connecting(t);
		act(socket);
		await until(() => came.length > 0);
		t.same(came, [`closed: ${why}`]);
		await t.rejects(upstream.send(Buffer.from('{}'), 1, {}), { code: 'ERR_UPSTREAM_GONE' });
	});

t.test('frames are taken one after the other, and the last one before the end', async (t) => {
	const order: string[] = [];
	let release = () => {};
	const { socket, until, note, came, upstream } = await connecting(t, {
		async frame({ bytes }) {
			order.push(`begin ${bytes}`);
			note('frame');
			await new Promise<void>((resolve) => {
				release = resolve;
			});
			order.push(`end ${bytes}`);
		},
		closed(why) {
			order.push(why);
			note('closed');
		},
	});
	socket.send('1');
	socket.send('2');
	socket.close(1001);
	await until(() => came.length === 1);
	t.same(order, ['begin 1']);
	release();
	await until(() => came.length === 2);
	release();
	await until(() => came.length === 3);
	t.same(order, ['begin 1', 'end 1', 'begin 2', 'end 2', 'the server closed the socket (close code 1001)']);
	await upstream.close();
});

t.test('a server that does not answer a ping is given up', async (t) => {
	const { socket, clock, came, until } = await connecting(t);
	const ping = once(socket, 'ping');
	clock.advance(25_000);
	await ping;
	socket.pause();
	clock.advance(25_000);
	clock.advance(25_000);
	await until(() => came.length > 0);
	t.same(came, ['closed: the connection to the server broke off']);
	t.equal(clock.next, undefined);
});

t.test('our own end is not news; a server that does not close is cut', async (t) => {
	const { connector, socket, clock, came } = await connecting(t);
	socket.pause();
	const closing = connector.close();
	clock.advance(2_000);
	await closing;
	t.same(came, []);
	t.equal(clock.next, undefined);
});

t.test('handshakes that come to nothing', async (t) => {
	const other = await scriptedSocket(() => {}, 'other');
	t.teardown(() => other.close());
	await t.rejects(webSocketConnector({ url: other.url, limits }).open(silent), {
		code: 'ERR_UPSTREAM_HANDSHAKE',
		message: /no subprotocol/,
	});

	let seen = 0;
	const http = createServer((req, res) => {
		seen++;
		const status = Number(req.url!.slice(1));
		res.writeHead(status, status === 307 ? { location: other.url.replace('ws', 'http') } : {}).end('words of its own');
	});
	await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
	const { port } = http.address() as AddressInfo;
	for (const [status, ours] of [
		[200, 502],
		[307, 502],
		[401, 502],
		[404, 404],
		[503, 502],
	]) {
		const connector = webSocketConnector({ url: `ws://127.0.0.1:${port}/${status}`, limits });
		await t.rejects(connector.open(silent), { code: 'ERR_UPSTREAM_STATUS', status: ours! }, String(status));
	}
	t.equal(seen, 5, 'no redirect is followed');
	await new Promise((resolve) => http.close(resolve));
	const gone = webSocketConnector({ url: `ws://127.0.0.1:${port}/`, limits });
	await t.rejects(gone.open(silent), { code: 'ERR_UPSTREAM_UNREACHABLE', message: /ECONNREFUSED/ });
	await t.rejects(gone.open(silent, {}), { code: 'ERR_UPSTREAM_NOT_RESUMABLE', status: 404 });
});

t.test('a server that does not take our credentials is asked once more, with new ones', async (t) => {
	const good = await scriptedSocket();
	const asked: (string | undefined)[] = [];
	const http = createServer((req, res) => {
		asked.push(req.headers.authorization);
		res.writeHead(401).end();
	});
	await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
	t.teardown(() => good.close());
	t.teardown(() => new Promise((resolve) => http.close(resolve)));
	const { port } = http.address() as AddressInfo;
	const tokens = ['one', 'two', 'three'];
	const credentials = (more: boolean) => ({
		headers: async () => ({ authorization: `Bearer ${tokens[0]}` }),
		async rejected() {
			tokens.shift();
			return more;
		},
	});
	const refusing = webSocketConnector({ url: `ws://127.0.0.1:${port}/`, limits });
	await t.rejects(refusing.open(silent, undefined, credentials(true)), { code: 'ERR_UPSTREAM_STATUS', status: 502 });
	t.same(asked, ['Bearer one', 'Bearer two'], 'a second 401 is final');
	await t.rejects(refusing.open(silent, undefined, credentials(false)), { code: 'ERR_UPSTREAM_STATUS', status: 502 });
	t.same(asked.length, 3, 'and so is the first where there are no others');
	const taking = webSocketConnector({ url: good.url, limits });
	await (await taking.open(silent, undefined, credentials(true))).close();
	t.equal(good.asked[0]!.authorization, 'Bearer three');
});

t.test('a handshake that takes too long is given up', async (t) => {
	const clock = new FakeClock();
	const http = createServer();
	const upgrade = once(http, 'upgrade');
	await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
	const { port } = http.address() as AddressInfo;
	const opening = webSocketConnector({ url: `ws://127.0.0.1:${port}/`, limits, clock }).open(silent);
	const [, socket] = await upgrade;
	clock.advance(10_000);
	await t.rejects(opening, { code: 'ERR_UPSTREAM_UNREACHABLE', message: /ETIMEDOUT/ });
	socket.destroy();
	await new Promise((resolve) => http.close(resolve));
});
