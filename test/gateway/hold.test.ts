import t, { type Test } from 'tap';
import type { Line } from '../../engine/recording/lines.ts';
import { call, request, result } from '../fixtures/frames.ts';
import { FakeExchange, type HouseUnderTest, houseUnderTest, reason, settings, stubPolicy } from '../fixtures/house.ts';

const bob = { id: 'bob', kind: 'human', issuer: 'sluice', groups: [], scopes: [], human: 'bob', claims: {} } as const;
const asking = (more: object = {}) =>
	stubPolicy((input) => ({
		reasons: input.kind === 'request' && input.tool?.name === 'delete' ? [reason('hold', 'files/delete', more)] : [],
	}));

/** Until `what` gives something. */
async function until<T>(what: () => T | undefined | Promise<T | undefined>): Promise<T> {
	for (;;) {
		const got = await what();
		if (got !== undefined) return got;
		await new Promise((resolve) => setImmediate(resolve));
	}
}

async function begun(t: Test, policy = asking(), kind: 'http' | 'stdio' = 'http') {
	const house = await houseUnderTest(t.testdir(), policy, { kind });
	t.teardown(() => house.close());
	const id = await house.begin();
	const sent = house.upstream.sent.length;
	const held = (n: number, args: object = {}) => {
		const exchange = new FakeExchange();
		return { exchange, done: house.client(id, call(n, 'delete', args), exchange) };
	};
	const executed = () => house.upstream.sent.length - sent;
	/** Holds that have been recorded so far. */
	const holds = async () => (await events(house, id)).filter((event) => event === 'held').length;
	return { house, id, held, executed, holds };
}

const pending = (house: HouseUnderTest) => until(async () => (await house.broker.list({ state: 'pending' }))[0]);
const events = async (house: HouseUnderTest, id: string) =>
	(await house.lines(id)).flatMap((line: Line) => (line.type === 'event' ? [line.event] : []));
const waitFor = (n: number, holds: () => Promise<number>) =>
	until(async () => ((await holds()) >= n ? true : undefined));

t.test(
	'patience ends with a ticket; approval later leaves a grant that lets the identical call pass once',
	async (t) => {
		const { house, id, held, executed, holds } = await begun(t);
		const first = held(1, { path: 'a', n: 1.0 });
		await waitFor(1, holds);
		house.clock.pass(settings.keepAliveMs);
		t.equal(first.exchange.alive, 1, 'kept warm');
		house.clock.pass(settings.holdForMs);
		await first.done;
		const { id: ticket } = await pending(house);
		t.match(first.exchange.last, { id: 1, result: { isError: true, content: [{ text: new RegExp(ticket) }] } });
		t.match(first.exchange.last.result.content[0].text, /Nothing was executed.*Repeat the identical call/);
		t.equal(executed(), 0);
		await house.broker.vote(ticket, bob, 'approver', 'approve');
		t.equal(executed(), 0, 'approval executes nothing by itself');

		const other = held(2, { path: 'b', n: 1.0 });
		await waitFor(2, holds);
		t.equal(executed(), 0, 'another call is another question');
		const again = held(3, { path: 'a', n: 1.0 });
		await again.done;
		t.equal(executed(), 1);
		const more = held(4, { path: 'a', n: 1.0 });
		await waitFor(3, holds);
		t.equal(executed(), 1, 'once');
		house.clock.pass(settings.holdForMs);
		await Promise.all([other.done, more.done]);
		t.strictSame(await events(house, id), ['held', 'ticket', 'held', 'grant-used', 'held', 'ticket', 'ticket']);
		const used = (await house.lines(id)).find((line) => line.type === 'event' && line.event === 'grant-used');
		t.match(used, { detail: { approval: ticket, votes: [{ by: 'bob', vote: 'approve' }] } });
	},
);

t.test('denied: final, and the identical call is refused unasked for a while', async (t) => {
	const { house, id, held, executed, holds } = await begun(t);
	const first = held(1);
	const { id: ticket } = await pending(house);
	await waitFor(1, holds);
	await house.broker.vote(ticket, bob, 'approver', 'deny', 'not on a Friday');
	await first.done;
	t.match(first.exchange.last.result.content[0].text, /A human denied.*not on a Friday.*Do not repeat/);
	const again = held(2);
	await again.done;
	t.match(again.exchange.last, { result: { isError: true } });
	t.strictSame(await events(house, id), ['held', 'denied', 'denied']);
	house.clock.pass(settings.grantForMs + 1);
	const later = held(3);
	await waitFor(2, holds);
	t.equal(executed(), 0);
	house.clock.pass(settings.holdForMs);
	await later.done;
});

