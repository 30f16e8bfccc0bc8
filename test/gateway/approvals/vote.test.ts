import { test } from 'tap';
import { bot, brokers, demand, hold, MINUTE, principal } from './samples.ts';

test('one human approves, the call passes once', async (t) => {
	const { broker, elsewhere } = await brokers(t);
	const asked = hold();
	const { approval, joined } = await broker.request(asked);
	t.equal(joined, false);
	t.match(approval, { state: 'pending', shown: asked.shown, votes: [], session: 's1', seq: asked.seq });
	t.match(approval.id, /^[0-9a-z]{12}$/);
	const approved = await elsewhere.vote(
		approval.id,
		principal('carol', { groups: ['ops'] }),
		'approver',
		'approve',
		'fine',
	);
	t.match(approved, {
		state: 'approved',
		votes: [{ by: 'carol', human: 'carol', vote: 'approve', reason: 'fine', groups: ['ops'] }],
	});
	t.equal((await broker.grantFor(hold(), [demand()]))?.id, approval.id);
	t.same(await Promise.all([broker.use(approval.id), elsewhere.use(approval.id), broker.use(approval.id)]), [
		true,
		false,
		false,
	]);
	t.equal((await broker.get(approval.id))?.state, 'used');
	t.equal(await broker.grantFor(hold(), [demand()]), undefined);
	t.equal((await broker.request(hold())).joined, false, 'the next one is held anew');
});

test('whoever the requester is, or acts for, does not vote', async (t) => {
	const { broker } = await brokers(t);
	const onBehalf = principal('bot2', { kind: 'agent', human: 'alice', on_behalf_of: 'dora' });
	const { approval } = await broker.request(hold({ principal: onBehalf }));
	for (const voter of [
		principal('alice'),
		principal('alice2', { human: 'Alice' }),
		principal('bot2', { human: 'carol' }),
		principal('dora'),
		principal('x', { human: 'dora' }),
		principal('helper', { human: 'carol', on_behalf_of: 'alice' }),
	]) {
		for (const vote of ['approve', 'deny'] as const) {
			await t.rejects(broker.vote(approval.id, voter, 'approver', vote), { code: 'ERR_APPROVAL_SELF' }, voter.id);
		}
	}
	t.equal((await broker.get(approval.id))?.votes.length, 0);
});

test('who votes needs the role, a human, and to be asked', async (t) => {
	const { broker } = await brokers(t);
	const { approval } = await broker.request(hold({ demands: [demand({ approvers: ['group:ops', 'user:dora'] })] }));
	const { human: _, ...nobody } = principal('carol', { groups: ['ops'] });
	const ops = principal('carol', { groups: ['ops'] });
	for (const role of ['agent', 'auditor', 'admin'] as const) {
		await t.rejects(broker.vote(approval.id, ops, role, 'approve'), { code: 'ERR_APPROVAL_ROLE' });
	}
	await t.rejects(broker.vote(approval.id, nobody, 'approver', 'approve'), { code: 'ERR_APPROVAL_NO_HUMAN' });
	const other = principal('erin', { groups: ['dev'] });
	await t.rejects(broker.vote(approval.id, other, 'approver', 'deny'), { code: 'ERR_APPROVAL_NOT_APPROVER' });
	await t.rejects(broker.vote('nosuchticket', ops, 'approver', 'approve'), { code: 'ERR_APPROVAL_UNKNOWN' });
	t.equal(
		(await broker.vote(approval.id, principal('d7', { human: 'dora' }), 'approver', 'approve')).state,
		'approved',
	);
	await t.rejects(broker.vote(approval.id, ops, 'approver', 'deny'), {
		code: 'ERR_APPROVAL_DECIDED',
		message: /approved already/,
	});
});

