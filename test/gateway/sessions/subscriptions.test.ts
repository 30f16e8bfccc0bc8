import t, { type Test } from 'tap';
import { call, result } from '../../fixtures/frames.ts';
import { caller, FakeExchange, houseUnderTest, settings, stubPolicy } from '../../fixtures/house.ts';
import { modernCall, modernRequest } from '../../fixtures/modern.ts';

const ID = 'io.modelcontextprotocol/subscriptionId';
const allow = stubPolicy(() => ({}));
const listen = (id: number | string) => modernRequest(id, 'subscriptions/listen', { notifications: {} });
const changed = (id: number | string) => ({
	jsonrpc: '2.0',
	method: 'notifications/tools/list_changed',
	params: { _meta: { [ID]: id } },
});
const progress = (token: string | number) => ({
	jsonrpc: '2.0',
	method: 'notifications/progress',
	params: { progressToken: token, progress: 1 },
});
const messages = (exchange: FakeExchange) =>
	exchange.got.flatMap(({ bytes }) => (bytes === undefined ? [] : [JSON.parse(String(bytes))]));

async function house(t: Test, kind: 'http' | 'stdio') {
	const made = await houseUnderTest(t.testdir(), allow, { kind });
	t.teardown(() => made.close());
	return made;
}
const tick = async () => {
	for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};

t.test('what is said to a subscription on a pipe reaches the one that it names', async (t) => {
	const h = await house(t, 'stdio');
	const [a, b] = [await h.modern(listen(1)), await h.modern(listen('1'))];
	const asked = await h.modern(modernCall(2, 'slow', {}, { progressToken: 'p' }));
	await h.upstream.says(changed('1'));
	await h.upstream.says(changed(1));
	await h.upstream.says(changed(1));
	await h.upstream.says({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'x' } });
	await h.upstream.says(progress('p'));
	await h.upstream.says(changed(3));
	t.equal(messages(a).length, 2);
	t.equal(messages(b).length, 1);
	t.match(messages(asked), [{ method: 'notifications/message' }, { method: 'notifications/progress' }]);
	t.ok(a.streaming && b.streaming);
	const [id] = await h.recorded();
	t.match((await h.lines(id!)).at(-1), { event: 'undelivered' }, 'a subscription that nobody has');
});

t.test(
	'an id that a subscription has on a pipe stops no other client: its request goes to a further session',
	async (t) => {
		const h = await house(t, 'stdio');
		const stream = await h.modern(listen(1));
		const first = h.upstream.events;
		const other = await h.modern(modernCall(1, 'quick'));
		t.equal(h.upstream.opened, 2, 'with a process of its own');
		await h.upstream.says(result(1, { ok: true }));
		t.match(other.last, { result: { ok: true } });
		await h.modern(modernCall(2, 'quick'));
		t.equal(h.upstream.opened, 2, 'what can go into the first one does');
		await first?.frame({ bytes: Buffer.from(JSON.stringify(changed(1))) }, { streaming: false });
		t.equal(messages(stream).length, 1);
		const none = await h.modern(listen(1));
		t.strictSame(none.got, []);
		t.match((await h.modern(modernCall(1, 'quick'))).got, [{ status: 429 }], 'as many as there may be');
	},
);

t.test('it stays open, warm, and uncounted among the requests in flight', async (t) => {
	const h = await house(t, 'stdio');
	const stream = await h.modern(listen(1));
	t.equal(h.sessions.inFlight, 0);
	h.clock.pass(3 * 3_600_000);
	await tick();
	t.ok(stream.alive > 100);
	t.equal(h.sessions.count, 1, 'not idle while somebody listens');
	for (let i = 10; i < 14; i++) await h.modern(modernCall(i, 'slow'));
	t.match((await h.modern(modernCall(20, 'slow'))).last, { error: { data: { code: 'ERR_LIMIT_IN_FLIGHT' } } });
	await h.upstream.says({ jsonrpc: '2.0', id: 1, result: { resultType: 'complete', _meta: { [ID]: 1 } } });
	t.match(stream.got.at(-1), { end: true });
});

t.test('there are no more than `limits.streams` of them', async (t) => {
	for (const kind of ['http', 'stdio'] as const) {
		const h = await house(t, kind);
		await h.modern(listen(1));
		await h.modern(listen(2));
		const over = await h.modern(listen(3));
		t.match(over.got, [{ status: 429 }]);
		t.match(over.last, { id: 3, error: { data: { code: 'ERR_LIMIT_STREAMS' } } });
	}
});

