import t, { type Test } from 'tap';
import { call, result } from '../../fixtures/frames.ts';
import { caller, FakeExchange, houseUnderTest, settings, stubPolicy } from '../../fixtures/house.ts';
import { headersOf, modernCall, modernRequest } from '../../fixtures/modern.ts';

const allow = stubPolicy(() => ({}));

async function house(t: Test, kind: 'http' | 'stdio' = 'http') {
	const made = await houseUnderTest(t.testdir(), allow, { kind });
	t.teardown(() => made.close());
	return made;
}
const tick = async () => {
	for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};

t.test('one session for each principal and server, whatever the client says of itself', async (t) => {
	const h = await house(t);
	await h.modern(modernCall(1, 'a'));
	await h.modern(modernCall(1, 'a', {}, { 'io.modelcontextprotocol/clientInfo': { name: 'else', version: '2' } }));
	await h.modern(modernCall(1, 'a'), { headers: { 'mcp-session-id': 'f'.repeat(32) } });
	const one = await h.recorded();
	t.equal(one.length, 1);
	t.equal(h.upstream.opened, 1);
	await h.modern(modernCall(1, 'a'), { token: 'other' });
	t.equal((await h.recorded()).length, 2, 'another principal has its own');
	t.equal((await h.frames(one[0]!)).length, 3);
});

t.test('two first requests at once begin one session', async (t) => {
	const h = await house(t);
	await Promise.all(Array.from({ length: 4 }, (_, i) => h.modern(modernCall(i, 'a'))));
	t.equal((await h.recorded()).length, 1);
	t.equal(h.upstream.sent.length, 4);
});

t.test('its id is told to nobody, and names nothing', async (t) => {
	const h = await house(t);
	const exchange = await h.modern(modernCall(1, 'a'));
	await h.upstream.says(result(1, {}), h.upstream.sent[0]?.exchange);
	t.strictSame(exchange.headers, {});
	const [id] = await h.recorded();
	const legacy = await h.client(id, call(2, 'a'));
	t.match(legacy.got, [{ status: 404 }]);
	const stream = new FakeExchange();
	await h.sessions.listen(caller, id, undefined, stream);
	t.match(stream.got, [{ status: 404 }]);
	t.match(await h.sessions.end(caller, id, 'delete'), { status: 404 });
});

t.test('it goes on after a restart in front of an HTTP server', async (t) => {
	const h = await house(t);
	await h.modern(modernCall(1, 'a'));
	await h.upstream.says(result(1, {}), h.upstream.sent[0]?.exchange);
	await h.sessions.close();
	const again = h.restarted();
	t.teardown(() => again.close());
	const exchange = await h.modern(modernCall(2, 'b'), { sessions: again });
	await h.upstream.says(result(2, { ok: true }), h.upstream.sent.at(-1)?.exchange);
	t.match(exchange.last, { result: { ok: true } });
	t.equal((await h.recorded()).length, 1);
	t.ok((await h.lines((await h.recorded())[0]!)).some((line) => line.type === 'event' && line.event === 'resumed'));
});

t.test('it begins anew after a restart in front of a server process', async (t) => {
	const h = await house(t, 'stdio');
	await h.modern(modernCall(1, 'a'));
	await h.upstream.says(result(1, {}));
	await h.sessions.close();
	t.equal(h.upstream.closed, 1);
	const again = h.restarted();
	t.teardown(() => again.close());
	await h.modern(modernCall(2, 'b'), { sessions: again });
	t.equal(h.upstream.opened, 2);
	t.equal((await h.recorded()).length, 2);
	t.match((await h.lines((await h.recorded())[0]!)).at(-1), { event: 'closed' });
});

t.test('it ends after the idle time without a frame, and the next frame begins another', async (t) => {
	const h = await house(t);
	await h.modern(modernCall(1, 'a'));
	await h.upstream.says(result(1, {}), h.upstream.sent[0]?.exchange);
	h.upstream.events?.done(h.upstream.sent[0]!.exchange, { ok: true, status: 200 });
	h.clock.pass(1_800_000 - 60_000);
	await tick();
	t.equal(h.sessions.count, 1);
	h.clock.pass(180_000);
	await tick();
	t.equal(h.sessions.count, 0);
	await h.modern(modernCall(2, 'a'));
	t.equal((await h.recorded()).length, 2);
});

t.test('limits of sessions and of server processes hold for it', async (t) => {
	const h = await house(t, 'stdio');
	await h.begin();
	await h.begin();
	const over = await h.modern(modernCall(1, 'a'));
	t.match(over.got, [{ status: 429 }]);
	t.match(over.last, { error: { data: { code: 'ERR_LIMIT_CHILDREN' } } });
});

t.test('one that saw nothing but a refused probe ends soon, its process too', async (t) => {
	const h = await house(t, 'stdio');
	const probe = await h.modern(modernRequest(0, 'server/discover'));
	await h.upstream.says({ jsonrpc: '2.0', id: 0, error: { code: -32601, message: 'Method not found' } });
	t.match(probe.got, [{ status: 400 }], 'a server of that era would know the method');
	t.match(probe.last, { error: { code: -32601 } });
	h.clock.pass(10_000);
	await tick();
	t.equal(h.sessions.count, 0);
	t.equal(h.upstream.closed, 1);

	const used = await h.modern(modernRequest(0, 'server/discover'));
	await h.upstream.says({ jsonrpc: '2.0', id: 0, result: { resultType: 'complete', supportedVersions: [] } });
	t.match(used.last, { result: {} });
	h.clock.pass(60_000);
	await tick();
	t.equal(h.sessions.count, 1, 'one whose server has answered stays');
});