t.test('a shorter timeout than the patience: expired, and said so', async (t) => {
	const { house, id, held, executed, holds } = await begun(t, asking({ timeout: '10s' }));
	const first = held(1);
	await waitFor(1, holds);
	house.clock.pass(11_000);
	await first.done;
	t.match(first.exchange.last.result.content[0].text, /Nobody approved.*files\/delete/);
	t.strictSame(await events(house, id), ['held', 'expired']);
	t.equal(executed(), 0);
});

t.test('cancelled by its client: withdrawn, told to nobody, asked no more', async (t) => {
	const { house, id, executed, holds } = await begun(t);
	const exchange = new FakeExchange();
	const done = house.client(id, call('a', 'delete'), exchange);
	await waitFor(1, holds);
	const { id: ticket } = await pending(house);
	// The id is spelled another way, and is the same id.
	await house.client(id, '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"\\u0061"}}');
	await done;
	t.equal(exchange.got.at(-1)?.bytes, undefined);
	t.equal(executed(), 0, 'the server never saw it, nor its cancellation');
	t.strictSame(
		(await events(house, id)).sort(),
		['held', 'undelivered', 'withdrawn'],
		'nor did it get the cancellation',
	);
	t.equal((await house.broker.get(ticket))?.state, 'withdrawn');
	await t.rejects(house.broker.vote(ticket, bob, 'approver', 'approve'), { code: 'ERR_APPROVAL_DECIDED' });
});