t.test('it ends when its server takes it down, and when its client leaves', async (t) => {
	const h = await house(t, 'stdio');
	const [torn, left] = [await h.modern(listen(1)), await h.modern(listen(2))];
	await h.upstream.says({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
	t.match(messages(torn), [{ method: 'notifications/cancelled' }]);
	t.match(torn.got.at(-1), { end: true });
	left.leave();
	await tick();
	t.match(JSON.parse(String(h.upstream.sent.at(-1)?.bytes)), {
		method: 'notifications/cancelled',
		params: { requestId: 2 },
	});
	t.match((await h.modern(listen(3))).got, [], 'there is room again');
});

t.test('over HTTP its notifications come on its own exchange', async (t) => {
	const h = await house(t, 'http');
	const stream = await h.modern(listen(1));
	const at = h.upstream.sent[0]?.exchange;
	await h.upstream.says(changed(1), at, true);
	h.clock.pass(settings.keepAliveMs);
	t.match(messages(stream), [{ method: 'notifications/tools/list_changed' }]);
	t.ok(stream.alive > 0);
	stream.leave();
	await tick();
	t.strictSame(h.upstream.abandoned, [at]);
});

t.test('progress is only for tokens that are awaited there', async (t) => {
	const h = await house(t, 'http');
	const a = await h.modern(modernCall(1, 'a', {}, { progressToken: 'a' }));
	const b = await h.modern(modernCall(1, 'b', {}, { progressToken: 7 }));
	const [atA, atB] = h.upstream.sent.map(({ exchange }) => exchange);
	await h.upstream.says(progress('a'), atB, true);
	await h.upstream.says(progress('7'), atB, true);
	await h.upstream.says(progress('x'), atA, true);
	t.strictSame([...messages(a), ...messages(b)], []);
	const [id] = await h.recorded();
	t.match((await h.frames(id!)).at(-1), { code: 'ERR_PROGRESS_UNASKED', outcome: 'refused' });
	await h.upstream.says(progress(7), atB, true);
	await h.upstream.says(
		'{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"\\u0061","progress":1}}',
		atA,
		true,
	);
	t.match(messages(b), [{ params: { progressToken: 7 } }]);
	t.match(messages(a), [{ params: { progressToken: 'a' } }], 'another spelling of the same token');
});

t.test('in a session with a handshake too, from either side', async (t) => {
	const h = await house(t, 'stdio');
	const id = await h.begin();
	const exchange = await h.client(id, call(1, 'a', { _meta: 1 }));
	await h.upstream.says(progress('nobody'));
	t.strictSame(messages(exchange), []);
	t.match((await h.frames(id)).at(-1), { code: 'ERR_PROGRESS_UNASKED' });
	await h.upstream.says({
		jsonrpc: '2.0',
		id: 5,
		method: 'sampling/createMessage',
		params: { _meta: { progressToken: 'mine' } },
	});
	const sent = h.upstream.sent.length;
	t.match((await h.client(id, progress('yours'))).got, [{ status: 400 }]);
	t.equal(h.upstream.sent.length, sent);
	t.match((await h.client(id, progress('mine'))).got, [{ status: 202 }]);
	t.equal(h.upstream.sent.length, sent + 1);
	await h.upstream.says(result(1, {}));
});

t.test('progress of a task goes on after the call was answered with it', async (t) => {
	for (const task of [true, false]) {
		const h = await house(t, 'stdio');
		const id = await h.begin();
		const params = { name: 'long', arguments: {}, task: {}, _meta: { progressToken: 'p' } };
		await h.client(id, { jsonrpc: '2.0', id: 1, method: 'tools/call', params });
		await h.upstream.says(result(1, task ? { task: { taskId: 't', status: 'working' } } : {}));
		const stream = new FakeExchange();
		await h.sessions.listen(caller, id, undefined, stream);
		await h.upstream.says(progress('p'));
		t.equal(messages(stream).length, task ? 1 : 0);
	}
});

t.test('a socket hears everything on its socket', async (t) => {
	const h = await house(t, 'stdio');
	const socket = new FakeExchange();
	const who = { ...caller, transport: { kind: 'ws', remote: '127.0.0.1' } } as const;
	const attached = await h.sessions.attach(who, socket);
	const session = 'session' in attached ? attached.session : '';
	await h.sessions.frame(who, session, { bytes: Buffer.from(JSON.stringify(listen(1))) }, socket);
	await h.upstream.says(changed(1));
	await h.upstream.says({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
	t.match(messages(socket), [{ method: 'notifications/tools/list_changed' }, { method: 'notifications/cancelled' }]);
	t.equal(h.upstream.sent.length, 1);
});
