import t from 'tap';
import { caller, FakeExchange, houseUnderTest, reason, stubPolicy } from '../../fixtures/house.ts';

const allow = stubPolicy(() => ({}));
const call = (id: number, of: string) => ({
	jsonrpc: '2.0',
	id,
	method: 'tools/call',
	params: { name: 't', arguments: { of } },
});
const result = (id: number, value: object = {}) => ({ jsonrpc: '2.0', id, result: value });
const initialize = { jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25' } };
const statusOf = (exchange: FakeExchange) => exchange.got.at(-1)?.status;

t.test('of requests with one id that come at the same moment, one is in flight', async (t) => {
	const house = await houseUnderTest(t.testdir(), allow);
	t.teardown(() => house.close());
	const id = await house.begin();
	const before = house.upstream.sent.length;
	const of = ['a', 'b', 'c'];
	const passing = of.map((name) => house.client(id, call(1, name)));
	const order: string[] = [];
	for (let n = 1; n <= of.length; n++) {
		while (house.upstream.sent.length < before + n) await new Promise((resolve) => setImmediate(resolve));
		for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
		t.equal(house.upstream.sent.length, before + n, `${n}: the next one waits`);
		const sent = house.upstream.sent.at(-1)!;
		order.push(JSON.parse(String(sent.bytes)).params.arguments.of);
		await house.upstream.says(result(1, { of: order.at(-1) }), sent.exchange);
		house.upstream.events?.done(sent.exchange, { ok: true, status: 200 });
	}
	const answered = await Promise.all(passing);
	t.strictSame(
		answered.map(({ got }) => JSON.parse(String(got.find(({ bytes }) => bytes !== undefined)?.bytes)).result.of),
		of,
		'each has its own answer',
	);
});

t.test('one that is cancelled in the queue hands its turn on', async (t) => {
	const house = await houseUnderTest(t.testdir(), allow);
	t.teardown(() => house.close());
	const id = await house.begin();
	await house.client(id, call(1, 'a'));
	const first = house.upstream.sent.at(-1)!;
	const queued = [house.client(id, call(1, 'b')), house.client(id, call(1, 'c'))];
	const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } };
	await house.client(id, cancel);
	await house.client(id, cancel);
	const before = house.upstream.sent.length;
	await house.upstream.says(result(1), first.exchange);
	house.upstream.events?.done(first.exchange, { ok: true, status: 200 });
	await Promise.all(queued);
	const sent = house.upstream.sent.slice(before).map(({ bytes }) => JSON.parse(String(bytes)).params.arguments.of);
	t.strictSame(sent, ['c'], 'the first two were cancelled');
});

t.test('limits on sessions and on children hold also when all come at once', async (t) => {
	for (const [kind, most, code] of [
		['http', 3, 'ERR_LIMIT_SESSIONS'],
		['stdio', 2, 'ERR_LIMIT_CHILDREN'],
	] as const) {
		const house = await houseUnderTest(t.testdir({ [kind]: {} }), allow, { kind });
		const before = house.upstream.sent.length;
		const all = await Promise.all(Array.from({ length: 8 }, () => house.client(undefined, initialize)));
		t.equal(house.upstream.sent.length - before, most, kind);
		const refused = all.filter((exchange) => statusOf(exchange) === 429);
		t.equal(refused.length, 8 - most);
		t.match(refused[0]?.last, { error: { data: { code } } });
		await house.close();
	}
});

t.test('on a socket nobody is answered who asked nothing', async (t) => {
	const policy = stubPolicy((input) => ({ reasons: input.params?.bad ? [reason('deny', 'a/no')] : [] }));
	const house = await houseUnderTest(t.testdir(), policy);
	t.teardown(() => house.close());
	const socket = new FakeExchange();
	const attached = await house.sessions.attach(caller, socket);
	if (!('session' in attached)) throw new Error(attached.code);
	const { session } = attached;
	await house.client(session, { jsonrpc: '2.0', method: 'notifications/x', params: { bad: true } }, socket);
	await house.client(session, { jsonrpc: '2.0', id: 5, result: {} }, socket);
	t.strictSame(
		socket.got.filter(({ bytes }) => bytes !== undefined),
		[],
	);
	t.strictSame(
		(await house.lines(session)).filter(({ type }) => type === 'gateway'),
		[],
		'the record says no other',
	);
	await house.client(session, { jsonrpc: '2.0', id: 6, method: 'x', params: { bad: true } }, socket);
	t.match(socket.last, { id: 6, error: { code: 4030 } });
	await house.client(session, '{', socket);
	t.match(socket.last, { id: null, error: { data: { code: 'ERR_FRAME_JSON' } } });
});

