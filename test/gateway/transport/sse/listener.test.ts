import t, { type Test } from 'tap';
import { request } from 'undici';
import { httpListener } from '../../../../gateway/transport/http/listener.ts';
import { sseListener } from '../../../../gateway/transport/sse/listener.ts';
import type { Caller, Exchange, Front, Rejection } from '../../../../gateway/transport/types.ts';
import { FakeClock } from '../fixtures/fake-clock.ts';

const limits = { frame: 1_000, slowReader: 1_000 };
const json = { 'content-type': 'application/json' };
const events = { accept: 'text/event-stream' };
const unknown: Rejection = { status: 404, code: 'ERR_SESSION_UNKNOWN', message: 'none' };

async function serving(t: Test, over: Partial<Front> = {}) {
	const clock = new FakeClock();
	const seen: string[] = [];
	const callers: Caller[] = [];
	const exchanges: Exchange[] = [];
	let sessions = 0;
	let ended = () => {};
	const end = new Promise<void>((resolve) => {
		ended = resolve;
	});
	const front: Front = {
		async frame(caller, session, frame, exchange) {
			callers.push(caller);
			seen.push(`${session} ${frame.bytes}`);
			await exchange.send(frame.bytes, { id: 'x1' });
		},
		async attach(caller, exchange) {
			callers.push(caller);
			exchanges.push(exchange);
			return { session: `session-${++sessions}` };
		},
		admit: async (caller, session) => (session !== undefined && caller.server !== 'db' ? unknown : undefined),
		async listen() {},
		async end(_caller, session, reason) {
			seen.push(`end ${session} ${reason}`);
			ended();
			return { status: 200 };
		},
		...over,
	};
	const http = await httpListener(front, { host: '127.0.0.1', port: 0, limits, clock });
	const streams = sseListener(http, front, { limits, clock });
	t.teardown(async () => {
		await streams.close(0);
		await http.close(0);
	});
	const open = async (headers: Record<string, string> = {}) => {
		const abort = new AbortController();
		t.teardown(() => abort.abort());
		const response = await request(`${http.url}/sse/db`, { headers: { ...events, ...headers }, signal: abort.signal });
		const reader = response.body[Symbol.asyncIterator]();
		const next = async () => {
			const { value, done } = await reader.next();
			return done ? undefined : String(value);
		};
		return { response, next, vanish: () => abort.abort() };
	};
	const post = (path: string, body: string, headers: Record<string, string> = json) =>
		request(http.url + path, { method: 'POST', headers, body });
	return { url: http.url, open, post, streams, clock, seen, callers, end, exchanges };
}

function endpointOf(event: string | undefined): string {
	return /^event: endpoint\ndata: (\S+)\n\n$/.exec(event ?? '')![1]!;
}

