import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { HttpExchange } from '../../../../gateway/transport/http/exchange.ts';
import { FakeClock } from '../fixtures/fake-clock.ts';

const clock = new FakeClock();

/** Runs `respond` on one exchange, with a client that reads only if it is told to. */
async function exchanging(t: Test, respond: (exchange: HttpExchange, client: Socket) => Promise<void>, read = true) {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	t.teardown(() => {
		server.closeAllConnections();
		server.close();
	});
	let text = '';
	const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
	if (read) client.on('data', (chunk) => (text += chunk));
	client.on('error', () => {});
	const closed = new Promise((resolve) => client.once('close', resolve));
	client.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
	await new Promise<void>((resolve, reject) => {
		server.once('request', (_req, res) => {
			respond(new HttpExchange(1, res, { clock, slowReader: 30_000 }), client).then(resolve, reject);
		});
	});
	if (read) await closed;
	client.destroy();
	const [head, ...body] = text.split('\r\n\r\n');
	return { head: head!.toLowerCase(), body: body.join('\r\n\r\n') };
}

t.test('one body', async (t) => {
	const { head, body } = await exchanging(t, async (exchange) => {
		await exchange.end(Buffer.from(' {}\n'), { headers: { 'mcp-session-id': 's' } });
		await exchange.end(Buffer.from('late'));
	});
	t.match(head, /^http\/1\.1 200 ok\r\ncontent-type: application\/json\r\ncontent-length: 4\r\nmcp-session-id: s\r\n/);
	t.equal(body, ' {}\n');
});

t.test('nothing', async (t) => {
	const { head, body } = await exchanging(t, (exchange) => exchange.end());
	t.match(head, /^http\/1\.1 202 accepted\r\ncontent-length: 0\r\n/);
	t.equal(body, '');
});

t.test('a stream', async (t) => {
	const { head, body } = await exchanging(t, async (exchange) => {
		exchange.keepAlive();
		exchange.stream({ 'mcp-session-id': 's' });
		await exchange.send(Buffer.alloc(0), { id: '1', retry: 5, empty: true });
		exchange.keepAlive();
		await exchange.send(Buffer.from('{"a":\r\n1}'), { id: '2' });
		await exchange.end(Buffer.from('{}'));
	});
	t.match(head, /^http\/1\.1 200 ok\r\ncontent-type: text\/event-stream\r\n/);
	t.match(head, /mcp-session-id: s/);
	t.match(head, /x-accel-buffering: no/);
	const events = body.replace(/(^|\r\n)[0-9a-f]+\r\n/g, '').replace(/\r\n/g, '');
	t.equal(
		events,
		'id: 1\nretry: 5\ndata: \n\n: keep-alive\n\nevent: message\nid: 2\ndata: {"a":\ndata: 1}\n\nevent: message\ndata: {}\n\n',
	);
});

t.test('a stream is committed to before there is anything to say', async (t) => {
	await exchanging(t, async (exchange, client) => {
		const first = new Promise((resolve) => client.once('data', (chunk) => resolve(String(chunk))));
		exchange.stream();
		t.match(await first, /^HTTP\/1\.1 200 OK\r\ncontent-type: text\/event-stream\r\n/);
		await exchange.end();
	});
});

t.test('a reader that does not read is cut off', async (t) => {
	await exchanging(
		t,
		async (exchange, client) => {
			client.pause();
			exchange.stream();
			let sent: Promise<void> = Promise.resolve();
			const outcome = new Promise((resolve) => exchange.onGone(() => resolve('gone')));
			// Larger than any socket buffer: not all of it can be handed over.
			sent = exchange.send(Buffer.alloc(64 * 1024 * 1024, 'x'));
			t.equal(clock.next, 30_000);
			clock.advance(30_000);
			await t.rejects(sent, { code: 'ERR_CLIENT_GONE' });
			t.equal(await outcome, 'gone');
			t.equal(exchange.gone, true);
			await t.rejects(exchange.end(Buffer.from('{}')), { code: 'ERR_CLIENT_GONE' });
		},
		false,
	);
	t.equal(clock.next, undefined, 'no timer is left');
});
