import type { ServerResponse } from 'node:http';
import t, { type Test } from 'tap';
import { sseConnector } from '../../../../gateway/transport/sse/connector.ts';
import type { UpstreamEvents } from '../../../../gateway/transport/types.ts';
import { FakeClock } from '../fixtures/fake-clock.ts';
import { listen } from '../fixtures/http-server.ts';
import { type Posted, type SseServerOptions, scriptedSse } from '../fixtures/sse-server.ts';

const limits = { frame: 10_000 };

/** A server, a connector to it, and what came over it. */
async function connecting(t: Test, options: SseServerOptions = {}) {
	const clock = new FakeClock();
	const posted: Posted[] = [];
	const streams: ServerResponse[] = [];
	const asked: unknown[] = [];
	const server = await scriptedSse({
		...options,
		posted,
		opened(stream, headers) {
			streams.push(stream);
			asked.push(headers);
		},
	});
	const headers = { Authorization: 'Bearer ours', 'X-Team': 'a' };
	const connector = sseConnector({ url: server.url, headers, limits, clock });
	t.teardown(async () => {
		await connector.close();
		await server.close();
	});
	const came: string[] = [];
	let changed = () => {};
	const until = async (is: () => boolean) => {
		while (!is())
			await new Promise<void>((resolve) => {
				changed = resolve;
			});
	};
	const note = (text: string) => {
		came.push(text);
		changed();
	};
	const events: UpstreamEvents = {
		frame: async ({ bytes }, at) => note(`${bytes} ${JSON.stringify(at)}`),
		framing: () => note('framing'),
		done: (exchange, end) => note(`done ${exchange} ${end.status} ${end.ok ? '' : end.code}`),
		stderr() {},
		closed: (why) => note(`closed: ${why}`),
	};
	return { connector, events, came, until, posted, streams, asked, clock, server };
}

t.test('credentials go with the GET and with each POST; the client’s do not', async (t) => {
	const { connector, events, posted, asked } = await connecting(t);
	const upstream = await connector.open(events);
	t.equal(upstream.binding, undefined);
	await upstream.send(Buffer.from('{"method":"x"}'), 1, {
		authorization: 'Bearer theirs',
		accept: 'text/plain',
		'last-event-id': '7',
		'mcp-protocol-version': '2024-11-05',
		'mcp-session-id': 's',
		traceparent: '00-1',
		'x-team': 'b',
	});
	const ours = { authorization: 'Bearer ours', 'x-team': 'a', 'accept-encoding': 'identity' };
	t.match(asked, [{ ...ours, accept: 'text/event-stream' }]);
	const [{ url, headers, body }] = posted as [Posted];
	t.equal(url, '/messages?sessionId=s1');
	t.equal(body.toString(), '{"method":"x"}');
	t.match(headers, {
		...ours,
		'content-type': 'application/json',
		'mcp-protocol-version': '2024-11-05',
		traceparent: '00-1',
	});
	t.equal(headers['last-event-id'], undefined);
	t.equal(headers['mcp-session-id'], undefined);
});

t.test('a session’s own credentials go with the GET and with each POST', async (t) => {
	const { connector, events, posted, asked } = await connecting(t);
	let n = 0;
	const credentials = { headers: async () => ({ authorization: `Bearer ${++n}` }), rejected: async () => false };
	const upstream = await connector.open(events, undefined, credentials);
	await upstream.send(Buffer.from('{"method":"x"}'), 1, {});
	t.match(asked, [{ authorization: 'Bearer 1' }]);
	t.match(posted, [{ headers: { authorization: 'Bearer 2' } }]);
});

t.test('frames come from the stream; endpoint events and framing never pass', async (t) => {
	const { connector, events, came, until, streams, posted } = await connecting(t);
	const upstream = await connector.open(events);
	streams[0]!.write(
		'event: endpoint\ndata: /elsewhere\n\n: note\n\nid: 3\nretry: 9\ndata:\n\nevent: other\ndata: x\n\nid: 4\ndata: {"n":1}\n\n',
	);
	await until(() => came.length > 0);
	t.same(came, ['{"n":1} {"streaming":false}']);
	await upstream.send(Buffer.from('{"method":"x"}'), 1, {});
	t.equal(posted[0]!.url, '/messages?sessionId=s1', 'the first endpoint stays');
});

t.test('two sessions have a stream each', async (t) => {
	const { connector, events, posted } = await connecting(t);
	const [one, two] = await Promise.all([connector.open(events), connector.open(events)]);
	await one.send(Buffer.from('{"n":1}'), 1, {});
	await two.send(Buffer.from('{"n":2}'), 1, {});
	t.equal(new Set(posted.map(({ url }) => url)).size, 2);
});

t.test('an absolute endpoint of the same origin is taken, another origin is not', async (t) => {
	const same = await connecting(t, { greeting: 'event: endpoint\ndata: URL?sessionId=ID\n\n' });
	const upstream = await same.connector.open(same.events);
	await upstream.send(Buffer.from('{"method":"x"}'), 1, {});
	t.equal(same.posted[0]!.url, '/mcp?sessionId=s1');

	const other = await connecting(t, { greeting: 'event: endpoint\ndata: http://localhost:1/m\n\n' });
	await t.rejects(other.connector.open(other.events), { code: 'ERR_UPSTREAM_ENDPOINT', status: 502 });
	t.same(other.posted, []);
});