t.test('what the server refuses with a status keeps the status, with its Retry-After', async (t) => {
	const house = await houseUnderTest(t.testdir(), allow);
	t.teardown(() => house.close());
	const id = await house.begin();
	const exchange = await house.client(id, call(1, 'a'));
	house.upstream.events?.done(house.upstream.sent.at(-1)!.exchange, {
		ok: false,
		status: 429,
		code: 'ERR_UPSTREAM_STATUS',
		message: 'the server answered HTTP 429',
		headers: { 'retry-after': '7' },
	});
	await exchange.ended;
	t.equal(statusOf(exchange), 429);
	t.equal(exchange.headers['retry-after'], '7');
	t.match(exchange.last, { id: 1, result: { isError: true } });
});

t.test('an answer comes on the exchange of its request, or on a stream that goes on for it', async (t) => {
	const house = await houseUnderTest(t.testdir(), allow);
	t.teardown(() => house.close());
	const id = await house.begin();
	await house.client(id, call(1, 'a'));
	const { exchange } = house.upstream.sent.at(-1)!;
	const fresh = new FakeExchange();
	await house.sessions.listen(caller, id, undefined, fresh);
	await house.upstream.says(result(1, { by: 'get' }), exchange + 1, true);
	t.strictSame(fresh.got, [], 'a new stream answers nothing');
	t.match((await house.frames(id)).at(-1), { code: 'ERR_ANSWER_UNASKED' });
	const resumed = new FakeExchange();
	await house.sessions.listen(caller, id, 'e1', resumed);
	await house.upstream.says(result(1, { by: 'resumed' }), exchange + 2, true);
	t.match(resumed.last, { id: 1, result: { by: 'resumed' } });
});

t.test('calls of one batch count one after the other, in the session and for the principal', async (t) => {
	const seen: unknown[] = [];
	const policy = stubPolicy((input) => {
		const { session, recent } = input;
		if (input.tool !== undefined && input.kind === 'request')
			seen.push([session.calls.total, session.calls.by_tool, recent.calls.total, recent.calls.by_server]);
		return { reasons: session.calls.total >= 2 ? [reason('deny', 'a/budget')] : [] };
	});
	const house = await houseUnderTest(t.testdir(), policy);
	t.teardown(() => house.close());
	const id = await house.begin('2025-03-26');
	const before = house.upstream.sent.length;
	const refused = await house.client(id, [call(1, 'a'), call(2, 'b'), call(3, 'c')]);
	t.match(refused.last, [{ id: 1, result: { isError: true } }, { id: 2 }, { id: 3 }]);
	t.equal(house.upstream.sent.length, before, 'over the budget together');
	await house.client(id, [call(4, 'a'), call(5, 'b')]);
	await house.client(id, call(6, 'c'));
	t.strictSame(seen, [
		[0, {}, 0, {}],
		[1, { t: 1 }, 1, { files: 1 }],
		[2, { t: 2 }, 2, { files: 2 }],
		[0, {}, 0, {}],
		[1, { t: 1 }, 1, { files: 1 }],
		[2, { t: 2 }, 2, { files: 2 }],
	]);
});

t.test('headers that contradict the body', async (t) => {
	const house = await houseUnderTest(t.testdir(), allow);
	t.teardown(() => house.close());
	const session = await house.begin();
	const bytes = Buffer.from(JSON.stringify(call(1, 'a')));
	const before = house.upstream.sent.length;
	const as = async (headers: Record<string, string>) => {
		const exchange = new FakeExchange();
		await house.sessions.frame({ ...caller, headers }, session, { bytes }, exchange);
		return exchange;
	};
	for (const headers of [{ 'mcp-method': 'tools/list' }, { 'mcp-method': 'tools/call', 'mcp-name': 'u' }]) {
		const refused = await as(headers);
		t.match(refused.last, { id: 1, error: { data: { code: 'ERR_HEADER_CONTRADICTS' } } });
		t.equal(statusOf(refused), 400);
	}
	t.match((await house.frames(session)).at(-1), { by: 'gateway', delivered: null });
	t.equal(house.upstream.sent.length, before);
	await as({ 'mcp-method': 'tools/call', 'mcp-name': `=?base64?${Buffer.from('t').toString('base64')}?=` });
	t.equal(house.upstream.sent.length, before + 1, 'and those that mirror it');
});
