import { type Test, test } from 'tap';
import { request, result } from '../../fixtures/frames.ts';
import { caller, FakeExchange, type HouseUnderTest, houseUnderTest, reason, stubPolicy } from '../../fixtures/house.ts';

const TOKEN = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
const LIST = [{ name: 'read', description: `Reads with ${TOKEN}.` }];
const open = stubPolicy(() => ({ reasons: [], labels: [] }), 'open');
const same = stubPolicy(() => ({ reasons: [reason('warn', 'a/b')], labels: [] }), 'same');
const masking = stubPolicy(
	({ method }) => ({
		reasons: method === 'tools/list' ? [reason('mask', 'a/b', { finding: 'secret/*' })] : [],
		labels: [],
	}),
	'masking',
);
const CHANGED = '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}';

async function setUp(t: Test) {
	const house = await houseUnderTest(t.testdir(), open);
	t.teardown(() => house.close());
	return house;
}

async function settle(): Promise<void> {
	for (let i = 0; i < 12; i++) await new Promise((resolve) => setImmediate(resolve));
}

async function look(house: HouseUnderTest): Promise<void> {
	house.clock.pass(400);
	await settle();
}

async function answered(house: HouseUnderTest, asked: Promise<unknown>, id: number, body: object): Promise<void> {
	await asked;
	await house.upstream.says(result(id, body), house.upstream.sent.at(-1)?.exchange);
}

async function begin(house: HouseUnderTest, capabilities: object): Promise<string> {
	const exchange = new FakeExchange();
	const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
	const asked = house.client(undefined, request(0, 'initialize', params), exchange);
	await answered(house, asked, 0, {
		protocolVersion: '2025-11-25',
		capabilities,
		serverInfo: { name: 's', version: '1' },
	});
	await exchange.ended;
	return exchange.headers['mcp-session-id']!;
}

const told = async (house: HouseUnderTest, id: string) =>
	(await house.lines(id)).flatMap((line) => (line.type === 'gateway' ? [line.bytes.toString()] : []));

test('a policy that would deliver another list: the client hears of it, recorded, once', async (t) => {
	const house = await setUp(t);
	const id = await begin(house, { tools: { listChanged: true } });
	await look(house);
	house.setPolicy(same);
	await look(house);
	await answered(house, house.client(id, request(1, 'tools/list')), 1, { tools: LIST });
	const stream = new FakeExchange();
	const listening = house.sessions.listen(caller, id, undefined, stream);
	await settle();
	house.setPolicy(open);
	await look(house);
	t.same(await told(house, id), [], 'the same list under another policy is no news');
	house.setPolicy(masking);
	t.same(await told(house, id), []);
	await look(house);
	t.same(await told(house, id), [CHANGED]);
	t.equal(stream.got.at(-1)?.bytes?.toString(), CHANGED);
	await look(house);
	t.equal((await told(house, id)).length, 1, 'once');
	house.setPolicy(open);
	await look(house);
	t.equal((await told(house, id)).length, 2, 'and again when it goes back');
	stream.leave();
	await listening;
});

test('nobody is told who was not promised it, or has asked for no list', async (t) => {
	const house = await setUp(t);
	const silent = await begin(house, { tools: {} });
	await answered(house, house.client(silent, request(1, 'tools/list')), 1, { tools: LIST });
	const fresh = await begin(house, { tools: { listChanged: true } });
	await look(house);
	house.setPolicy(masking);
	await look(house);
	for (const id of [silent, fresh]) t.same(await told(house, id), []);
});

test('without a stream to the client it waits for one', async (t) => {
	const house = await setUp(t);
	const id = await begin(house, { tools: { listChanged: true } });
	await answered(house, house.client(id, request(1, 'tools/list')), 1, { tools: LIST });
	await look(house);
	house.setPolicy(masking);
	await look(house);
	const stream = new FakeExchange();
	void house.sessions.listen(caller, id, undefined, stream);
	await settle();
	t.ok(stream.got.some(({ bytes }) => bytes?.toString() === CHANGED));
});

test('2026-07-28: on the subscriptions that asked for it and were acknowledged, under their ids', async (t) => {
	const house = await setUp(t);
	const _meta = {
		'io.modelcontextprotocol/protocolVersion': '2026-07-28',
		'io.modelcontextprotocol/clientCapabilities': {},
	};
	const modern = (id: number | string, method: string, params: object, exchange = new FakeExchange()) => {
		const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method };
		const bytes = Buffer.from(JSON.stringify(request(id as number, method, { ...params, _meta })));
		return house.sessions.frame({ ...caller, headers }, undefined, { bytes }, exchange);
	};
	await answered(house, modern(1, 'tools/list', {}), 1, { tools: LIST, resultType: 'complete' });
	const streams = [new FakeExchange(), new FakeExchange()] as const;
	for (const [i, stream] of streams.entries()) {
		const notifications = i === 0 ? { toolsListChanged: true } : { promptsListChanged: true };
		await modern(`sub-${i}`, 'subscriptions/listen', { notifications }, stream);
		const params = { notifications, _meta: { 'io.modelcontextprotocol/subscriptionId': `sub-${i}` } };
		const ack = { jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params };
		await house.upstream.says(ack, house.upstream.sent.at(-1)?.exchange, true);
	}
	await look(house);
	house.setPolicy(masking);
	await look(house);
	t.match(streams[0].last, {
		method: 'notifications/tools/list_changed',
		params: { _meta: { 'io.modelcontextprotocol/subscriptionId': 'sub-0' } },
	});
	t.match(streams[1].last, { method: 'notifications/subscriptions/acknowledged' });
	streams[0].leave();
	await settle();
	house.setPolicy(open);
	await look(house);
	t.equal(streams[0].got.length, 2, 'not after it has left');
});