t.test('a server that names no endpoint is given up after ten seconds', async (t) => {
	let opened!: () => void;
	const asked = new Promise<void>((resolve) => {
		opened = resolve;
	});
	const clock = new FakeClock();
	const server = await listen((_req, res) => {
		res.writeHead(200, { 'content-type': 'text/event-stream' }).write(': soon\n\n');
		opened();
	});
	const connector = sseConnector({ url: server.url, limits, clock });
	t.teardown(async () => {
		await connector.close();
		await server.close();
	});
	const opening = connector.open({ frame: async () => {}, framing() {}, done() {}, stderr() {}, closed() {} });
	await asked;
	clock.advance(10_000);
	await t.rejects(opening, { code: 'ERR_UPSTREAM_ENDPOINT', message: /within 10 s/ });
});

const refusals: [string, (res: ServerResponse) => void, { code: string; status: number }][] = [
	[
		'a redirect',
		(res) => res.writeHead(307, { location: '/other' }).end(),
		{ code: 'ERR_UPSTREAM_STATUS', status: 502 },
	],
	['401', (res) => res.writeHead(401).end(), { code: 'ERR_UPSTREAM_STATUS', status: 502 }],
	['404', (res) => res.writeHead(404).end('no'), { code: 'ERR_UPSTREAM_STATUS', status: 404 }],
	[
		'a body that is no stream',
		(res) => res.writeHead(200, { 'content-type': 'application/json' }).end('{"jsonrpc":"2.0"}'),
		{ code: 'ERR_UPSTREAM_ENDPOINT', status: 502 },
	],
	[
		'an encoded stream',
		(res) => res.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' }).end('x'),
		{ code: 'ERR_UPSTREAM_ENCODED', status: 502 },
	],
	[
		'an endless first event',
		(res) => res.writeHead(200, { 'content-type': 'text/event-stream' }).write(`data: ${'x'.repeat(20_000)}`),
		{ code: 'ERR_UPSTREAM_TOO_LARGE', status: 502 },
	],
];
for (const [what, answer, error] of refusals)
	t.test(`${what} for an answer to the GET is refused`, async (t) => {
		const server = await listen((_req, res) => answer(res));
		const frames: unknown[] = [];
		const connector = sseConnector({ url: server.url, limits });
		t.teardown(async () => {
			await connector.close();
			await server.close();
		});
		const frame = async (...all: unknown[]) => void frames.push(all);
		await t.rejects(connector.open({ frame, framing() {}, done() {}, stderr() {}, closed() {} }), error);
		t.same(frames, []);
	});

t.test('a server that cannot be reached', async (t) => {
	const server = await listen(() => {});
	await server.close();
	const connector = sseConnector({ url: server.url, limits });
	t.teardown(() => connector.close());
	await t.rejects(connector.open({ frame: async () => {}, framing() {}, done() {}, stderr() {}, closed() {} }), {
		code: 'ERR_UPSTREAM_UNREACHABLE',
	});
});

t.test('a POST that is refused fails its exchange; 404 ends the session', async (t) => {
	const failing = await connecting(t, { status: 500 });
	await (await failing.connector.open(failing.events)).send(Buffer.from('{}'), 7, {});
	await failing.until(() => failing.came.length > 0);
	t.same(failing.came, ['done 7 502 ERR_UPSTREAM_STATUS']);

	const gone = await connecting(t, { status: 404 });
	const upstream = await gone.connector.open(gone.events);
	await upstream.send(Buffer.from('{}'), 7, {});
	await gone.until(() => gone.came.length > 1);
	t.same(gone.came, ['done 7 404 ERR_UPSTREAM_STATUS', 'closed: the server does not know the session any more']);
	await t.rejects(upstream.send(Buffer.from('{}'), 8, {}), { code: 'ERR_UPSTREAM_GONE' });
});

t.test('a refusal whose body is a message is a refusal all the same', async (t) => {
	const server = await listen((req, res) => {
		if (req.method === 'GET')
			res.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: endpoint\ndata: /m\n\n');
		else res.writeHead(400, { 'content-type': 'application/json' }).end('{"jsonrpc":"2.0","id":1,"result":{}}');
	});
	const came: unknown[] = [];
	let over!: () => void;
	const done = new Promise<void>((resolve) => {
		over = resolve;
	});
	const connector = sseConnector({ url: server.url, limits });
	t.teardown(async () => {
		await connector.close();
		await server.close();
	});
	const upstream = await connector.open({
		frame: async (...all) => void came.push(all),
		framing() {},
		done(exchange, end) {
			came.push([exchange, end.status]);
			over();
		},
		stderr() {},
		closed() {},
	});
	await upstream.send(Buffer.from('{}'), 3, {});
	await done;
	t.same(came, [[3, 400]]);
});

t.test('the end of the stream ends the session; our own closing is not reported', async (t) => {
	const { connector, events, came, until, streams } = await connecting(t);
	await connector.open(events);
	streams[0]!.end();
	await until(() => came.length > 0);
	t.same(came, ['closed: the server ended its event stream']);

	const upstream = await connector.open(events);
	const left = new Promise((resolve) => streams[1]!.on('close', resolve));
	await upstream.close();
	await left;
	t.equal(came.length, 1);
});

t.test('it is not found again after a restart', async (t) => {
	const { connector, events } = await connecting(t);
	await t.rejects(connector.open(events, {}), { code: 'ERR_UPSTREAM_NOT_RESUMABLE', status: 404 });
});
