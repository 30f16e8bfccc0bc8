import t from 'tap';
import { UpstreamError } from '../../gateway/transport/errors.ts';
import { call, result } from '../fixtures/frames.ts';
import { FakeExchange, houseUnderTest, reason, stubPolicy } from '../fixtures/house.ts';
import { modernCall } from '../fixtures/modern.ts';

const token = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
const allow = stubPolicy(() => ({}));

// One test for each number of THE ORDER (gateway/gate.ts). `npm run order` switches the steps off in turn and expects
// exactly these to fail.

t.test('1 frame: what two parsers could read differently is refused, on the record, and does not move', async (t) => {
	const house = await houseUnderTest(t.testdir(), allow);
	const id = await house.begin();
	const before = house.upstream.sent.length;
	const twice = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read","name":"delete"}}';
	const exchange = await house.client(id, twice);
	t.equal(house.upstream.sent.length, before);
	t.match(exchange.last, { error: { data: { code: 'ERR_FRAME_DUPLICATE_KEY' } } });
	const line = (await house.frames(id)).at(-1);
	t.match(line, { by: 'gateway', code: 'ERR_FRAME_DUPLICATE_KEY', outcome: 'refused', delivered: null });
	t.equal(line?.bytes.toString(), twice);
	await house.close();
});

t.test('2 correlate: an answer belongs to the exchange it came on, not to whoever has its id', async (t) => {
	const house = await houseUnderTest(t.testdir(), allow);
	const id = await house.begin();
	const asked = await house.client(id, call(1, 'read'));
	const other = await house.client(id, call(2, 'read'));
	const [at, elsewhere] = house.upstream.sent.slice(-2).map((sent) => sent.exchange);
	await house.upstream.says(result(1, { from: 'elsewhere' }), elsewhere, true);
	t.strictSame(asked.got, [], 'the answer to 1 does not count on the exchange of 2');
	t.strictSame(other.got, []);
	t.match((await house.frames(id)).at(-1), { by: 'gateway', code: 'ERR_ANSWER_UNASKED' });
	await house.upstream.says(result(1, { from: 'here' }), at);
	t.match(asked.last, { id: 1, result: { from: 'here' } });
	await house.close();
});

t.test('3 detect: a policy that reads findings sees them', async (t) => {
	const policy = stubPolicy((input) => ({ reasons: input.findings.length > 0 ? [reason('deny', 'secrets/any')] : [] }));
	const house = await houseUnderTest(t.testdir(), policy);
	const id = await house.begin();
	const before = house.upstream.sent.length;
	const exchange = await house.client(id, call(1, 'send', { text: `it is ${token}` }));
	t.equal(house.upstream.sent.length, before);
	t.match(exchange.last, { result: { isError: true } });
	await house.close();
});

t.test('4 judge: a denied call does not move, and says which rule and what to do', async (t) => {
	const policy = stubPolicy((input) => ({
		reasons: input.tool?.name === 'bash' ? [reason('deny', 'shell/closed')] : [],
	}));
	const house = await houseUnderTest(t.testdir(), policy);
	const id = await house.begin();
	const before = house.upstream.sent.length;
	const exchange = await house.client(id, call(1, 'bash'));
	t.equal(house.upstream.sent.length, before);
	t.match(exchange.last, { id: 1, result: { isError: true, content: [{ text: /shell\/closed/ }] } });
	t.match(exchange.last.result.content[0].text, /ask an operator/i);
	t.match((await house.frames(id)).at(-1), {
		verdict: 'deny',
		outcome: 'refused',
		delivered: null,
		reasons: [{ rule: 'shell/closed' }],
	});
	await house.close();
});

