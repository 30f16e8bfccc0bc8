import t from 'tap';
import { gateway } from './support/gateway.ts';
import { RawClient, say } from './support/raw-client.ts';
import { type Asked, rawServer } from './support/raw-server.ts';
import { exported, wiresOf } from './support/recorded.ts';
import { SocketClient } from './support/socket-client.ts';
import { stdioServer } from './support/stdio-server.ts';

const ping = (id: number) => `{"jsonrpc":"2.0","id":${id},"method":"ping"}`;
const pong = (id: number) => `{"jsonrpc":"2.0","id":${id},"result":{}}`;
const begun = '{"jsonrpc":"2.0","id":"begin","result":{"protocolVersion":"2025-11-25","capabilities":{}}}';

/** Answers every ping, in a session named `up-1`. */
const pinged = () =>
	rawServer(({ body, json, status }) => {
		if (body.includes('"initialize"')) json(begun, { 'mcp-session-id': 'up-1' });
		else if (body.includes('"ping"')) json(body.replace('"method":"ping"', '"result":{}'));
		else status(body === '' ? 405 : 202);
	});

t.test('who may come in, and whose session is whose', async (t) => {
	const server = await pinged();
	t.teardown(() => server.close());
	const house = await gateway(t, {
		servers: { raw: { http: { url: server.url } }, other: { http: { url: server.url } } },
		more: { identity: { anonymous: false } },
	});
	const url = `${house.url}/mcp/raw`;
	const [ours, theirs] = [await house.token('ours'), await house.token('theirs')];
	const client = new RawClient(url, ours);
	await client.begin();
	t.equal((await client.ask(ping(1))).toString(), pong(1));
	const seen = server.got.length;

	const as = async (token: string | undefined, session = client.session, at = url) => {
		const stranger = new RawClient(at, token);
		stranger.session = session;
		const [post, get, end] = [await stranger.post(ping(2)), await stranger.listen(), await stranger.end()];
		const body = JSON.parse((await post.body()).toString());
		return { statuses: [post.status, get.status, end.status], body, headers: post.headers };
	};
	t.match(await as(theirs), { statuses: [404, 404, 404], body: { error: { data: { code: 'ERR_SESSION_UNKNOWN' } } } });
	const unknown = await as(ours, 'f'.repeat(32));
	t.strictSame([unknown.statuses, unknown.body], [[404, 404, 404], (await as(theirs)).body], 'told nothing apart');
	t.match(await as(ours, client.session, `${house.url}/mcp/other`), { statuses: [404, 404, 404] }, 'on another server');
	t.match(await as('slc_wrong'), {
		statuses: [401, 401, 401],
		headers: { 'www-authenticate': /^Bearer/ },
		body: { error: { data: { code: 'ERR_TOKEN_UNKNOWN' } } },
	});
	t.match(await as(undefined), { statuses: [401, 401, 401], headers: { 'www-authenticate': /^Bearer/ } });
	const approver = await house.token('boss', 'approver');
	t.match(await as(approver), { statuses: [403, 403, 403] });
	await t.rejects(SocketClient.open(`${house.url.replace('http', 'ws')}/ws/raw`), /401/);
	const bearer = { authorization: `Bearer ${theirs}` };
	const socket = await SocketClient.open(`${house.url.replace('http', 'ws')}/ws/raw`, bearer);
	await socket.close();
	t.equal(server.got.length, seen, 'none of this reached the server');
	t.equal((await client.ask(ping(3))).toString(), pong(3), 'and the session is as it was');
	t.notOk(house.said.includes(ours), 'no token in the log');
});

