import t, { type Test } from 'tap';
import type { Policy } from '../../../engine/policy/load.ts';
import { call, request, result } from '../../fixtures/frames.ts';
import { caller, FakeExchange, houseUnderTest, reason, stubPolicy } from '../../fixtures/house.ts';

const allow = stubPolicy(() => ({}));

async function begun(t: Test, options: { kind?: 'http' | 'stdio'; policy?: Policy; revision?: string } = {}) {
	const house = await houseUnderTest(t.testdir(), options.policy ?? allow, { kind: options.kind ?? 'http' });
	t.teardown(() => house.close());
	const id = await house.begin(options.revision);
	return { house, id };
}
const tick = async () => {
	for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};
const status = (exchange: FakeExchange) => exchange.got.at(-1)?.status;

t.test('a session is its principal’s, and its server’s; any other is unknown', async (t) => {
	const { house, id } = await begun(t);
	const as = async (who: object, session: string | undefined = id) => {
		const exchange = new FakeExchange();
		const bytes = Buffer.from(JSON.stringify(call(1, 'x')));
		await house.sessions.frame({ ...caller, ...who }, session, { bytes }, exchange);
		return exchange;
	};
	const before = house.upstream.sent.length;
	t.equal(status(await as({ token: 'other' })), 404);
	t.match((await as({ token: 'other' })).last, { error: { data: { code: 'ERR_SESSION_UNKNOWN' } } });
	t.equal(status(await as({}, 'f'.repeat(32))), 404);
	t.equal(status(await as({ server: 'nothere' })), 404);
	t.equal(status(await as({ token: 'wrong' })), 401, 'also where anonymous is allowed');
	t.match((await as({}, '')).last, { error: {} });
	t.match(await house.sessions.end({ ...caller, token: 'other' }, id, 'delete'), { status: 404 });
	t.equal(house.upstream.sent.length, before);
	await as({});
	t.equal(house.upstream.sent.length, before + 1);
	t.match(await house.sessions.end(caller, id, 'delete'), { status: 200 });
	t.equal(status(await as({})), 404, 'ended');
	t.match((await house.lines(id)).at(-1), { event: 'closed' });
});

t.test('what comes without a session is refused, and opens none', async (t) => {
	const { house } = await begun(t);
	const count = house.sessions.count;
	const exchange = await house.client(undefined, request(1, 'tools/list'));
	t.match(exchange.last, { error: { data: { code: 'ERR_SESSION_MISSING' } } });
	t.equal((await house.client(undefined, '{"jsonrpc":')).got.at(-1)?.status, 400);
	t.equal(house.sessions.count, count);
});

t.test('the limit of sessions holds for those that begin at once', async (t) => {
	const { house } = await begun(t);
	const many = await Promise.all(
		Array.from({ length: 6 }, () =>
			house.client(undefined, request(0, 'initialize', { protocolVersion: '2025-11-25', capabilities: {} })),
		),
	);
	t.equal(house.sessions.count, 3);
	t.equal(many.filter((exchange) => status(exchange) === 429).length, 4);
});

t.test('idle sessions are swept, those that wait for an answer are not', async (t) => {
	const { house, id } = await begun(t);
	const asked = await house.client(id, call(1, 'slow'));
	house.clock.pass(2_000_000);
	await tick();
	t.equal(house.sessions.count, 1);
	const at = house.upstream.sent.at(-1)!.exchange;
	await house.upstream.says(result(1, {}), at);
	t.match(asked.last, { id: 1, result: {} });
	for (const { exchange } of house.upstream.sent) house.upstream.events?.done(exchange, { ok: true, status: 200 });
	house.clock.pass(2_000_000);
	await tick();
	t.equal(house.sessions.count, 0);
	t.match((await house.lines(id)).at(-1), { event: 'closed', detail: { why: /idle/ } });
});

