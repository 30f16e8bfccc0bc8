import t from 'tap';
import { BOUNDS } from '../../../engine/session/bounds.ts';
import { call, request, result } from '../../fixtures/frames.ts';
import { houseUnderTest, reason, stubPolicy } from '../../fixtures/house.ts';

const sampling = (n: number) => request(`s${n}`, 'sampling/createMessage', { n });
const refused = { error: { data: { code: 'ERR_LIMIT_IN_FLIGHT' } } };

t.test('a server has a limit too: what it asks is kept until it is answered', async (t) => {
	const house = await houseUnderTest(
		t.testdir(),
		stubPolicy(() => ({})),
		{ kind: 'stdio' },
	);
	t.teardown(() => house.close());
	const id = await house.begin();
	const said = () => JSON.parse(house.upstream.sent.at(-1)!.bytes.toString());
	for (let n = 1; n <= 4; n++) await house.upstream.says(sampling(n));
	const before = house.upstream.sent.length;
	await house.upstream.says(sampling(5));
	t.match(said(), { id: 's5', ...refused }, 'the server is told');
	t.equal(house.upstream.sent.length, before + 1);
	await house.client(id, call(1, 'x'));
	t.match(said(), { method: 'tools/call' }, 'the client has a limit of its own');
	await house.client(id, result('s1', {}));
	await house.upstream.says(sampling(6));
	t.not(said().id, 's6', 'there is room again');
});

t.test('those that wait for a human count', async (t) => {
	const policy = stubPolicy((input) => ({
		reasons: input.from === 'server' && input.kind === 'request' ? [reason('hold', 'a/hold')] : [],
	}));
	const house = await houseUnderTest(t.testdir(), policy, { kind: 'stdio' });
	const id = await house.begin();
	for (let n = 1; n <= 4; n++) void house.upstream.says(sampling(n));
	while ((await house.broker.list({ state: 'pending' })).length < 4)
		await new Promise((resolve) => setImmediate(resolve));
	await house.upstream.says(sampling(5));
	t.match(JSON.parse(house.upstream.sent.at(-1)!.bytes.toString()), { id: 's5', ...refused });
	house.sessions.drain();
	while (house.upstream.sent.length < 6) await new Promise((resolve) => setImmediate(resolve));
	t.equal((await house.broker.list({ state: 'pending' })).length, 4, 'a ticket for each');
	void house.upstream.says(sampling(6));
	while (house.upstream.sent.length < 7) await new Promise((resolve) => setImmediate(resolve));
	t.notMatch(JSON.parse(house.upstream.sent.at(-1)!.bytes.toString()), refused, 'those that have ended do not count');
	t.ok((await house.lines(id)).some((line) => line.type === 'frame' && line.code === 'ERR_LIMIT_IN_FLIGHT'));
	await house.close();
});

t.test('what the waiting requests hold is bounded', async (t) => {
	const house = await houseUnderTest(
		t.testdir(),
		stubPolicy(() => ({})),
		{ kind: 'stdio', inputLimit: 100_000_000 },
	);
	t.teardown(() => house.close());
	const id = await house.begin();
	const large = (n: number) => call(n, 'x', { text: 'x'.repeat(16_000_000) });
	t.ok(16_000_000 * 4 < BOUNDS.waitingBytes && 16_000_000 * 5 > BOUNDS.waitingBytes);
	// The house has a limit of four requests of a side, so the last one is the server's.
	for (let n = 1; n <= 4; n++) await house.client(id, large(n));
	const sent = house.upstream.sent.length;
	await house.upstream.says(request('s1', 'sampling/createMessage', { text: 'x'.repeat(16_000_000) }));
	t.match(JSON.parse(house.upstream.sent.at(-1)!.bytes.toString()), { id: 's1', ...refused });
	t.equal(house.upstream.sent.length, sent + 1);
	await house.upstream.says(sampling(2));
	t.equal(house.upstream.sent.length, sent + 1, 'a small one has room');
});
