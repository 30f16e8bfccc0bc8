import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { Tokens } from '../../../gateway/identity/tokens.ts';
import { openStore } from '../../../gateway/store/store.ts';
import { manualClock } from '../approvals/manual-clock.ts';

const HOUR = 3_600_000_000_000n;

async function fresh(t: Test) {
	const dataDir = t.testdir();
	const store = await openStore(dataDir);
	t.teardown(() => store.close());
	const clock = manualClock();
	return { tokens: new Tokens(store, clock), clock, store, dataDir };
}

test('an agent token stands for the agent and the human it acts for', async (t) => {
	const { tokens } = await fresh(t);
	const { token } = await tokens.create({ id: 'bot', for: 'alice', groups: ['dev', 'dev'], role: 'agent' });
	t.match(token, /^slc_[A-Za-z0-9_-]{43}$/);
	const { holds, ...known } = tokens.verify(token)!;
	t.equal(holds?.(), true);
	t.strictSame(known, {
		principal: { id: 'bot', kind: 'agent', issuer: 'sluice', groups: ['dev'], scopes: [], human: 'alice', claims: {} },
		role: 'agent',
	});
});

test('an agent token without --for has no human; any other role is a human', async (t) => {
	const { tokens } = await fresh(t);
	const holder = async (wanted: Parameters<Tokens['create']>[0]) => tokens.verify((await tokens.create(wanted)).token);
	const agent = await holder({ id: 'bot', role: 'agent' });
	t.notOk('human' in agent!.principal);
	for (const role of ['approver', 'auditor', 'admin'] as const) {
		t.match(await holder({ id: 'carol', role }), { principal: { kind: 'human', human: 'carol' }, role });
		t.match(await holder({ id: 'c1', for: 'carol', role }), { principal: { id: 'c1', human: 'carol' } });
	}
});

test('the token itself is nowhere in the store', async (t) => {
	const { tokens, dataDir } = await fresh(t);
	const { token, info } = await tokens.create({ id: 'bot', role: 'agent' });
	t.notOk(readFileSync(join(dataDir, 'store', 'data.mdb')).includes(token.slice(12)));
	t.notOk(JSON.stringify(tokens.list(), (_, value) => String(value)).includes(token.slice(12)));
	t.equal(info.prefix, token.slice(0, 12));
});

test('what is not a token of this store is nobody', async (t) => {
	const { tokens } = await fresh(t);
	const { token } = await tokens.create({ id: 'bot', role: 'agent' });
	const last = token.at(-1) === 'A' ? 'E' : 'A';
	for (const wrong of ['', 'slc_', token.slice(0, -1), token.slice(0, -1) + last, `${token} `, token.toUpperCase()]) {
		t.equal(tokens.verify(wrong), undefined, JSON.stringify(wrong));
	}
});

test('a token ends when it expires', async (t) => {
	const { tokens, clock } = await fresh(t);
	const { token } = await tokens.create({ id: 'bot', role: 'agent', expires: clock.now() + HOUR });
	clock.advance(3_599_999);
	t.ok(tokens.verify(token));
	clock.advance(1);
	t.equal(tokens.verify(token), undefined);
	t.equal(tokens.list().length, 1, 'it stays in the list');
});

test('revoking by id, by prefix and by token; another process sees it at once', async (t) => {
	const { tokens, clock, store } = await fresh(t);
	const elsewhere = new Tokens(store, clock);
	const made = [];
	for (const id of ['a', 'a', 'b', 'c']) {
		made.push((await tokens.create({ id, role: 'agent' })).token);
		clock.advance(1);
	}
	t.equal((await elsewhere.revoke('a')).length, 2);
	t.same(
		made.map((token) => tokens.verify(token) !== undefined),
		[false, false, true, true],
	);
	t.equal((await elsewhere.revoke(made[2]!.slice(0, 12))).length, 1);
	t.equal((await elsewhere.revoke(made[3]!)).length, 1);
	t.same(
		made.map((token) => tokens.verify(token)),
		[undefined, undefined, undefined, undefined],
	);
	t.same(await elsewhere.revoke('a'), [], 'what is revoked stays as it was');
	t.same(
		tokens.list().map(({ id, revoked }) => [id, revoked === undefined]),
		[
			['a', false],
			['a', false],
			['b', false],
			['c', false],
		],
	);
	await t.rejects(tokens.revoke('slc_'), { code: 'ERR_TOKEN_UNKNOWN' });
	const unknown = await tokens.revoke(`slc_${'x'.repeat(43)}`).catch((error: unknown) => error);
	t.match(unknown, { code: 'ERR_TOKEN_UNKNOWN', message: /`slc_xxxxxxxx…`/ }, 'a whole token is not repeated');
});

test('last use is noted, to the minute, and never brings a revoked token back', async (t) => {
	const { tokens, clock } = await fresh(t);
	const { token } = await tokens.create({ id: 'bot', role: 'agent' });
	const settled = () => tokens.create({ id: 'next', role: 'agent' });
	const bot = () => tokens.list().find(({ id }) => id === 'bot');
	tokens.verify(token);
	await settled();
	const first = bot()?.lastUsed;
	t.equal(first, clock.now());
	clock.advance(59_999);
	tokens.verify(token);
	await settled();
	t.equal(bot()?.lastUsed, first);
	clock.advance(1);
	tokens.verify(token);
	await tokens.revoke('bot');
	await settled();
	t.ok(bot()?.revoked);
	t.equal(tokens.verify(token), undefined);
});

test('names that would confuse are refused', async (t) => {
	const { tokens } = await fresh(t);
	const role = 'agent' as const;
	for (const wanted of [
		{ id: '', role },
		{ id: 'anonymous', role },
		{ id: 'slc_abc', role },
		{ id: ' a', role },
		{ id: 'a\nb', role },
		{ id: 'a', for: '', role },
		{ id: 'a', groups: [''], role },
		{ id: 'a', role: 'root' as never },
	]) {
		await t.rejects(tokens.create(wanted), { code: 'ERR_TOKEN_INVALID' }, JSON.stringify(wanted));
	}
});