t.test('a session that is being closed does not come back', async (t) => {
	let closing: (() => void) | undefined;
	const house = await houseUnderTest(
		t.testdir(),
		stubPolicy(() => ({})),
		{
			recorder: (real) => ({
				open: (header) => real.open(header),
				healthy: true,
				close: () => real.close(),
				async append(session, lines) {
					const last = lines.some((line) => line.type === 'event' && line.event === 'closed');
					if (last) {
						await new Promise<void>((resolve) => {
							closing = resolve;
						});
					}
					await real.append(session, lines);
				},
			}),
		},
	);
	const id = await house.begin();
	const ended = house.sessions.end(caller, id, 'delete');
	while (closing === undefined) await new Promise((resolve) => setImmediate(resolve));
	const late = await house.client(id, request(9, 'ping'));
	t.match(late.got, [{ status: 404 }]);
	closing();
	t.match(await ended, { status: 200 });
	t.match((await house.lines(id)).at(-1), { event: 'closed' });
	await house.close();
});

t.test('requests that wait for a human count as in flight', async (t) => {
	const policy = stubPolicy((input) => ({
		reasons: input.kind === 'request' && input.tool ? [reason('hold', 'a/hold')] : [],
	}));
	const house = await houseUnderTest(t.testdir(), policy);
	const id = await house.begin();
	const held = [1, 2, 3, 4].map((n) => house.client(id, call(n, 'pay', { n })));
	const fifth = await house.client(id, call(5, 'pay', { n: 5 }));
	t.match(fifth.last, { error: { data: { code: 'ERR_LIMIT_IN_FLIGHT' } } });
	house.sessions.drain();
	for (const exchange of await Promise.all(held))
		t.match(exchange.last, { result: { isError: true, content: [{ text: /ticket/ }] } });
	await house.close();
});

t.test('too many requests in flight are refused; in a batch each one counts', async (t) => {
	const { house, id } = await begun(t, { revision: '2025-03-26' });
	for (let n = 1; n <= 3; n++) await house.client(id, call(n, 'slow'));
	const two = await house.client(id, [call(4, 'slow'), call(5, 'slow')]);
	t.match(two.last, { error: { data: { code: 'ERR_LIMIT_IN_FLIGHT' } } });
	t.equal(status(two), 429);
	t.equal((await house.client(id, call(6, 'slow'))).got.length, 0);
	t.match((await house.client(id, call(7, 'slow'))).last, { error: { data: { code: 'ERR_LIMIT_IN_FLIGHT' } } });
});

t.test('batches: one denied member refuses all of it; outside of 2025-03-26 there are none', async (t) => {
	const policy = stubPolicy((input) => ({ reasons: input.tool?.name === 'sh' ? [reason('deny', 'a/no')] : [] }));
	const { house, id } = await begun(t, { revision: '2025-03-26', policy });
	const before = house.upstream.sent.length;
	const refused = await house.client(id, [call(1, 'fine'), call(2, 'sh')]);
	t.match(refused.last, [
		{ id: 1, result: { isError: true } },
		{ id: 2, result: { isError: true } },
	]);
	t.equal(house.upstream.sent.length, before);
	await house.client(id, [call(1, 'fine'), call(2, 'fine')]);
	t.equal(house.upstream.sent.length, before + 1);
	const newer = await begun(t);
	t.match((await newer.house.client(newer.id, [call(1, 'fine')])).last, {
		error: { data: { code: 'ERR_FRAME_BATCH' } },
	});
});

t.test('a batch whose server fails is answered in one piece', async (t) => {
	const { house, id } = await begun(t, { revision: '2025-03-26' });
	const exchange = await house.client(id, [call(1, 'x'), request(2, 'resources/read', {})]);
	house.upstream.events?.done(house.upstream.sent.at(-1)!.exchange, {
		ok: false,
		status: 502,
		code: 'ERR_UPSTREAM_CLOSED',
		message: 'gone',
	});
	await exchange.ended;
	t.equal(exchange.got.length, 1);
	t.match(exchange.last, [
		{ id: 1, result: { isError: true } },
		{ id: 2, error: { code: 5030 } },
	]);
});