t.test('5 record: nothing moves before its record is durable, and never without one', async (t) => {
	let release: (() => void) | undefined;
	let fail = false;
	let slow = false;
	const house = await houseUnderTest(t.testdir(), allow, {
		recorder: (real) => ({
			open: (header) => real.open(header),
			healthy: true,
			close: () => real.close(),
			async append(session, lines) {
				if (fail) throw new Error('disk full');
				if (slow) {
					await new Promise<void>((resolve) => {
						release = resolve;
					});
				}
				await real.append(session, lines);
			},
		}),
	});
	const id = await house.begin();
	const before = house.upstream.sent.length;
	slow = true;
	const passing = house.client(id, call(1, 'read'));
	while (release === undefined) await Promise.resolve();
	for (let i = 0; i < 50; i++) await Promise.resolve();
	t.equal(house.upstream.sent.length, before, 'not while the record is on its way');
	slow = false;
	release();
	await passing;
	t.equal(house.upstream.sent.length, before + 1);
	fail = true;
	const exchange = await house.client(id, call(2, 'read'));
	t.equal(house.upstream.sent.length, before + 1, 'not without a record');
	t.match(exchange.last.result.content[0].text, /ERR_RECORD_FAILED/);
	fail = false;
	await house.client(id, call(3, 'read'));
	t.equal(house.upstream.sent.length, before + 2, 'it goes on when it can be recorded again');
	await house.close();
});

t.test('6 hold: a held call waits for a human, and goes on once', async (t) => {
	const policy = stubPolicy((input) => ({
		reasons: input.tool?.name === 'delete' && input.kind === 'request' ? [reason('hold', 'files/delete')] : [],
	}));
	const house = await houseUnderTest(t.testdir(), policy);
	const id = await house.begin();
	const before = house.upstream.sent.length;
	const exchange = new FakeExchange();
	const held = house.client(id, call(1, 'delete', { path: 'a' }), exchange);
	const approval = await pending(house);
	t.equal(house.upstream.sent.length, before);
	const bob = { id: 'bob', kind: 'human', issuer: 'sluice', groups: [], scopes: [], human: 'bob', claims: {} } as const;
	await house.broker.vote(approval.id, bob, 'approver', 'approve');
	await held;
	t.equal(house.upstream.sent.length, before + 1);
	t.match(await house.lines(id), [
		{},
		{},
		{ verdict: 'hold' },
		{ event: 'held' },
		{ type: 'rejudge', outcome: 'released' },
		{ event: 'approved' },
	]);
	await house.close();
});

t.test('7 forward: the received bytes, or the spliced ones; nothing is written anew', async (t) => {
	const policy = stubPolicy((input) => ({
		reasons: input.kind === 'result' ? [reason('mask', 'secrets/out', { finding: 'secret/*' })] : [],
	}));
	const house = await houseUnderTest(t.testdir(), policy);
	const id = await house.begin();
	const asked = `{ "params" : {"arguments":{"n":12345678901234567890,"s":"\\u0041"}, "name":"read"},"method":"tools/call","id":1,"jsonrpc":"2.0","x":1.0 }`;
	const exchange = await house.client(id, asked);
	t.equal(house.upstream.sent.at(-1)?.bytes.toString(), asked);
	const said = `{"id":1 ,"jsonrpc":"2.0","result":{"content":[{"type":"text","text":"a\\u0062 ${token} c"}],"n":1e3}}`;
	await house.upstream.says(said, house.upstream.sent.at(-1)?.exchange);
	t.equal(exchange.got.at(-1)?.bytes?.toString(), said.replace(token, '[masked:secret/github-token]'));
	const line = (await house.frames(id)).at(-1);
	t.equal(line?.bytes.toString(), said, 'the record has what the server sent');
	t.equal(line?.delivered?.length, 1, 'and how what was delivered differs');
	await house.close();
});

