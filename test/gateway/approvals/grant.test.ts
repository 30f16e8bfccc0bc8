import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'tap';
import { brokers, demand, hold, MINUTE, principal } from './samples.ts';

test('identical calls join the one that waits, also from another process at the same moment', async (t) => {
	const { broker, elsewhere } = await brokers(t);
	const shown = new Set<string>();
	let asking = true;
	const looking = (async () => {
		while (asking) {
			for (const { id } of await broker.list()) shown.add(id);
			await turn();
		}
	})();
	const asked = await Promise.all([broker, elsewhere, broker, elsewhere].map((each) => each.request(hold())));
	asking = false;
	await looking;
	t.equal(shown.size, 1, 'nobody was ever shown a second question');
	t.equal(new Set(asked.map(({ approval }) => approval.id)).size, 1, 'one ticket');
	t.equal(asked.filter(({ joined }) => !joined).length, 1);
	t.equal((await broker.list()).length, 1);
	t.equal((await broker.list())[0]?.calls.length, 4);
	for (const other of [
		{ tool: 'move' },
		{ server: 'db' },
		{ definitionHash: 'd2' },
		{ paramsDigest: 'p2' },
		{ demands: [demand({ quorum: 2 })] },
	]) {
		t.equal((await broker.request(hold(other))).joined, false, JSON.stringify(other));
	}
});

test('a grant covers demands that were shown and voted on, and no other', async (t) => {
	const { broker } = await brokers(t);
	const shown = [demand(), demand({ rule: 'files/big', message: 'big', approvers: ['group:ops'] })];
	const { approval } = await broker.request(hold({ demands: shown }));
	await broker.vote(approval.id, principal('carol', { groups: ['ops'] }), 'approver', 'approve');
	const passes = async (...demands: ReturnType<typeof demand>[]) =>
		(await broker.grantFor(hold(), demands)) !== undefined;
	t.ok(await passes(...shown));
	t.ok(await passes(...[...shown].reverse()));
	t.ok(await passes(demand()), 'a demand that went away is no hindrance');
	t.ok(await passes(demand({ approvers: ['user:carol'] })), 'satisfied by the vote that was cast');
	t.notOk(await passes(...shown, demand({ rule: 'new/rule' })));
	t.notOk(await passes(demand({ message: 'deleting for good needs a human' })));
	t.notOk(await passes(demand({ quorum: 2 })));
	t.notOk(await passes(demand({ approvers: ['group:sec'] })));
	for (const other of [
		{ definitionHash: 'd2' },
		{ paramsDigest: 'p2' },
		{ server: 'db' },
		{ tool: 'move' },
		{ method: 'prompts/get' },
	]) {
		t.equal(await broker.grantFor(hold(other), shown), undefined, JSON.stringify(other));
	}
});

test('time runs out for a request, and for a grant that nobody uses', async (t) => {
	const { broker, elsewhere, clock } = await brokers(t);
	const { approval } = await broker.request(hold({ timeoutNs: 60_000_000_000, grantNs: 30_000_000_000 }));
	clock.advance(MINUTE - 1);
	t.equal((await broker.get(approval.id))?.state, 'pending');
	clock.advance(1);
	const marked = (await Promise.all([broker.expire(), elsewhere.expire()])).flat();
	t.same(
		marked.map(({ id }) => id),
		[approval.id],
		'one of them wrote it down',
	);
	t.same(await broker.expire(), []);
	t.equal((await broker.get(approval.id))?.state, 'expired');
	const late = broker.vote(approval.id, principal('carol'), 'approver', 'approve');
	await t.rejects(late, { code: 'ERR_APPROVAL_DECIDED', message: /expired/ });

	const { approval: next, joined } = await broker.request(hold({ grantNs: 30_000_000_000 }));
	t.equal(joined, false);
	await broker.vote(next.id, principal('carol'), 'approver', 'approve');
	clock.advance(MINUTE / 2);
	t.equal(await broker.grantFor(hold(), [demand()]), undefined);
	t.equal(await broker.use(next.id), false);
});