test('quorum counts humans: not tokens, not groups, not one human twice', async (t) => {
	const { broker } = await brokers(t);
	const { approval } = await broker.request(
		hold({ demands: [demand({ approvers: ['group:a', 'group:b'], quorum: 2 })] }),
	);
	const carol = principal('carol', { groups: ['a', 'b'] });
	t.equal((await broker.vote(approval.id, carol, 'approver', 'approve')).state, 'pending');
	for (const again of [
		carol,
		principal('carol-phone', { human: 'carol', groups: ['b'] }),
		principal('carol', { human: 'x', groups: ['a'] }),
	]) {
		await t.rejects(broker.vote(approval.id, again, 'approver', 'approve'), { code: 'ERR_APPROVAL_VOTED' });
	}
	t.equal(
		(await broker.vote(approval.id, principal('dora', { groups: ['a'] }), 'approver', 'approve')).state,
		'approved',
	);
});

test('each demand is satisfied on its own; one human may count for several', async (t) => {
	const { broker } = await brokers(t);
	const demands = [
		demand({ rule: 'a/ops', approvers: ['group:ops'] }),
		demand({ rule: 'a/sec', approvers: ['group:sec'] }),
		demand({ rule: 'a/any', quorum: 2 }),
	];
	const { approval } = await broker.request(hold({ demands }));
	const both = principal('carol', { groups: ['ops', 'sec'] });
	t.equal((await broker.vote(approval.id, both, 'approver', 'approve')).state, 'pending');
	t.equal((await broker.vote(approval.id, principal('dora'), 'approver', 'approve')).state, 'approved');

	const { approval: second } = await broker.request(hold({ demands, paramsDigest: 'p2' }));
	await broker.vote(second.id, principal('dora', { groups: ['ops'] }), 'approver', 'approve');
	t.equal(
		(await broker.vote(second.id, principal('erin', { groups: ['ops'] }), 'approver', 'approve')).state,
		'pending',
	);
	t.equal(
		(await broker.vote(second.id, principal('finn', { groups: ['sec'] }), 'approver', 'approve')).state,
		'approved',
	);
});

test('a deny is final, and the identical call is refused unasked for as long as a grant would hold', async (t) => {
	const { broker, elsewhere, clock } = await brokers(t);
	const { approval } = await broker.request(hold({ demands: [demand({ quorum: 2 })] }));
	const carol = principal('carol');
	await broker.vote(approval.id, carol, 'approver', 'approve');
	t.equal((await broker.vote(approval.id, carol, 'approver', 'deny', 'on second thought')).state, 'denied');
	await t.rejects(broker.vote(approval.id, principal('dora'), 'approver', 'approve'), { code: 'ERR_APPROVAL_DECIDED' });
	t.equal((await elsewhere.deniedRecently(hold()))?.id, approval.id);
	t.equal((await elsewhere.deniedRecently(hold({ demands: [] })))?.id, approval.id, 'whatever the policy asks by now');
	t.match(await elsewhere.request(hold()), { joined: true, approval: { state: 'denied', id: approval.id } });
	t.equal(await elsewhere.deniedRecently(hold({ paramsDigest: 'p2' })), undefined);
	t.equal(await broker.use(approval.id), false);
	clock.advance(10 * MINUTE - 1);
	t.ok(await elsewhere.deniedRecently(hold()));
	clock.advance(1);
	t.equal(await elsewhere.deniedRecently(hold()), undefined);
	t.match(await broker.request(hold()), { joined: false, approval: { state: 'pending' } });
});

test('the requester is told apart from others who run the same agent', async (t) => {
	const { broker } = await brokers(t);
	const { approval } = await broker.request(hold());
	await broker.vote(approval.id, principal('carol'), 'approver', 'approve');
	for (const other of [
		principal('bot', { kind: 'agent', human: 'dora' }),
		principal('bot', { kind: 'agent', human: 'alice', issuer: 'https://idp.example.com' }),
		principal('bot3', { kind: 'agent', human: 'alice' }),
	]) {
		t.equal(await broker.grantFor(hold({ principal: other }), [demand()]), undefined);
	}
	t.ok(await broker.grantFor(hold({ principal: { ...bot, groups: ['new'], claims: { iat: 5 } } }), [demand()]));
});
