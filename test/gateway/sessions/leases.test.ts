import t, { type Test } from 'tap';
import { NeededScopes } from '../../../gateway/identity/needed-scopes.ts';
import type { Admitted } from '../../../gateway/sessions/identify.ts';
import { call, request, result } from '../../fixtures/frames.ts';
import { caller, FakeExchange, houseUnderTest, reason, stubPolicy } from '../../fixtures/house.ts';

const SECOND = 1_000;
const START = 1_760_000_000_000_000_000n;
const BOT = { id: 'bot', kind: 'agent', issuer: 'https://idp', groups: [], scopes: ['read'], claims: {} } as const;
const tick = async () => {
	for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};

type Credentials = Record<string, Admitted & { readonly role: 'agent' }>;

async function begun(t: Test, credentials: Credentials, policy = stubPolicy(() => ({}))) {
	const house = await houseUnderTest(t.testdir(), policy, { kind: 'http', credentials });
	t.teardown(() => house.close());
	const as = { ...caller, token: Object.keys(credentials)[0]! };
	const say = async (json: object, session?: string, who = as) => {
		const exchange = new FakeExchange();
		await house.sessions.frame(who, session, { bytes: Buffer.from(JSON.stringify(json)) }, exchange);
		return exchange;
	};
	const hello = await say(request(0, 'initialize', { protocolVersion: '2025-11-25', capabilities: {} }));
	await house.upstream.says(
		result(0, { protocolVersion: '2025-11-25', capabilities: {} }),
		house.upstream.sent[0]!.exchange,
	);
	house.upstream.events!.done(house.upstream.sent[0]!.exchange, { ok: true, status: 200 });
	await tick();
	const id = hello.headers['mcp-session-id']!;
	const disconnected = async () =>
		(await house.lines(id)).filter((line) => line.type === 'event' && line.event === 'disconnected');
	return { house, as, say, id, disconnected };
}

t.test('streams end within seconds of the expiry of what they were opened with; the session goes on', async (t) => {
	const first = { principal: BOT, role: 'agent', expires: START + 100_000_000_000n } as const;
	const second = { principal: BOT, role: 'agent', expires: START + 900_000_000_000n } as const;
	const { house, as, say, id, disconnected } = await begun(t, { first, second });
	const stream = new FakeExchange();
	await house.sessions.listen(as, id, undefined, stream);
	const waits = await say(call(1, 'slow'), id);
	const newer = await say(call(2, 'slow'), id, { ...as, token: 'second' });
	house.clock.pass(99 * SECOND);
	await tick();
	t.strictSame([stream.gone, waits.gone, newer.gone], [false, false, false]);
	house.clock.pass(16 * SECOND);
	await tick();
	t.strictSame([stream.gone, waits.gone, newer.gone], [true, true, false]);
	t.match(await disconnected(), [{ detail: { why: /expired/ } }, { detail: { why: /expired/ }, of: Number }]);
	t.equal(house.sessions.count, 1);
	const next = await say(call(3, 'x'), id, { ...as, token: 'second' });
	t.notOk(next.got.some(({ status }) => status === 401 || status === 404));
});

t.test('a revoked credential ends a socket with its session, and says why', async (t) => {
	let good = true;
	const { house, as } = await begun(t, { one: { principal: BOT, role: 'agent', holds: () => good } });
	const socket = new FakeExchange();
	const attached = await house.sessions.attach({ ...as, transport: { kind: 'ws', remote: '' } }, socket);
	if ('status' in attached) throw new Error(attached.message);
	house.clock.pass(60 * SECOND);
	await tick();
	t.equal(socket.gone, false);
	good = false;
	house.clock.pass(15 * SECOND);
	await tick();
	t.equal(socket.gone, true);
	t.match((await house.lines(attached.session)).at(-1), { event: 'closed', detail: { why: /revoked/ } });
});

t.test('a call that is held is let go too: nobody is there any more when it is approved', async (t) => {
	let good = true;
	const policy = stubPolicy(({ kind, tool }) =>
		kind === 'request' && tool?.name === 'wire' ? { reasons: [reason('hold', 'a/b')] } : {},
	);
	const { house, as, id, disconnected } = await begun(
		t,
		{ one: { principal: BOT, role: 'agent', holds: () => good } },
		policy,
	);
	const exchange = new FakeExchange();
	const bytes = Buffer.from(JSON.stringify(call(1, 'wire')));
	void house.sessions.frame(as, id, { bytes }, exchange);
	while ((await house.broker.list({ state: 'pending' })).length === 0) await tick();
	good = false;
	house.clock.pass(15 * SECOND);
	await tick();
	t.equal(exchange.gone, true);
	t.equal((await disconnected()).length, 1);
});

t.test('what cannot end by itself, or has ended, is left alone', async (t) => {
	const { house, say, id, disconnected } = await begun(t, { one: { principal: BOT, role: 'agent' } });
	const waits = await say(call(1, 'slow'), id);
	house.clock.pass(600 * SECOND);
	await tick();
	t.equal(waits.gone, false);
	t.strictSame(await disconnected(), []);
});

t.test('scopes: all at once on a socket, by method over HTTP', async (t) => {
	const scopes = new NeededScopes(new Map([['files', { '*': ['read'], 'tools/call': ['call'] }]]), ['https://idp']);
	const one = { principal: BOT, role: 'agent' } as const;
	const house = await houseUnderTest(
		t.testdir(),
		stubPolicy(() => ({})),
		{ kind: 'http', credentials: { one }, scopes },
	);
	t.teardown(() => house.close());
	const as = { ...caller, token: 'one' };
	const refused = await house.sessions.attach({ ...as, transport: { kind: 'ws', remote: '' } }, new FakeExchange());
	t.match(refused, { status: 403, code: 'ERR_TOKEN_SCOPE', message: /read call/ });
	const exchange = new FakeExchange();
	await house.sessions.frame(as, undefined, { bytes: Buffer.from(JSON.stringify(call(1, 'x'))) }, exchange);
	t.match(exchange.got.at(-1), { status: 403 });
	t.match(exchange.last, { error: { data: { code: 'ERR_TOKEN_SCOPE' } } });
	const hello = new FakeExchange();
	const initialize = request(0, 'initialize', { protocolVersion: '2025-11-25', capabilities: {} });
	await house.sessions.frame(as, undefined, { bytes: Buffer.from(JSON.stringify(initialize)) }, hello);
	t.equal(house.upstream.sent.length, 1);
});