test('a call that gives up takes the question back only if no other waits', async (t) => {
	const { broker, elsewhere } = await brokers(t);
	const [one, two] = [hold(), hold()];
	const { approval } = await broker.request(one);
	await elsewhere.request(two);
	t.equal((await broker.withdraw(approval.id, one))?.state, 'pending');
	t.equal((await broker.withdraw(approval.id, one))?.state, 'pending', 'once is once');
	t.equal((await elsewhere.withdraw(approval.id, two))?.state, 'withdrawn');
	await t.rejects(broker.vote(approval.id, principal('carol'), 'approver', 'approve'), {
		code: 'ERR_APPROVAL_DECIDED',
	});
	t.equal(await broker.withdraw('nosuchticket', one), undefined);
	const { approval: next } = await broker.request(one);
	await broker.vote(next.id, principal('carol'), 'approver', 'approve');
	t.equal((await broker.withdraw(next.id, one))?.state, 'approved', 'what is decided stays decided');
});

test('a call that comes after the decision finds it', async (t) => {
	const { broker, elsewhere } = await brokers(t);
	const { approval } = await broker.request(hold());
	await elsewhere.vote(approval.id, principal('carol'), 'approver', 'approve');
	t.match(await broker.request(hold()), { joined: true, approval: { id: approval.id, state: 'approved' } });
	t.equal((await broker.request(hold({ demands: [demand({ rule: 'new/rule' })] }))).joined, false);
});

test('watchers hear of changes: their own process at once, others within half a second', async (t) => {
	const { broker, elsewhere, clock } = await brokers(t);
	const { approval } = await broker.request(hold({ demands: [demand({ quorum: 2 })] }));
	const heard: string[] = [];
	const all: string[] = [];
	const settle = () => new Promise((resolve) => setImmediate(resolve));
	const stop = broker.watch(approval.id, ({ state, votes }) => heard.push(`${state} ${votes.length}`));
	const stopAll = broker.onChange(({ state, votes }) => all.push(`${state} ${votes.length}`));
	await broker.vote(approval.id, principal('carol'), 'approver', 'approve');
	t.same(heard, ['pending 1']);
	await elsewhere.vote(approval.id, principal('dora'), 'approver', 'approve');
	t.same(heard, ['pending 1']);
	clock.advance(500);
	await settle();
	t.same(heard, ['pending 1', 'approved 2']);
	t.same(all, ['pending 1', 'approved 2']);
	stop();
	stopAll();
	await elsewhere.use(approval.id);
	clock.advance(500);
	await settle();
	t.same(heard.length, 2);
});

test('while somebody watches, what runs out of time is written down', async (t) => {
	const { broker, elsewhere, clock } = await brokers(t);
	const { approval } = await broker.request(hold({ timeoutNs: 1_000_000_000 }));
	const told = new Promise<string>((resolve) => {
		elsewhere.watch(approval.id, ({ state }) => {
			if (state !== 'pending') resolve(state);
		});
	});
	clock.advance(1000);
	t.equal(await told, 'expired');
	t.same(await broker.expire(), [], 'nothing is left to mark');
});

test('what approvers are shown does not lie in the store in clear', async (t) => {
	const { broker, store } = await brokers(t);
	const claims = { email: 'alice@example.com' };
	await broker.request(hold({ shown: 'the arguments of the call', principal: principal('bot', { claims }) }));
	const rows = JSON.stringify(store.table('approvals').list(), (_, value) =>
		String(value) === value || typeof value === 'object' ? value : String(value),
	);
	t.notMatch(rows, /arguments of the call|example\.com/);
	t.match(await broker.list({ state: 'pending' }), [{ shown: 'the arguments of the call' }]);
	t.same(await broker.list({ state: 'used' }), []);
});