for (const kind of ['http', 'stdio'] as const) {
	t.test(`${kind}: one id is in flight once; the second waits, and is not lost when it is cancelled`, async (t) => {
		const { house, id } = await begun(t, { kind });
		const before = house.upstream.sent.length;
		const first = new FakeExchange();
		const second = new FakeExchange();
		await house.client(id, call(1, 'a'), first);
		const passing = house.client(id, call(1, 'b'), second);
		await tick();
		t.equal(house.upstream.sent.length, before + 1);
		const at = house.upstream.sent.at(-1)?.exchange;
		await house.upstream.says(result(1, { of: 'a' }), kind === 'http' ? at : undefined);
		await passing;
		t.equal(house.upstream.sent.length, before + 2);
		t.match(first.last, { result: { of: 'a' } });
		const third = house.client(id, call(1, 'c'));
		await tick();
		house.upstream.broken = undefined;
		await house.sessions.end(caller, id, 'delete');
		t.match((await third).last, { id: 1, result: { isError: true } }, 'told when the session ends');
		t.equal(house.upstream.sent.length, before + 2, 'and never sent');
	});
}

t.test('an answer to a cancelled request is dropped, on the record', async (t) => {
	const { house, id } = await begun(t, { kind: 'stdio' });
	const exchange = await house.client(id, call(1, 'slow'));
	await house.client(id, { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
	t.match(JSON.parse(String(house.upstream.sent.at(-1)?.bytes)), { method: 'notifications/cancelled' });
	await house.upstream.says(result(1, { late: true }));
	t.ok(exchange.got.every(({ bytes }) => bytes === undefined));
	t.match((await house.frames(id)).at(-1), { code: 'ERR_ANSWER_LATE', delivered: null, outcome: 'refused' });
	t.equal(house.sessions.inFlight, 0, 'nothing is waited for any more');
});

t.test('what a server says without a stream waits for one', async (t) => {
	const { house, id } = await begun(t);
	await house.upstream.says({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
	const stream = new FakeExchange();
	await house.sessions.listen(caller, id, undefined, stream);
	t.match(stream.last, { method: 'notifications/tools/list_changed' });
	for (let n = 0; n < 2; n++) {
		const more = new FakeExchange();
		await house.sessions.listen(caller, id, undefined, more);
		t.equal(status(more), n === 0 ? undefined : 429);
	}
});

t.test('a request that comes while a session is resumed waits for that, and goes to its own upstream', async (t) => {
	let half = () => {};
	let waits: Promise<void> | undefined;
	const house = await houseUnderTest(t.testdir(), allow, {
		recorder: (real) => ({
			open: (header) => real.open(header),
			healthy: true,
			close: () => real.close(),
			async append(session, lines) {
				if (lines.some((line) => line.type === 'event' && line.event === 'resumed')) await waits;
				await real.append(session, lines);
			},
		}),
	});
	t.teardown(() => house.close());
	const id = await house.begin();
	await house.sessions.close();
	const opened: unknown[] = [];
	const open = house.upstream.open.bind(house.upstream);
	house.upstream.open = async (events, resume) => {
		opened.push(resume);
		return await open(events, resume);
	};
	const again = house.restarted();
	waits = new Promise((resolve) => {
		half = resolve;
	});
	const before = house.upstream.sent.length;
	const frame = (n: number) =>
		again.frame(caller, id, { bytes: Buffer.from(JSON.stringify(call(n, 'x'))) }, new FakeExchange());
	const first = frame(2);
	await tick();
	const second = frame(3);
	await tick();
	t.strictSame(opened, [], 'half resumed');
	half();
	await Promise.all([first, second]);
	t.strictSame(opened, [{ session: 'upstream-1' }]);
	t.equal(house.upstream.sent.length, before + 2);
	const events = (await house.lines(id)).flatMap((line) => (line.type === 'event' ? [line.event] : []));
	t.equal(events.filter((event) => event === 'resumed').length, 1);
	await again.close();
});

t.test('a resumption that fails is tried again', async (t) => {
	const { house, id } = await begun(t);
	await house.sessions.close();
	const open = house.upstream.open.bind(house.upstream);
	house.upstream.open = async () => {
		throw new Error('not yet');
	};
	const again = house.restarted();
	const frame = async (n: number) => {
		const exchange = new FakeExchange();
		await again.frame(caller, id, { bytes: Buffer.from(JSON.stringify(call(n, 'x'))) }, exchange);
		return exchange;
	};
	t.equal(status(await frame(1)), 500);
	const resumed: unknown[] = [];
	house.upstream.open = async (events, resume) => {
		resumed.push(resume);
		return await open(events, resume);
	};
	t.strictSame((await frame(2)).got, []);
	t.strictSame(resumed, [{ session: 'upstream-1' }]);
	await again.close();
});