t.test('8 deliver outcome: what could not be delivered is on the record', async (t) => {
	const house = await houseUnderTest(t.testdir(), allow);
	const id = await house.begin();
	house.upstream.broken = new UpstreamError('ERR_UPSTREAM_UNREACHABLE', 'the server cannot be reached');
	const exchange = await house.client(id, call(1, 'read'));
	t.match(exchange.last, { result: { isError: true, content: [{ text: /ERR_UPSTREAM_UNREACHABLE/ }] } });
	const [frame] = (await house.frames(id)).slice(-1);
	t.match(
		(await house.lines(id)).filter((line) => line.type === 'event'),
		[{ event: 'undelivered', of: frame?.seq }],
	);

	house.upstream.broken = undefined;
	const leaving = await house.client(id, call(2, 'read'));
	leaving.leave();
	await house.upstream.says(result(2, {}), house.upstream.sent.at(-1)?.exchange);
	const answer = (await house.frames(id)).at(-1);
	t.match((await house.lines(id)).at(-1), { event: 'undelivered', of: answer?.seq });
	await house.close();
});

// The same order holds for requests that carry their own envelope.

t.test('2 correlate: in the era without sessions too', async (t) => {
	const house = await houseUnderTest(t.testdir(), allow);
	const asked = await house.modern(modernCall(1, 'read'));
	const other = await house.modern(modernCall(2, 'read'));
	const [at, elsewhere] = house.upstream.sent.map((sent) => sent.exchange);
	await house.upstream.says(result(1, { from: 'elsewhere' }), elsewhere, true);
	t.strictSame([...asked.got, ...other.got], []);
	await house.upstream.says(result(1, { from: 'here' }), at);
	t.match(asked.last, { id: 1, result: { from: 'here' } });
	await house.close();
});

t.test('4 judge: a denied call without a session does not move, and is a complete result', async (t) => {
	const policy = stubPolicy(() => ({ reasons: [reason('deny', 'shell/closed')] }));
	const house = await houseUnderTest(t.testdir(), policy);
	const exchange = await house.modern(modernCall(1, 'bash'));
	t.strictSame(house.upstream.sent, []);
	t.match(exchange.last, { id: 1, result: { resultType: 'complete', isError: true } });
	await house.close();
});

t.test('5 record: not without one, in the era without sessions', async (t) => {
	let fail = false;
	const house = await houseUnderTest(t.testdir(), allow, {
		recorder: (real) => ({
			open: (header) => real.open(header),
			healthy: true,
			close: () => real.close(),
			append: (session, lines) => (fail ? Promise.reject(new Error('disk full')) : real.append(session, lines)),
		}),
	});
	await house.modern(modernCall(1, 'read'));
	fail = true;
	const exchange = await house.modern(modernCall(2, 'read'));
	t.equal(house.upstream.sent.length, 1);
	t.match(exchange.last, { result: { resultType: 'complete', isError: true } });
	t.match(exchange.got, [{ status: 503 }]);
	await house.close();
});

t.test('7 forward: bytes as they came, and headers made from what is delivered', async (t) => {
	const policy = stubPolicy((input) => ({
		reasons: input.kind === 'request' ? [reason('mask', 'secrets/out', { finding: 'secret/*' })] : [],
	}));
	const house = await houseUnderTest(t.testdir(), policy);
	const body = modernCall(1, 'read', { key: token, n: 1 });
	await house.modern(body, { headers: { 'mcp-param-key': token, 'mcp-param-n': '1' } });
	const [sent] = house.upstream.sent;
	t.equal(sent?.bytes.toString(), JSON.stringify(body).replace(token, '[masked:secret/github-token]'));
	t.match(sent?.headers, {
		'mcp-method': 'tools/call',
		'mcp-name': 'read',
		'mcp-param-key': '[masked:secret/github-token]',
		'mcp-param-n': '1',
	});
	t.notMatch(JSON.stringify(sent?.headers), token);
	await house.close();
});

async function pending(house: Awaited<ReturnType<typeof houseUnderTest>>) {
	for (;;) {
		const [approval] = await house.broker.list({ state: 'pending' });
		if (approval !== undefined) return approval;
		await new Promise((resolve) => setImmediate(resolve));
	}
}