t.test('a cancellation of the server is not one of the client, though the ids are the same', async (t) => {
	const { house, id, executed, holds } = await begun(t, asking(), 'stdio');
	const exchange = new FakeExchange();
	const done = house.client(id, call(1, 'delete'), exchange);
	await waitFor(1, holds);
	await house.upstream.says({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
	t.equal((await pending(house)).state, 'pending');
	house.clock.pass(settings.holdForMs);
	await done;
	t.equal(executed(), 0);
	t.strictSame(await events(house, id), ['held', 'ticket']);
});

t.test('the client leaves: nothing is executed on approval, the repeated call passes', async (t) => {
	const { house, id, held, executed, holds } = await begun(t);
	const first = held(1);
	await waitFor(1, holds);
	const { id: ticket } = await pending(house);
	first.exchange.leave();
	await first.done;
	await house.broker.vote(ticket, bob, 'approver', 'approve');
	t.equal(executed(), 0);
	const again = held(2);
	await again.done;
	t.equal(executed(), 1);
	t.strictSame(await events(house, id), ['held', 'ticket', 'grant-used']);
});

t.test('identical calls join one ticket; one approval releases one, the others are held anew', async (t) => {
	const { house, id, held, executed, holds } = await begun(t);
	const calls = [held(1), held(2), held(3)];
	await waitFor(3, holds);
	t.equal((await house.broker.list({ state: 'pending' })).length, 1);
	await house.broker.vote((await pending(house)).id, bob, 'approver', 'approve');
	await waitFor(5, holds);
	t.equal(executed(), 1);
	t.equal((await house.broker.list({ state: 'pending' })).length, 1, 'one new question for the two that are left');
	house.clock.pass(settings.holdForMs);
	await Promise.all(calls.map(({ done }) => done));
	const outcomes = (await events(house, id)).filter((event) => event !== 'held');
	t.strictSame(outcomes.sort(), ['approved', 'ticket', 'ticket'], 'each has one end');
	t.equal(executed(), 1);
});

t.test('shutdown gives tickets, also to what is held from then on', async (t) => {
	const { house, id, held, executed, holds } = await begun(t);
	const first = held(1);
	await waitFor(1, holds);
	house.sessions.drain();
	await first.done;
	const late = held(2, { other: true });
	await late.done;
	t.match(late.exchange.last, { result: { content: [{ text: /Held for approval, ticket/ }] } });
	t.strictSame(await events(house, id), ['held', 'ticket', 'held', 'ticket']);
	t.equal(executed(), 0);
});

t.test('at its release a call is judged again under the policy then in force', async (t) => {
	const token = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
	const cases = {
		'the same demand': [asking(), 'released'],
		'no demand any more': [stubPolicy(() => ({}), 'next'), 'released'],
		'a demand that the votes satisfy too': [asking({ approvers: ['user:bob'] }), 'released'],
		'a mask': [
			stubPolicy(() => ({ reasons: [reason('mask', 'a/mask', { finding: 'secret/*' })] }), 'next'),
			'released',
		],
		'a deny': [stubPolicy(() => ({ reasons: [reason('deny', 'a/no')] }), 'next'), 'refused'],
		'more votes': [asking({ quorum: 2 }), 'refused'],
		'another group': [asking({ approvers: ['group:oncall'] }), 'refused'],
		'another demand': [stubPolicy(() => ({ reasons: [reason('hold', 'a/new')] }), 'next'), 'refused'],
		'one demand more': [
			stubPolicy(() => ({ reasons: [reason('hold', 'a/new'), reason('hold', 'files/delete')] }), 'next'),
			'refused',
		],
	} as const;
	for (const [what, [policy, outcome]] of Object.entries(cases)) {
		await t.test(what, async (t) => {
			const { house, id, held, executed, holds } = await begun(t);
			const { exchange, done } = held(1, { text: token });
			await waitFor(1, holds);
			house.setPolicy(policy);
			await house.broker.vote((await pending(house)).id, bob, 'approver', 'approve');
			await done;
			const line = (await house.lines(id)).find((line) => line.type === 'rejudge');
			t.match(line, { outcome, revision: policy.revision });
			t.equal(executed(), outcome === 'released' ? 1 : 0);
			t.ok((await events(house, id)).includes('approved'), 'who approved is on the record either way');
			if (outcome === 'refused') t.match(exchange.last, { result: { isError: true } });
			if (what === 'a mask') t.notMatch(house.upstream.sent.at(-1)?.bytes.toString(), token);
		});
	}
});

t.test("a server's request waits as long as its approval lives, and keeps nothing else waiting", async (t) => {
	const policy = stubPolicy((input) => ({
		reasons: input.from === 'server' && input.kind === 'request' ? [reason('hold', 'servers/ask')] : [],
	}));
	const { house, id, holds } = await begun(t, policy, 'stdio');
	const asked = await house.client(id, call(1, 'slow'));
	await house.upstream.says(request(1, 'sampling/createMessage', {}));
	await waitFor(1, holds);
	await house.upstream.says(result(1, { fine: true }));
	t.match(asked.last, { id: 1, result: { fine: true } }, 'an answer passes by');
	house.clock.pass(settings.holdForMs + 1);
	t.equal((await pending(house)).method, 'sampling/createMessage');
	const before = house.upstream.sent.length;
	house.clock.pass(settings.timeoutMs);
	const answer = await until(() => house.upstream.sent[before]);
	t.match(JSON.parse(answer.bytes.toString()), { id: 1, error: { data: { code: 'ERR_APPROVAL_EXPIRED' } } });
	t.strictSame(await events(house, id), ['held', 'expired']);
});

t.test('what cannot be recorded is not executed, and the approval is spent', async (t) => {
	let full = false;
	const house = await houseUnderTest(t.testdir(), asking(), {
		recorder: (real) => ({
			open: (header) => real.open(header),
			healthy: true,
			close: () => real.close(),
			async append(session, lines) {
				if (full) throw new Error('disk full');
				await real.append(session, lines);
			},
		}),
	});
	t.teardown(() => house.close());
	const id = await house.begin();
	const sent = house.upstream.sent.length;
	const exchange = new FakeExchange();
	const done = house.client(id, call(1, 'delete'), exchange);
	await until(async () => ((await events(house, id)).includes('held') ? true : undefined));
	full = true;
	await house.broker.vote((await pending(house)).id, bob, 'approver', 'approve');
	await done;
	t.equal(house.upstream.sent.length, sent);
	t.match(exchange.last, { result: { content: [{ text: /ERR_RECORD_FAILED/ }] } });
	full = false;
	t.strictSame(await house.broker.list({ state: 'approved' }), []);
});

t.test('what a hold says to approvers holds no value that policy masks', async (t) => {
	const policy = stubPolicy((input) =>
		input.kind === 'request' && input.tool
			? {
					reasons: [
						reason('hold', 'files/delete', { message: `pay with ${input.tool.arguments.secret}?` }),
						reason('mask', 'files/hide', { path: '$.params.arguments.secret' }),
					],
				}
			: {},
	);
	const { house, held, executed } = await begun(t, policy);
	const { done } = held(1, { secret: 'hunter22' });
	const approval = await pending(house);
	t.notMatch(JSON.stringify([approval.demands, approval.shown]), /hunter22/);
	await house.broker.vote(approval.id, bob, 'approver', 'approve');
	await done;
	t.equal(executed(), 1, 'the release demands the same, cleaned alike');
});
