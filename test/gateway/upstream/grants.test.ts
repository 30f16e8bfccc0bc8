import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { MasterKey } from '../../../gateway/record/keys.ts';
import { openStore } from '../../../gateway/store/store.ts';
import { type GrantRow, Grants } from '../../../gateway/upstream/grants.ts';
import { FakeClock } from '../transport/fixtures/fake-clock.ts';
import { key, plainBox } from './samples.ts';

const tokens = { access: 'a0', refresh: 'r0', expires: 5n };

async function setUp(t: Test, box = plainBox) {
	const dir = t.testdir();
	const store = await openStore(dir);
	t.teardown(() => store.close());
	const clock = new FakeClock();
	const table = store.table<GrantRow>('grants');
	return { dir, clock, table, grants: new Grants(table, box, clock) };
}

t.test('kept sealed, found by all of issuer, resource, principal and scope, and by nothing less', async (t) => {
	const { grants, table } = await setUp(t, new MasterKey(Buffer.alloc(32, 7)).textBox('grants'));
	const info = await grants.put('notes', key, { access: 'SECRET-a', refresh: 'SECRET-r', expires: 5n });
	t.strictSame(grants.tokens(key), { access: 'SECRET-a', refresh: 'SECRET-r', expires: 5n });
	for (const other of [
		{ ...key, issuer: 'https://other.example.com' },
		{ ...key, resource: 'https://mcp.example.com/other' },
		{ ...key, scope: 'read write' },
		{ ...key, principal: { issuer: 'https://idp.example.com', id: 'ana' } },
		{ ...key, principal: { issuer: 'sluice', id: 'bob' } },
	])
		t.equal(grants.tokens(other), undefined);
	t.notMatch(String(table.list().map(({ value }) => Object.values(value))), 'SECRET');
	t.notMatch(Object.keys(grants.list()[0]!), ['sealed']);
	t.strictSame(grants.list(), [info]);
	t.notOk('expires' in info, 'it renews itself');
});

t.test('a sealed grant that was moved to another row does not open there', async (t) => {
	const { grants, table } = await setUp(t);
	const mine = await grants.put('notes', key, tokens);
	const bob = { ...key, principal: { issuer: 'sluice', id: 'bob' } };
	const his = await grants.put('notes', bob, { ...tokens, access: 'b0' });
	await table.put(his.id, { ...table.get(his.id)!.value, sealed: table.get(mine.id)!.value.sealed });
	t.throws(() => grants.tokens(bob), /another row/);
});

t.test('renewed once however many wait, and with the refresh token that came with the last one', async (t) => {
	const { grants } = await setUp(t);
	await grants.put('notes', key, tokens);
	const used: unknown[] = [];
	const exchange = async ({ refresh }: { refresh?: string }) => {
		used.push(refresh);
		return { access: 'a1', refresh: 'r1', expires: 9n };
	};
	const [one, two] = await Promise.all([grants.renew(key, 'a0', exchange), grants.renew(key, 'a0', exchange)]);
	t.strictSame([one?.access, two?.access], ['a1', 'a1']);
	t.equal((await grants.renew(key, 'a0', exchange))?.access, 'a1', 'too late: it is done');
	t.strictSame(used, ['r0']);
	await grants.renew(key, 'a1', exchange);
	t.strictSame(used, ['r0', 'r1']);
});

t.test('a failed exchange leaves the grant as it was; an ended one takes it away', async (t) => {
	const { grants, table } = await setUp(t);
	const { id } = await grants.put('notes', key, tokens);
	await t.rejects(
		grants.renew(key, 'a0', async () => {
			throw new Error('down');
		}),
		/down/,
	);
	t.strictSame(grants.tokens(key), tokens);
	t.equal(table.get(id)?.value.lease, undefined, 'the next one need not wait');
	t.equal(await grants.renew(key, 'a0', async () => undefined), undefined);
	t.strictSame(grants.list(), []);
});

t.test('removed while it is renewed: it stays removed', async (t) => {
	const { grants } = await setUp(t);
	const { id } = await grants.put('notes', key, tokens);
	const renewed = grants.renew(key, 'a0', async () => {
		t.match(await grants.remove(id), { tokens: { refresh: 'r0' } });
		return { access: 'a1', expires: 9n };
	});
	t.equal(await renewed, undefined);
	t.strictSame(grants.list(), []);
	t.equal(await grants.remove(id), undefined);
});

t.test('given anew while it is renewed: the new one counts', async (t) => {
	const { grants } = await setUp(t);
	await grants.put('notes', key, tokens);
	const renewed = grants.renew(key, 'a0', async () => {
		await grants.put('notes', key, { access: 'new', expires: 9n });
		return { access: 'a1', expires: 9n };
	});
	t.match(await renewed, { access: 'new' });
});

t.test('whoever was to renew it is gone: after a minute somebody else does', async (t) => {
	const { grants, table, clock } = await setUp(t);
	const { id } = await grants.put('notes', key, tokens);
	await table.put(id, { ...table.get(id)!.value, lease: { by: 'a process that was killed', until: 60_000_000_000n } });
	const renewed = grants.renew(key, 'a0', async () => ({ access: 'a1', expires: 9n }));
	// It looks again each time a timer is due.
	let looks = 0;
	while (clock.next !== undefined && looks < 5000) {
		clock.advance(clock.next);
		looks++;
		await new Promise((resolve) => setImmediate(resolve));
	}
	t.equal((await renewed)?.access, 'a1');
	t.equal(clock.now(), 60_000_000_000n);
});

t.test('several processes: one exchange, and all have what came of it', async (t) => {
	const { grants, dir } = await setUp(t);
	await grants.put('notes', key, tokens);
	const used: string[] = [];
	const server = createServer(async (req, res) => {
		used.push(await text(req));
		res.end(JSON.stringify({ access: `a${used.length}`, refresh: `r${used.length}` }));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	t.teardown(() => server.close());
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
	const program = fileURLToPath(new URL('./grants-child.ts', import.meta.url));
	const children = [1, 2, 3, 4].map(() => spawn(process.execPath, [program, dir, url], { stdio: 'pipe' }));
	await Promise.all(children.map(({ stdout }) => once(stdout, 'data')));
	const results = children.map(async (child) => {
		const said = text(child.stdout);
		child.stdin.write('go\n');
		return (await said).trim();
	});
	t.strictSame(await Promise.all(results), ['a1', 'a1', 'a1', 'a1']);
	t.strictSame(used, ['r0'], 'a rotated refresh token is never used twice');
	t.strictSame(grants.tokens(key), { access: 'a1', refresh: 'r1', expires: 1n });
});
