import t, { type Test } from 'tap';
import type { Policy } from '../../../engine/policy/load.ts';
import { call, request, result } from '../../fixtures/frames.ts';
import { caller, FakeExchange, type HouseUnderTest, houseUnderTest, reason, stubPolicy } from '../../fixtures/house.ts';
import { headersOf, modernCall, modernRequest } from '../../fixtures/modern.ts';

const allow = stubPolicy(() => ({}));
const cancelled = (requestId: number | string) => ({
	jsonrpc: '2.0',
	method: 'notifications/cancelled',
	params: { requestId },
});

/** Another token of the one who is anonymous without. */
const credentials = {
	narrow: {
		role: 'agent',
		principal: { id: 'anonymous', kind: 'agent', issuer: 'sluice', groups: [], scopes: ['narrow'], claims: {} },
	},
} as const;

async function house(t: Test, kind: 'http' | 'stdio' = 'http', policy: Policy = allow) {
	const made = await houseUnderTest(t.testdir(), policy, { kind, credentials });
	t.teardown(() => made.close());
	return made;
}
const tick = async () => {
	for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};
const last = ({ upstream }: HouseUnderTest) => upstream.sent.at(-1)!;
const landed = (h: HouseUnderTest) => {
	for (const { exchange } of h.upstream.sent) h.upstream.events?.done(exchange, { ok: true, status: 200 });
};

t.test('two requests of a server under one id: the answer to the one is not judged as that to the other', async (t) => {
	const strict = stubPolicy((input) => ({
		reasons: input.method === 'sampling/createMessage' && input.kind === 'result' ? [reason('deny', 'no/answer')] : [],
	}));
	for (const kind of ['http', 'stdio'] as const) {
		const h = await house(t, kind, strict);
		const id = await h.begin();
		const asked = await h.client(id, call(1, 'a'));
		const at = kind === 'http' ? last(h).exchange : undefined;
		await h.upstream.says(request(5, 'roots/list'), at, true);
		await h.upstream.says(request(5, 'sampling/createMessage', { messages: [] }), at, true);
		t.equal(asked.got.length, 1, 'the client sees the first alone');
		await h.upstream.says(request(5, 'roots/list'), at, true);
		t.equal(asked.got.length, 2, 'what is said again word for word may come again');
		t.ok((await h.frames(id)).some((line) => line.code === 'ERR_REQUEST_ID_TAKEN' && line.delivered === null));
		await h.client(id, result(5, { roots: [] }));
		await h.client(id, result(5, { roots: [] }));
		await h.upstream.says(request(5, 'sampling/createMessage', { messages: [] }), at, true);
		t.equal(asked.got.length, 3, 'an answered id is free');
		const sent = h.upstream.sent.length;
		await h.client(id, result(5, { role: 'assistant' }));
		t.notMatch(String(h.upstream.sent[sent]?.bytes), /assistant/, 'and its answer is judged as what it is');
	}
});

t.test('a held request of a server keeps its id too', async (t) => {
	const h = await house(
		t,
		'stdio',
		stubPolicy((input) => ({
			reasons: input.method === 'sampling/createMessage' && input.kind === 'request' ? [reason('hold', 'a/hold')] : [],
		})),
	);
	const id = await h.begin();
	const asked = await h.client(id, call(1, 'a'));
	void h.upstream.says(request(5, 'sampling/createMessage', { messages: [] }));
	await tick();
	await h.upstream.says(request(5, 'roots/list'));
	t.strictSame(asked.got, []);
	t.equal((await h.frames(id)).at(-1)?.code, 'ERR_REQUEST_ID_TAKEN');
});

t.test('a server that cancels its own requests has room for new ones', async (t) => {
	const h = await house(t, 'stdio');
	const id = await h.begin();
	await h.client(id, call(1, 'a'));
	for (let n = 0; n < 12; n++) {
		await h.upstream.says(request(n, 'elicitation/create', { n }));
		await h.upstream.says(cancelled(n));
	}
	t.notOk(
		(await h.frames(id)).some((line) => line.code !== undefined),
		'the limit is four',
	);
	const late = await h.client(id, result(3, { action: 'accept' }));
	t.strictSame(late.got[0]?.bytes, undefined, 'a late answer is dropped');
	t.equal((await h.frames(id)).at(-1)?.code, 'ERR_ANSWER_LATE');
});

t.test('a cancellation that comes at once finds the request that is about to be held', async (t) => {
	const h = await house(
		t,
		'stdio',
		stubPolicy((input) => ({ reasons: input.method === 'tools/call' ? [reason('hold', 'a/hold')] : [] })),
	);
	const id = await h.begin();
	const sent = h.upstream.sent.length;
	const exchange = new FakeExchange();
	await Promise.all([h.client(id, call(1, 'a'), exchange), h.client(id, cancelled(1))]);
	t.strictSame(await h.broker.list({ state: 'pending' }), [], 'nobody is asked');
	t.equal(h.upstream.sent.length, sent, 'the server sees neither');
});

