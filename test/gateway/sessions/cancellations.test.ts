import t, { type Test } from 'tap';
import type { Policy } from '../../../engine/policy/load.ts';
import { call, result } from '../../fixtures/frames.ts';
import { caller, FakeExchange, houseUnderTest, reason, stubPolicy } from '../../fixtures/house.ts';
import { modernCall, modernRequest } from '../../fixtures/modern.ts';

const allow = stubPolicy(() => ({}));
const holds = stubPolicy((input) => ({
	reasons: input.tool?.name === 'delete' && input.kind === 'request' ? [reason('hold', 'files/delete')] : [],
}));

async function house(t: Test, kind: 'http' | 'stdio' = 'http', policy: Policy = allow) {
	const made = await houseUnderTest(t.testdir(), policy, { kind });
	t.teardown(() => made.close());
	return made;
}
const tick = async () => {
	for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};
const events = async (h: Awaited<ReturnType<typeof house>>, id?: string) =>
	(await h.lines(id ?? (await h.recorded())[0]!)).flatMap((line) => (line.type === 'event' ? [line] : []));
const pending = async (h: Awaited<ReturnType<typeof house>>) => {
	for (;;) {
		const [approval] = await h.broker.list({ state: 'pending' });
		const [id] = await h.recorded();
		if (approval !== undefined && (await events(h, id)).some(({ event }) => event === 'held')) return approval;
		await tick();
	}
};
const said = (h: Awaited<ReturnType<typeof house>>) => h.upstream.sent.map(({ bytes }) => JSON.parse(String(bytes)));

t.test('a modern client that leaves cancels: the exchange with an HTTP server ends', async (t) => {
	const h = await house(t);
	const exchange = await h.modern(modernCall(1, 'slow'));
	exchange.leave();
	await tick();
	t.strictSame(h.upstream.abandoned, [h.upstream.sent[0]?.exchange]);
	t.equal(h.upstream.sent.length, 1, 'it is told by that alone');
	t.match(await events(h), [{ event: 'cancelled', of: 1 }]);
	t.equal(h.sessions.inFlight, 0);
});

t.test('… and a server on a pipe is told so, on the record first', async (t) => {
	const h = await house(t, 'stdio');
	const exchange = await h.modern(modernCall('a"b', 'slow'));
	exchange.leave();
	await tick();
	t.match(said(h).at(-1), { method: 'notifications/cancelled', params: { requestId: 'a"b' } });
	const [id] = await h.recorded();
	t.match((await h.lines(id!)).slice(-2), [{ event: 'cancelled' }, { type: 'gateway', to: 'server', answers: 1 }]);
	await h.upstream.says(result('a"b', {}));
	t.match((await h.frames(id!)).at(-1), { code: 'ERR_ANSWER_LATE', outcome: 'refused', by: 'gateway' });
	t.equal(said(h).length, 2, 'the server is not told anything more');
});

t.test('leaving is not cancelling before that', async (t) => {
	const h = await house(t);
	const id = await h.begin();
	const exchange = await h.client(id, call(1, 'slow'));
	exchange.leave();
	await tick();
	t.strictSame(h.upstream.abandoned, []);
	t.strictSame(await events(h, id), []);
});

t.test('whoever left before the request was sent: the server never sees it', async (t) => {
	const h = await house(t);
	const gone = new FakeExchange();
	gone.leave();
	await h.modern(modernCall(1, 'slow'), { exchange: gone });
	t.strictSame(h.upstream.sent, []);
	t.match(await events(h), [{ event: 'cancelled' }]);

	const pipe = await house(t, 'stdio');
	await pipe.modern(modernCall(1, 'first'));
	const second = new FakeExchange();
	const waiting = pipe.modern(modernCall(1, 'second'), { exchange: second });
	await tick();
	second.leave();
	await pipe.upstream.says(result(1, { of: 'first' }));
	await waiting;
	t.match(said(pipe), [{ params: { name: 'first' } }]);
});

t.test('an id that was cancelled on a pipe stays taken until its answer comes, or for a while', async (t) => {
	for (const answers of [true, false]) {
		const h = await house(t, 'stdio');
		const first = await h.modern(modernCall(1, 'first'));
		first.leave();
		await tick();
		const second = new FakeExchange();
		const waiting = h.modern(modernCall(1, 'second'), { exchange: second });
		await tick();
		t.equal(said(h).length, 2, 'the second waits');
		if (answers) await h.upstream.says(result(1, { of: 'first' }));
		else h.clock.pass(2_000);
		await waiting;
		t.match(said(h).at(-1), { params: { name: 'second' } });
		await h.upstream.says(result(1, { of: 'second' }));
		t.match(
			second.got.map(({ bytes }) => JSON.parse(String(bytes))),
			[{ result: { of: 'second' } }],
		);
	}
});

