import t from 'tap';
import { request } from 'undici';
import { WebSocket } from 'ws';
import { httpListener } from '../../../../gateway/transport/http/listener.ts';
import type { Caller, Front } from '../../../../gateway/transport/types.ts';
import { webSocketListener } from '../../../../gateway/transport/websocket/listener.ts';
import { Tickets } from '../../../../gateway/transport/websocket/tickets.ts';
import { FakeClock } from '../fixtures/fake-clock.ts';

const caller: Caller = {
	server: 'db',
	transport: { kind: 'ws', remote: '127.0.0.1' },
	headers: { a: 'b' },
	token: 'k',
};

t.test('a ticket is used once, within 30 s, for its server', async (t) => {
	const clock = new FakeClock();
	const tickets = new Tickets(clock);
	const make = () => tickets.make(caller) as string;
	const one = make();
	t.match(one, /^[\w-]{32}$/);
	t.same(tickets.use(one, 'db'), { server: 'db', token: 'k' });
	t.match(tickets.use(one, 'db'), { status: 401, code: 'ERR_TICKET_UNKNOWN' }, 'used');
	t.match(tickets.use('x', 'db'), { status: 401 }, 'unknown');
	const two = make();
	t.match(tickets.use(two, 'files'), { status: 401 }, 'another server');
	t.match(tickets.use(two, 'db'), { status: 401 }, 'used up by that');
	const three = make();
	clock.advance(29_999);
	const four = make();
	t.same(tickets.use(three, 'db'), { server: 'db', token: 'k' });
	clock.advance(30_000);
	t.match(tickets.use(four, 'db'), { status: 401 }, 'expired');
});

t.test('so many tickets at once, and no more', async (t) => {
	const clock = new FakeClock();
	const tickets = new Tickets(clock);
	for (let n = 0; n < 4_096; n++) tickets.make(caller);
	t.match(tickets.make(caller), { status: 429, code: 'ERR_LIMIT_TICKETS' });
	clock.advance(30_000);
	t.type(tickets.make(caller), 'string');
});

t.test('over the wire', async (t) => {
	const callers: Caller[] = [];
	const front: Front = {
		frame: async () => {},
		async attach(who) {
			callers.push(who);
			return { session: 's' };
		},
		async admit(who) {
			return who.token === 'k' ? undefined : { status: 401, code: 'ERR_TEST', message: 'no' };
		},
		async listen() {},
		end: async () => ({ status: 200 }),
	};
	const limits = { frame: 1_000, slowReader: 1_000 };
	const clock = new FakeClock();
	const http = await httpListener(front, { host: '127.0.0.1', port: 0, limits, clock });
	const sockets = webSocketListener(http, front, { limits, clock });
	t.teardown(async () => {
		await sockets.close(0);
		await http.close(0);
	});
	const ask = (headers: Record<string, string>, path = '/ws/db/ticket', method: 'POST' | 'GET' = 'POST') =>
		request(http.url + path, { method, headers });
	const bearer = { authorization: 'Bearer k' };

	t.equal((await ask({})).statusCode, 401);
	t.equal((await ask({ ...bearer, origin: 'https://evil.example' })).statusCode, 403);
	t.equal((await ask({ ...bearer, host: 'evil.example' })).statusCode, 403);
	t.equal((await ask(bearer, '/ws/db/ticket', 'GET')).statusCode, 405);
	t.equal((await ask(bearer, '/ws/db/other')).statusCode, 404);
	t.equal((await ask(bearer, '/ws/db')).statusCode, 426);
	const given = await ask(bearer);
	t.equal(given.statusCode, 201);
	t.equal(given.headers['cache-control'], 'no-store');
	const { url, expires_in } = (await given.body.json()) as { url: string; expires_in: number };
	t.equal(expires_in, 30);
	t.match(url, new RegExp(`^${http.url.replace('http', 'ws')}/ws/db\\?ticket=[\\w-]{32}$`));

	const connect = (to: string, headers = {}) =>
		new Promise<number>((resolve) => {
			const ws = new WebSocket(to, ['mcp'], { headers });
			ws.on('open', () => resolve(101));
			ws.on('error', () => {});
			ws.on('unexpected-response', (_req, res) => resolve(res.statusCode!));
		});
	t.equal(await connect(url), 101);
	t.match(callers, [{ server: 'db', token: 'k', transport: { kind: 'ws', remote: '127.0.0.1' } }]);
	t.notOk(JSON.stringify(callers).includes(url.slice(-32)), 'the ticket goes no further');
	t.equal(await connect(url), 401, 'used');
	t.equal(await connect(`${url}x`), 401);
	const { url: second } = (await (await ask(bearer)).body.json()) as { url: string };
	t.equal(await connect(second, bearer), 400, 'two credentials');
	const { url: third } = (await (await ask(bearer)).body.json()) as { url: string };
	t.equal(await connect(third.replace('/db', '/files')), 401);
	t.equal(callers.length, 1);
});

t.test('behind a proxy the URL is the one that clients use', async (t) => {
	const front = { admit: async () => undefined } as unknown as Front;
	const limits = { frame: 1_000, slowReader: 1_000 };
	const publicUrl = 'https://mcp.example.com/base';
	const http = await httpListener(front, { host: '127.0.0.1', port: 0, limits, publicUrl });
	const sockets = webSocketListener(http, front, { limits, publicUrl });
	t.teardown(async () => {
		await sockets.close(0);
		await http.close(0);
	});
	const { body } = await request(`${http.url}/ws/db/ticket`, { method: 'POST', headers: { host: 'mcp.example.com' } });
	t.match(await body.json(), { url: /^wss:\/\/mcp\.example\.com\/base\/ws\/db\?ticket=/ });
});
