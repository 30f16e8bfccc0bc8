import { test } from 'tap';
import { FakeExchange, houseUnderTest, settings, stubPolicy } from '../../fixtures/house.ts';

const answer = '{"jsonrpc":"2.0",\r\n"id":1,"result":{}}';

test('a body that must go into an event stream after all loses its carriage returns, on the record', async (t) => {
	const house = await houseUnderTest(
		t.testdir(),
		stubPolicy(() => ({})),
	);
	t.teardown(() => house.close());
	const session = await house.begin();
	const exchange = new FakeExchange();
	await house.client(session, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'slow' } }, exchange);
	house.clock.pass(settings.keepAliveMs);
	t.equal(exchange.streaming, true, 'kept warm');
	await house.upstream.says(answer, house.upstream.sent.at(-1)!.exchange);
	await exchange.ended;
	t.equal(exchange.got.at(-1)?.bytes?.toString(), answer.replace('\r', ' '));
	const line = (await house.frames(session)).at(-1);
	t.match(line?.delivered, [{ replacement: ' ', what: 'line-break' }]);
});

test('a body that is being judged does not become an event stream', async (t) => {
	let durable = () => {};
	let slow = false;
	const house = await houseUnderTest(
		t.testdir(),
		stubPolicy(() => ({})),
		{
			recorder: (real) => ({
				get healthy() {
					return real.healthy;
				},
				open: (header) => real.open(header),
				append: async (id, lines) => {
					if (slow) await new Promise<void>((resolve) => (durable = resolve));
					return real.append(id, lines);
				},
				close: () => real.close(),
			}),
		},
	);
	t.teardown(() => house.close());
	const session = await house.begin();
	const exchange = new FakeExchange();
	await house.client(session, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'slow' } }, exchange);
	slow = true;
	const says = house.upstream.says(answer, house.upstream.sent.at(-1)!.exchange);
	house.clock.pass(settings.keepAliveMs);
	slow = false;
	durable();
	await says;
	await exchange.ended;
	t.equal(exchange.streaming, false);
	t.equal(exchange.got.at(-1)?.bytes?.toString(), answer);
});
