import fc from 'fast-check';
import { test } from 'tap';
import { castVote, expire, use, withdraw } from '../../../gateway/approvals/steps.ts';
import type { Approval } from '../../../gateway/approvals/types.ts';
import { brokers, demand, hold, MINUTE, principal } from './samples.ts';

const step = fc.oneof(
	fc.record({
		do: fc.constant('vote' as const),
		who: fc.constantFrom('alice', 'carol', 'dora', 'erin'),
		vote: fc.constantFrom('approve' as const, 'approve' as const, 'approve' as const, 'deny' as const),
	}),
	fc.record({ do: fc.constant('use' as const) }),
	fc.record({ do: fc.constant('withdraw' as const) }),
	fc.record({ do: fc.constant('expire' as const) }),
	fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 6 }) }),
);
const quorum = fc.integer({ min: 1, max: 3 });
const steps = fc.array(step, { minLength: 1, maxLength: 14 });

/** What ends a question, in the order it may happen: nothing comes back from a later one to an earlier one. */
const NEXT: Record<string, readonly string[]> = {
	pending: ['pending', 'approved', 'denied', 'expired', 'withdrawn'],
	approved: ['approved', 'used'],
	denied: ['denied'],
	expired: ['expired'],
	withdrawn: ['withdrawn'],
	used: ['used'],
};

test('any steps in any order: one outcome, at most one use, never less than the quorum', (t) => {
	const property = fc.property(steps, quorum, (todo, needed) => {
		let now = 0n;
		let uses = 0;
		let approval: Approval = {
			...hold({ demands: [demand({ quorum: needed })] }),
			id: 'x',
			state: 'pending',
			session: 's',
			seq: 1,
			calls: [{ session: 's', seq: 1 }],
			votes: [],
			created: 0n,
			expiresAt: 600_000_000_000n,
			grantNs: 600_000_000_000,
		};
		const take = (next: Approval | undefined) => {
			if (next === undefined) return;
			if (!NEXT[approval.state]!.includes(next.state)) throw new Error(`${approval.state} → ${next.state}`);
			if (next.state === 'used' && approval.state !== 'used') uses += 1;
			approval = next;
		};
		for (const one of todo) {
			if (one.do === 'wait') now += BigInt(one.minutes) * 60_000_000_000n;
			else if (one.do === 'use') take(use(approval, now));
			else if (one.do === 'expire') take(expire(approval, now));
			else if (one.do === 'withdraw') take(withdraw(approval, { session: 's', seq: 1 }, now));
			else {
				try {
					take(castVote(approval, { voter: principal(one.who), role: 'approver', vote: one.vote }, now, 1));
				} catch (error) {
					if (!/^ERR_APPROVAL_/.test((error as { code?: string }).code ?? '')) throw error;
				}
			}
		}
		const humans = new Set(approval.votes.filter(({ vote }) => vote === 'approve').map(({ human }) => human));
		if (humans.has('alice')) throw new Error('the requester has voted');
		if ((approval.state === 'approved' || approval.state === 'used') && humans.size < needed)
			throw new Error('too few');
		if (uses > 1) throw new Error('used twice');
	});
	fc.assert(property, { numRuns: 3000 });
	t.pass();
	t.end();
});

test('the same at once and from two processes: what anybody saw decided stays so', async (t) => {
	const { broker, elsewhere, clock } = await brokers(t);
	let round = 0;
	const property = fc.asyncProperty(steps, quorum, async (todo, needed) => {
		const asked = hold({ demands: [demand({ quorum: needed })], paramsDigest: `round ${round++}` });
		const { approval } = await broker.request(asked);
		const decided = new Set<string>();
		const note = (seen: Approval | undefined) => {
			if (seen !== undefined && seen.state !== 'pending') decided.add(seen.state === 'used' ? 'approved' : seen.state);
		};
		let uses = 0;
		await Promise.all(
			todo.map(async (one, index) => {
				const each = index % 2 === 0 ? broker : elsewhere;
				if (one.do === 'wait') clock.advance(one.minutes * MINUTE);
				else if (one.do === 'use') uses += (await each.use(approval.id)) ? 1 : 0;
				else if (one.do === 'withdraw') note(await each.withdraw(approval.id, asked));
				else if (one.do === 'expire')
					for (const marked of await each.expire()) if (marked.id === approval.id) note(marked);
				if (one.do === 'vote')
					note(await each.vote(approval.id, principal(one.who), 'approver', one.vote).catch(() => undefined));
			}),
		);
		for (let i = 0; i < 2; i++) uses += (await elsewhere.use(approval.id)) ? 1 : 0;
		note(await broker.get(approval.id));
		if (decided.size > 1) throw new Error(`outcomes: ${[...decided].join(', ')}`);
		if (uses > 1) throw new Error('used twice');
		if (uses === 1 && !decided.has('approved')) throw new Error('used without approval');
	});
	await t.resolves(fc.assert(property, { numRuns: 60 }));
});