t.test('the first event says where to POST, with a secret that is not the session id', async (t) => {
	const { open } = await serving(t);
	const first = await open();
	t.equal(first.response.statusCode, 200);
	t.match(first.response.headers, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
	const paths = [endpointOf(await first.next()), endpointOf(await (await open()).next())];
	for (const path of paths) t.match(path, /^\/sse\/db\?sessionId=[\w-]{32}$/);
	t.not(paths[0], paths[1]);
	t.notMatch(paths.join(), /session-/);
});

t.test(
	'a frame is acknowledged with 202 and answered on the stream, without another transport’s event id',
	async (t) => {
		const { open, post, seen, callers } = await serving(t);
		const { next } = await open({ authorization: 'Bearer one' });
		const path = endpointOf(await next());
		const { statusCode, body } = await post(path, '{"a":1}', {
			...json,
			authorization: 'Bearer two',
			'mcp-name': 'x',
			traceparent: '00',
		});
		t.equal(statusCode, 202);
		t.equal(await body.text(), '');
		t.equal(await next(), 'event: message\ndata: {"a":1}\n\n');
		t.same(seen, ['session-1 {"a":1}']);
		t.match(callers, [
			{ server: 'db', token: 'one', transport: { kind: 'sse', remote: '127.0.0.1' } },
			{ server: 'db', token: 'two', headers: { traceparent: '00' } },
		]);
		for (const name of ['mcp-name', 'accept', 'content-type'])
			t.notOk(
				callers.some(({ headers }) => name in headers),
				`${name} is no fact about a frame here`,
			);
	},
);

t.test('what is wrong with a request as HTTP is refused before anybody sees it', async (t) => {
	const { url, open, post, seen } = await serving(t);
	const path = endpointOf(await (await open()).next());
	const refusals: [
		string,
		{ method?: 'GET' | 'POST' | 'PUT'; path?: string; headers?: Record<string, string>; body?: string },
		number,
	][] = [
		['another media type', { headers: { 'content-type': 'text/plain' } }, 415],
		['an encoded body', { headers: { ...json, 'content-encoding': 'gzip' } }, 415],
		['a body over the limit', { body: 'x'.repeat(1_001) }, 413],
		['another host', { headers: { ...json, host: 'evil.example' } }, 403],
		['another origin', { headers: { ...json, origin: 'https://evil.example' } }, 403],
		['another origin on GET', { method: 'GET', path: '/sse/db', headers: { ...events, origin: 'null' } }, 403],
		['a GET that wants no stream', { method: 'GET', path: '/sse/db', headers: { accept: 'application/json' } }, 406],
		['another method', { method: 'PUT' }, 405],
		['another path below', { path: `/sse/db/ticket?${path.split('?')[1]}` }, 404],
		['no session', { path: '/sse/db' }, 404],
		['a session that is not there', { path: '/sse/db?sessionId=0123456789abcdef' }, 404],
		['a session that is named twice', { path: `${path}&sessionId=1` }, 404],
		['a session of another server', { path: path.replace('/db', '/files') }, 404],
	];
	for (const [what, { method = 'POST', path: to = path, headers = json, body = '{}' }, status] of refusals) {
		const response = await request(url + to, { method, headers, ...(method === 'GET' ? {} : { body }) });
		t.equal(response.statusCode, status, what);
		t.match(await response.body.json(), { jsonrpc: '2.0', id: null, error: { data: { code: /^ERR_/ } } }, what);
	}
	t.same(seen, []);
	t.equal((await post(path, '{}')).statusCode, 202);
});

t.test('who is not let in gets a status, on GET and on each POST', async (t) => {
	const refused = { status: 401, code: 'ERR_TEST', message: 'no', headers: { 'www-authenticate': 'Bearer' } };
	const closed = await serving(t, { attach: async () => refused });
	const { response } = await closed.open();
	t.equal(response.statusCode, 401);
	t.equal(response.headers['www-authenticate'], 'Bearer');

	const { open, post, seen } = await serving(t, {
		admit: async ({ token }) => (token === 'good' ? undefined : refused),
	});
	const path = endpointOf(await (await open()).next());
	t.equal((await post(path, '{}')).statusCode, 401);
	t.equal(
		(await post('/sse/db?sessionId=x', '{}')).statusCode,
		401,
		'a stranger does not learn which sessions there are',
	);
	t.same(seen, []);
	t.equal((await post(path, '{}', { ...json, authorization: 'Bearer good' })).statusCode, 202);
});

t.test('a client that leaves ends its session, and its path with it', async (t) => {
	const { open, post, seen, end } = await serving(t);
	const { next, vanish } = await open();
	const path = endpointOf(await next());
	vanish();
	await end;
	t.same(seen, ['end session-1 gone']);
	t.equal((await post(path, '{}')).statusCode, 404);
});

t.test('a stream that the gateway ends is read to its end, and is not reported as left', async (t) => {
	const { open, post, seen, exchanges } = await serving(t);
	const { next } = await open();
	const path = endpointOf(await next());
	void exchanges[0]!.send(Buffer.from('{"last":1}'));
	exchanges[0]!.disconnect('over');
	let rest = '';
	for (let part = await next(); part !== undefined; part = await next()) rest += part;
	t.equal(rest, 'event: message\ndata: {"last":1}\n\n');
	t.equal((await post(path, '{}')).statusCode, 404);
	t.same(seen, []);
});

t.test('a silent stream is kept alive with comments', async (t) => {
	const { open, clock } = await serving(t);
	const { next } = await open();
	await next();
	for (let beat = 0; beat < 3; beat++) {
		clock.advance(15_000);
		t.equal(await next(), ': keep-alive\n\n');
	}
});

t.test('a client that does not read is cut off', async (t) => {
	const { open, clock, exchanges, end } = await serving(t);
	await open();
	const sending = exchanges[0]!.send(Buffer.alloc(50_000_000, 'x'));
	clock.advance(1_000);
	await t.rejects(sending, { code: 'ERR_CLIENT_GONE' });
	await end;
});

t.test('behind a proxy the path is the one that clients use', async (t) => {
	const front = { attach: async () => ({ session: 's' }), end: async () => ({ status: 200 }) } as unknown as Front;
	const publicUrl = 'https://mcp.example.com/base/';
	const http = await httpListener(front, { host: '127.0.0.1', port: 0, limits, publicUrl });
	const streams = sseListener(http, front, { limits, publicUrl });
	t.teardown(async () => {
		await streams.close(0);
		await http.close(0);
	});
	const abort = new AbortController();
	const { body } = await request(`${http.url}/sse/db`, {
		headers: { ...events, host: 'mcp.example.com' },
		signal: abort.signal,
	});
	for await (const part of body) {
		t.match(String(part), /^event: endpoint\ndata: \/base\/sse\/db\?sessionId=/);
		break;
	}
	abort.abort();
});