t.test('a server on a pipe that says nothing to a probe, or ends, is an older one to its client', async (t) => {
	const silent = await house(t, 'stdio');
	const probe = await silent.modern(modernRequest(0, 'server/discover'));
	silent.clock.pass(14_000);
	t.strictSame(probe.got, []);
	const waiting = await silent.modern(modernRequest(1, 'server/discover'), { exchange: new FakeExchange() });
	silent.upstream.events?.closed('the server process ended (exit code 1)');
	await tick();
	for (const exchange of [probe, waiting]) {
		t.match(exchange.got, [{ status: 400 }]);
		t.match(exchange.last, { error: { code: 5030, data: { code: 'ERR_UPSTREAM_CLOSED' } } });
	}
	const again = await silent.modern(modernRequest(0, 'server/discover'));
	silent.clock.pass(30_000);
	await again.ended;
	t.match(again.last, { id: 0, error: { code: 5030, data: { code: 'ERR_UPSTREAM_SILENT' } } });
});

t.test('requests of several clients with one id: each gets its own answer', async (t) => {
	const h = await house(t);
	const [a, b] = [await h.modern(modernCall(1, 'a')), await h.modern(modernCall(1, 'b'))];
	const [atA, atB] = h.upstream.sent.map(({ exchange }) => exchange);
	t.equal(h.upstream.sent.length, 2, 'neither waits for the other');
	await h.upstream.says(result(1, { of: 'b' }), atB);
	await h.upstream.says(result(1, { of: 'a' }), atA);
	t.match(a.last, { result: { of: 'a' } });
	t.match(b.last, { result: { of: 'b' } });
});

t.test('on a pipe they take turns', async (t) => {
	const h = await house(t, 'stdio');
	const a = await h.modern(modernCall(1, 'a'));
	const b = new FakeExchange();
	const waiting = h.modern(modernCall(1, 'b'), { exchange: b });
	await tick();
	t.equal(h.upstream.sent.length, 1);
	await h.upstream.says(result(1, { of: 'a' }));
	await waiting;
	t.equal(h.upstream.sent.length, 2);
	await h.upstream.says(result(1, { of: 'b' }));
	t.match(a.last, { result: { of: 'a' } });
	t.match(b.last, { result: { of: 'b' } });
});

t.test('a server asks a modern client nothing by requests of its own', async (t) => {
	for (const kind of ['http', 'stdio'] as const) {
		const h = await house(t, kind);
		const exchange = await h.modern(modernCall(1, 'a'));
		const at = kind === 'http' ? h.upstream.sent[0]?.exchange : undefined;
		const sent = h.upstream.sent.length;
		await h.upstream.says({ jsonrpc: '2.0', id: 's1', method: 'sampling/createMessage', params: {} }, at, true);
		t.strictSame(exchange.got, []);
		t.equal(h.upstream.sent.length, sent);
		t.match((await h.frames((await h.recorded())[0]!)).at(-1), { code: 'ERR_REQUEST_UNEXPECTED', outcome: 'refused' });
	}
});

t.test('what a modern client may not send is refused: answers, batches', async (t) => {
	const h = await house(t);
	const version = { 'mcp-protocol-version': '2026-07-28' };
	const post = async (json: unknown) => {
		const exchange = new FakeExchange();
		const bytes = Buffer.from(JSON.stringify(json));
		await h.sessions.frame({ ...caller, headers: version }, undefined, { bytes }, exchange);
		return exchange;
	};
	t.match((await post(result(1, {}))).got, [{ status: 400 }]);
	t.match((await post([modernCall(1, 'a')])).got, [{ status: 400 }]);
	t.match((await post([modernCall(1, 'a')])).last, { error: { data: { code: 'ERR_FRAME_BATCH' } } });
	t.strictSame(h.upstream.sent, []);
});

t.test('a request of one era in the other’s clothes is refused', async (t) => {
	const h = await house(t);
	const id = await h.begin();
	const sent = h.upstream.sent.length;
	const bytes = Buffer.from(JSON.stringify(modernCall(1, 'a')));
	const inSession = async (headers: Record<string, string>, body = bytes) => {
		const exchange = new FakeExchange();
		await h.sessions.frame({ ...caller, headers }, id, { bytes: body }, exchange);
		return exchange;
	};
	t.match((await inSession({})).last, { id: 1, error: { code: -32020, data: { code: 'ERR_HEADER_MISSING' } } });
	t.match((await inSession({ 'mcp-protocol-version': '2025-11-25' })).last, { error: { code: -32020 } });
	// An envelope whose key is spelled with an escape is one all the same.
	const spelled = Buffer.from(
		bytes.toString().replace('io.modelcontextprotocol/protocol', 'io.modelcontextprotocol\\/protocol'),
	);
	t.match((await inSession({ 'mcp-protocol-version': '2025-11-25' }, spelled)).last, { error: { code: -32020 } });
	const bare = Buffer.from(JSON.stringify(call(1, 'a')));
	t.match((await inSession(headersOf(modernCall(1, 'a')), bare)).last, { id: 1, error: { code: -32602 } });
	t.equal(h.upstream.sent.length, sent);
});

t.test('quiet calls are kept warm, and no session id goes out with the stream', async (t) => {
	const h = await house(t);
	const exchange = await h.modern(modernCall(1, 'slow'));
	h.clock.pass(settings.keepAliveMs);
	t.equal(exchange.streaming, true);
	t.ok(exchange.alive > 0);
	t.strictSame(exchange.headers, {});
});