t.test('a batch with a cancellation is not lost with it', async (t) => {
	const h = await house(
		t,
		'http',
		stubPolicy((input) => ({ reasons: input.tool?.name === 'slow' ? [reason('hold', 'a/hold')] : [] })),
	);
	const id = await h.begin('2025-03-26');
	const slow = h.client(id, call(9, 'slow'));
	await tick();
	const batch = await h.client(id, [cancelled(9), call(7, 'x')]);
	await slow;
	t.match(String(last(h).bytes), /"id":7/);
	await h.upstream.says([result(7, {})], last(h).exchange);
	t.match(batch.last, [{ id: 7 }]);
	t.strictSame(await h.broker.list({ state: 'pending' }), [], 'and the cancellation counts');
	const second = h.client(id, call(10, 'slow'));
	await tick();
	await h.client(id, [{ jsonrpc: '2.0', method: 'notifications/x' }, cancelled(10)]);
	await second;
	t.strictSame(await h.broker.list({ state: 'pending' }), [], 'also where it is not the first');
});

t.test('answers to two exchanges in one piece: nobody waits for ever', async (t) => {
	const h = await house(t, 'stdio');
	const id = await h.begin('2025-03-26');
	const [a, b] = [await h.client(id, call(1, 'a')), await h.client(id, call(2, 'b'))];
	await h.upstream.says([result(1, {}), result(2, {})]);
	await Promise.all([a.ended, b.ended]);
	await h.client(id, call(2, 'b'));
	t.match(String(last(h).bytes), /"id":2/, 'the id is free');
});

t.test('an answer of ours that a server does not take leaves nothing open: the session can end', async (t) => {
	const h = await house(t);
	const id = await h.begin();
	await h.client(id, call(1, 'a'));
	const { exchange } = last(h);
	h.setPolicy(stubPolicy(() => ({ reasons: [reason('deny', 'x/y')] })));
	h.upstream.broken = new Error('gone');
	await h.upstream.says(request(5, 'roots/list'), exchange, true);
	h.setPolicy(allow);
	await h.upstream.says(result(1, {}), exchange, true);
	landed(h);
	h.clock.pass(2 * 1_800_000);
	await tick();
	t.equal(h.sessions.count, 0);
});

t.test('an answer whose client has left is the end of it, also on a pipe', async (t) => {
	const h = await house(t, 'stdio');
	const id = await h.begin();
	const exchange = await h.client(id, call(1, 'a'));
	exchange.leave();
	await h.upstream.says(result(1, {}));
	h.clock.pass(2 * 1_800_000);
	await tick();
	t.equal(h.sessions.count, 0, 'nothing keeps the session open');
	t.ok((await h.lines(id)).some((line) => line.type === 'event' && line.event === 'undelivered'));
});

t.test('a handshake with an envelope begins nothing', async (t) => {
	const h = await house(t);
	const params = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'x', version: '1' } };
	await h.modern(modernRequest(1, 'initialize', params));
	await h.upstream.says(result(1, { protocolVersion: '2025-03-26', capabilities: {} }), last(h).exchange);
	const batch = new FakeExchange();
	const bytes = Buffer.from(
		'[{"jsonrpc":"2.0","method":"notifications/a"},{"jsonrpc":"2.0","method":"notifications/b"}]',
	);
	await h.sessions.frame({ ...caller, headers: { 'mcp-protocol-version': '2026-07-28' } }, undefined, { bytes }, batch);
	t.match(batch.last, { error: { data: { code: 'ERR_FRAME_BATCH' } } }, 'there are no batches in this session');
});

t.test('the limit of streams holds for those that come at once', async (t) => {
	const h = await house(t);
	const id = await h.begin();
	const all = Array.from({ length: 6 }, () => new FakeExchange());
	await Promise.all(all.map((exchange) => h.sessions.listen(caller, id, undefined, exchange)));
	t.equal(all.filter(({ streaming }) => streaming).length, 2);
	t.equal(all.filter(({ got }) => got[0]?.status === 429).length, 4);
});

t.test('the idle time of a session begins when its last stream has ended', async (t) => {
	const h = await house(t);
	const id = await h.begin();
	landed(h);
	const stream = new FakeExchange();
	await h.sessions.listen(caller, id, undefined, stream);
	h.clock.pass(2 * 1_800_000);
	stream.leave();
	h.clock.pass(120_000);
	await tick();
	t.equal(h.sessions.count, 1, 'a client that comes back in a moment finds it');
	h.clock.pass(1_800_000 + 60_000);
	await tick();
	t.equal(h.sessions.count, 0);
});