t.test('leaving a held call withdraws it; an approval later lets nothing pass', async (t) => {
	const h = await house(t, 'http', holds);
	const exchange = new FakeExchange();
	const held = h.modern(modernCall(1, 'delete'), { exchange });
	const approval = await pending(h);
	exchange.leave();
	await held;
	t.strictSame(h.upstream.sent, []);
	t.match(await h.broker.get(approval.id), { state: 'withdrawn' });
	t.match(await events(h), [{ event: 'held' }, { event: 'withdrawn' }]);
});

t.test('a held modern call ends with a ticket, as a complete result', async (t) => {
	const h = await house(t, 'http', holds);
	const exchange = new FakeExchange();
	const held = h.modern(modernCall(1, 'delete'), { exchange });
	await pending(h);
	h.clock.pass(45_000);
	await held;
	t.equal(exchange.streaming, true, 'kept warm meanwhile');
	t.match(exchange.last, { id: 1, result: { resultType: 'complete', isError: true } });
	t.match(exchange.last.result.content[0].text, /ticket/);
});

t.test('`notifications/cancelled` over HTTP hits nobody else’s request of a derived session', async (t) => {
	for (const kind of ['http', 'stdio'] as const) {
		const h = await house(t, kind);
		const exchange = await h.modern(modernCall(1, 'slow'));
		const other = await h.modern({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
		t.match(other.got, [{ status: 202 }]);
		t.equal(h.upstream.sent.length, 1, 'the server does not hear of it');
		await h.upstream.says(result(1, { ok: true }), kind === 'http' ? h.upstream.sent[0]?.exchange : undefined);
		t.match(exchange.last, { result: { ok: true } });
	}
});

t.test(
	'a modern client on a socket cancels by saying so; an HTTP server hears it by the end of its exchange',
	async (t) => {
		const h = await house(t);
		const socket = new FakeExchange();
		const attached = await h.sessions.attach({ ...caller, transport: { kind: 'ws', remote: '127.0.0.1' } }, socket);
		const session = 'session' in attached ? attached.session : '';
		const say = (json: object) =>
			h.sessions.frame(
				{ ...caller, transport: { kind: 'ws', remote: '127.0.0.1' } },
				session,
				{ bytes: Buffer.from(JSON.stringify(json)) },
				socket,
			);
		await say(modernCall(1, 'slow'));
		t.match(h.upstream.sent[0]?.headers, {
			'mcp-protocol-version': '2026-07-28',
			'mcp-method': 'tools/call',
			'mcp-name': 'slow',
		});
		await say({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
		t.strictSame(h.upstream.abandoned, [h.upstream.sent[0]?.exchange]);
		t.equal(h.upstream.sent.length, 1);
		await say(modernCall(1, 'again'));
		t.equal(h.upstream.sent.length, 2, 'its id is free at once');
	},
);

t.test('answers: late ones are dropped, those that nobody asked for refused', async (t) => {
	const h = await house(t, 'stdio');
	const id = await h.begin();
	const exchange = await h.client(id, call(1, 'a'));
	await h.upstream.says(result(1, { first: true }));
	await h.upstream.says(result(1, { second: true }));
	t.match((await h.frames(id)).at(-1), { code: 'ERR_ANSWER_LATE' });
	await h.upstream.says(result(99, {}));
	t.match((await h.frames(id)).at(-1), { code: 'ERR_ANSWER_UNASKED' });
	t.equal(exchange.got.length, 1);
	const before = h.upstream.sent.length;
	const late = await h.modern(modernRequest(5, 'tools/list'));
	t.equal(h.upstream.sent.length, before + 1);
	await h.upstream.says(result(5, { tools: [] }));
	t.match(late.last, { id: 5 });
});

t.test('on a pipe an answer counts only for what has been sent', async (t) => {
	const h = await house(t, 'stdio');
	const a = await h.modern(modernCall(1, 'a'));
	const b = new FakeExchange();
	const waiting = h.modern(modernCall(1, 'b'), { exchange: b });
	await tick();
	// Two answers at once: the second is not one to a request that the server has not seen.
	await Promise.all([h.upstream.says(result(1, { n: 1 })), h.upstream.says(result(1, { n: 2 }))]);
	await waiting;
	t.match(a.last, { result: { n: 1 } });
	t.strictSame(b.got, []);
	await h.upstream.says(result(1, { n: 3 }));
	t.match(b.last, { result: { n: 3 } });
});

t.test('a client’s late answer to a server is dropped without a word', async (t) => {
	const h = await house(t, 'stdio');
	const id = await h.begin();
	await h.client(id, call(1, 'a'));
	await h.upstream.says({ jsonrpc: '2.0', id: 7, method: 'roots/list' });
	await h.client(id, { jsonrpc: '2.0', id: 7, result: { roots: [] } });
	const again = await h.client(id, { jsonrpc: '2.0', id: 7, result: { roots: [] } });
	t.match(again.got, [{ bytes: undefined, status: 202 }]);
	const never = await h.client(id, { jsonrpc: '2.0', id: 8, result: { roots: [] } });
	t.match(never.got, [{ status: 400 }]);
});