t.test('a wrong credential is refused where anonymous is allowed', async (t) => {
	const server = await pinged();
	t.teardown(() => server.close());
	const house = await gateway(t, { servers: { raw: { http: { url: server.url } } } });
	const url = `${house.url}/mcp/raw`;
	const accept = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
	const first = '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}';
	const status = async (headers: Record<string, string>) =>
		(await say(url, 'POST', { ...accept, ...headers }, first)).status;
	t.equal(await status({ authorization: 'Bearer slc_wrong' }), 401);
	t.equal(await status({ authorization: 'Basic YTpi' }), 401);
	t.equal(await status({ 'x-forwarded-for': '192.0.2.1' }), 401, 'nobody is on loopback behind a proxy');
	t.equal(await status({ host: 'evil.example.com' }), 403);
	t.equal(await status({ origin: 'http://evil.example.com' }), 403);
	t.strictSame(server.got, []);
});

t.test('a session goes on after its gateway was killed; one of a child process ends with 404', async (t) => {
	const server = await pinged();
	t.teardown(() => server.close());
	const child = await stdioServer((pipe) => pipe.on('data', () => pipe.write(`${begun}\n`)));
	t.teardown(() => child.close());
	const house = await gateway(t, { servers: { raw: { http: { url: server.url } }, child: { stdio: child.stdio } } });
	const client = new RawClient(`${house.url}/mcp/raw`);
	await client.begin();
	t.equal((await client.ask(ping(1))).toString(), pong(1));
	const piped = new RawClient(`${house.url}/mcp/child`);
	await piped.begin();

	await house.restart('SIGKILL');
	client.at(`${house.url}/mcp/raw`);
	piped.at(`${house.url}/mcp/child`);
	t.equal((await client.ask(ping(2))).toString(), pong(2));
	t.match(await piped.post(ping(2)), { status: 404 });
	const [first, second] = await exported(house);
	t.strictSame(wiresOf(first!), {
		clientSent: client.sent,
		clientGot: client.got,
		serverSent: server.sent,
		serverGot: server.got,
	});
	t.equal(second!.lines.at(-1)?.event, 'closed');
	await house.sluice(['replay', 'exported', '--config', 'sluice.yaml']);
});

t.test('a session that its server does not let begin is none', async (t) => {
	const refusal = '{"jsonrpc":"2.0","id":"begin","error":{"code":-32602,"message":"no"}}';
	const answers: ((asked: Asked) => void)[] = [
		({ status }) => status(500),
		({ json }) => json(refusal),
		({ status }) => status(202),
	];
	const server = await rawServer((asked) => {
		if (!asked.body.includes('"initialize"')) return asked.status(asked.method === 'GET' ? 405 : 202);
		const next = answers.shift();
		if (next === undefined) asked.json(begun);
		else next(asked);
	});
	t.teardown(() => server.close());
	const house = await gateway(t, {
		servers: { raw: { http: { url: server.url } } },
		more: { limits: { sessionsPerPrincipal: 1 } },
	});
	for (const _ of [1, 2, 3]) {
		const client = new RawClient(`${house.url}/mcp/raw`);
		await client.begin();
		t.equal(client.session, undefined);
		t.match(client.got[0], /"id":"begin","error"/);
	}
	const client = new RawClient(`${house.url}/mcp/raw`);
	await client.begin();
	t.match(client.session, /^[0-9a-f]{32}$/, 'none of them counts');
	for (const { lines } of (await exported(house)).slice(0, 3)) t.equal(lines.at(-1)?.event, 'closed');
});

t.test('a session that its server has forgotten ends with 404', async (t) => {
	let known = true;
	const server = await rawServer(({ body, json, status }) => {
		if (body.includes('"initialize"')) json(begun, { 'mcp-session-id': 'up-1' });
		else if (!known) status(404);
		else status(202);
	});
	t.teardown(() => server.close());
	const house = await gateway(t, { servers: { raw: { http: { url: server.url } } } });
	const client = new RawClient(`${house.url}/mcp/raw`);
	await client.begin();
	known = false;
	const answer = await client.post(ping(1));
	t.equal(answer.status, 404);
	t.match(JSON.parse((await answer.body()).toString()), { id: 1, error: {} });
	t.match(await client.post(ping(2)), { status: 404 });
	known = true;
	const anew = new RawClient(`${house.url}/mcp/raw`);
	await anew.begin();
	t.not(anew.session, client.session);
});