t.test('behind a subscription under the same id on a pipe nobody waits for hours', async (t) => {
	const h = await house(t, 'stdio');
	void h.modern(modernRequest(1, 'subscriptions/listen', { notifications: {} }));
	await tick();
	const other = await h.modern(modernRequest(1, 'tools/list'));
	t.match(other.last, { id: 1, error: { code: 5030, data: { code: 'ERR_REQUEST_ID_TAKEN' } } });
	t.equal(h.upstream.sent.length, 1);
	await h.modern(modernRequest(2, 'tools/list'));
	t.equal(h.upstream.sent.length, 2);
});

t.test('what a header repeats stands in the body; what it does not, nobody has judged', async (t) => {
	const h = await house(t);
	const call = modernCall(1, 'a', { region: 'eu', deep: [{ n: 7 }] });
	for (const value of ['anything at all', '=?base64?c2VjcmV0?=', '=?BASE64?ZXU=?=', '8', 'Eu']) {
		const stray = await h.modern(call, { headers: { 'mcp-param-region': value } });
		t.match(stray.got, [{ status: 400 }], value);
		t.match(stray.last, { id: 1, error: { code: -32020, data: { code: 'ERR_HEADER_CONTRADICTS' } } });
	}
	t.equal(h.upstream.sent.length, 0);
	for (const value of ['eu', '=?base64?ZXU=?=', '7', '7.0']) {
		void h.modern(call, { headers: { 'mcp-param-region': value } });
		await tick();
		t.equal(last(h).headers['mcp-param-region'], value);
	}
	const list = modernRequest(2, 'tools/list');
	const stray = await h.modern(list, { headers: { ...headersOf(list), 'mcp-param-x': 'y' } });
	t.match(stray.last, { error: { code: -32020 } }, 'other methods have no parameters to repeat');
	const told = new FakeExchange();
	const bytes = Buffer.from('{"jsonrpc":"2.0","method":"notifications/x"}');
	const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-param-x': 'y' };
	await h.sessions.frame({ ...caller, headers }, undefined, { bytes }, told);
	t.match(told.last, { error: { code: -32020 } });
});

t.test('progress for a token beyond what a double holds', async (t) => {
	const h = await house(t, 'stdio');
	const id = await h.begin();
	await h.client(id, call(1, 'a'));
	const token = '9007199254740993';
	await h.upstream.says(`{"jsonrpc":"2.0","id":5,"method":"x/y","params":{"_meta":{"progressToken":${token}}}}`);
	const progress = (n: string) =>
		`{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":${n},"progress":1}}`;
	const sent = h.upstream.sent.length;
	await h.client(id, progress('9007199254740992'));
	t.equal(h.upstream.sent.length, sent, 'another one, that a double takes for it');
	await h.client(id, progress(token));
	t.equal(h.upstream.sent.length, sent + 1);
});

t.test('two tokens of one principal share a session: each call and its answer is judged for its own', async (t) => {
	const seen: string[] = [];
	const policy = stubPolicy((input) => {
		seen.push(`${input.from} ${input.kind} ${input.principal.scopes}`);
		return {};
	});
	for (const kind of ['http', 'stdio'] as const) {
		const h = await house(t, kind, policy);
		seen.length = 0;
		await h.modern(modernCall(1, 'a'));
		const wide = kind === 'http' ? last(h).exchange : undefined;
		await h.modern(modernCall(2, 'a'), { token: 'narrow' });
		const narrow = kind === 'http' ? last(h).exchange : undefined;
		await h.upstream.says(result(1, {}), wide);
		await h.upstream.says(result(2, {}), narrow);
		t.strictSame(seen, ['client request ', 'client request narrow', 'server result ', 'server result narrow']);
		t.equal((await h.recorded()).length, 1);
	}
});

t.test('and also where both wait until the record can be read again', async (t) => {
	let broken = false;
	const scopes: string[] = [];
	const h = await houseUnderTest(
		t.testdir(),
		stubPolicy((input) => {
			scopes.push(`${input.tool?.name} ${input.principal.scopes}`);
			return {};
		}),
		{
			credentials,
			recorder: (real) => ({
				open: (header) => real.open(header),
				healthy: true,
				close: () => real.close(),
				append: async (session, lines) => {
					if (broken) throw new Error('full');
					await real.append(session, lines);
				},
			}),
		},
	);
	t.teardown(() => h.close());
	await h.modern(modernCall(1, 'first'));
	broken = true;
	await h.modern(modernCall(2, 'lost'));
	broken = false;
	await Promise.all([h.modern(modernCall(3, 'narrow'), { token: 'narrow' }), h.modern(modernCall(4, 'wide'))]);
	t.strictSame(scopes.slice(-2).sort(), ['narrow narrow', 'wide ']);
});
