import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { type Test, test } from 'tap';
import { openStore } from '../../../gateway/store/store.ts';

const child = new URL('cas-child.ts', import.meta.url).pathname;

async function fresh(t: Test) {
	const store = await openStore(t.testdir());
	t.teardown(() => store.close());
	return store;
}

test('values come back as they were, bigint and bytes included', async (t) => {
	const table = (await fresh(t)).table<unknown>('approvals');
	const value = {
		at: 2n ** 64n,
		wasm: Buffer.from([0, 255]),
		list: [1, null, 'ä'],
		$: 'int',
		nested: { $: { v: 1n } },
	};
	await table.put('k', value);
	t.strictSame(table.get('k')?.value, value);
	const odd = JSON.parse('{"__proto__": {"x": 1}}') as unknown;
	await table.put('odd', odd);
	t.equal(JSON.stringify(table.get('odd')?.value), JSON.stringify(odd));
});

test('create, swap and remove happen only on what was seen', async (t) => {
	const table = (await fresh(t)).table<number>('tokens');
	t.equal(await table.create('k', 1), true);
	t.equal(await table.create('k', 2), false);
	const seen = table.get('k')!;
	t.equal(await table.swap('k', seen.version, 3), true);
	t.equal(await table.swap('k', seen.version, 4), false, 'somebody else was first');
	t.equal(await table.swap('none', seen.version, 4), false);
	t.equal(table.get('k')?.value, 3);
	t.equal(await table.remove('k', seen.version), false);
	t.equal(await table.remove('k'), true);
	t.equal(await table.remove('k'), false);
	await table.create('k', 5);
	t.equal(await table.swap('k', seen.version, 6), false, 'a row made anew is another row');
});

test('two rows are written together or not at all', async (t) => {
	const table = (await fresh(t)).table<number>('approvals');
	t.equal(await table.swapWith('k', undefined, 1, { key: 'a', value: 'a' }), true);
	t.equal(await table.swapWith('k', undefined, 2, { key: 'b', value: 'b' }), false, 'it is there by now');
	t.equal(table.get('b'), undefined);
	const seen = table.get('k')!;
	t.equal(await table.swapWith('k', seen.version, 3, { key: 'c', value: 'c' }), true);
	t.equal(await table.swapWith('k', seen.version, 4, { key: 'd', value: 'd' }), false, 'somebody else was first');
	t.strictSame(
		table.list().map(({ key, value }) => [key, value]),
		[
			['a', 'a'],
			['c', 'c'],
			['k', 3],
		],
	);
});

test('update leaves alone what the step gives nothing for', async (t) => {
	const table = (await fresh(t)).table<number>('pins');
	t.equal(await table.update('k', () => undefined), undefined);
	t.equal(await table.update('k', (n = 0) => n + 1), 1);
	const before = table.get('k')?.version;
	t.equal(await table.update('k', () => undefined), 1);
	t.equal(table.get('k')?.version, before);
	await t.rejects(
		table.update('k', () => {
			throw new Error('no');
		}),
		/no/,
	);
});

test('list gives rows in key order, by prefix', async (t) => {
	const table = (await fresh(t)).table<number>('sessions');
	for (const key of ['b/2', 'a/1', 'b/1', 'c', 'b']) await table.put(key, 1);
	t.same(
		table.list().map(({ key }) => key),
		['a/1', 'b', 'b/1', 'b/2', 'c'],
	);
	t.same(
		table.list('b/').map(({ key }) => key),
		['b/1', 'b/2'],
	);
	t.same(table.list('x'), []);
});

test('of several processes exactly one wins each step, and no step is lost', async (t) => {
	const dataDir = t.testdir();
	const names = ['p', 'q', 'r'];
	const count = 120;
	const claims = await Promise.all(
		names.map(async (name) => {
			const { stdout } = await promisify(execFile)(process.execPath, [child, dataDir, name, String(count)]);
			return JSON.parse(stdout) as string[];
		}),
	);
	const store = await openStore(dataDir);
	t.teardown(() => store.close());
	const table = store.table<{ n?: number; by?: string }>('meta');
	t.equal(table.get('counter')?.value.n, names.length * count);
	t.equal(claims.flat().length, count);
	t.equal(new Set(claims.flat()).size, count);
	for (const [index, keys] of claims.entries()) {
		for (const key of keys) t.equal(table.get(key)?.value.by, names[index]);
	}
});

test('what another process has committed is seen by the very next read', async (t) => {
	const dataDir = t.testdir();
	const store = await openStore(dataDir);
	t.teardown(() => store.close());
	const table = store.table<{ n?: number }>('meta');
	await table.put('counter', { n: 5 });
	// All in one turn of the loop, so that no timer of lmdb can renew the snapshot in between.
	const before = table.get('counter')?.value.n;
	execFileSync(process.execPath, [child, dataDir, 'p', '1']);
	t.same([before, table.get('counter')?.value.n, table.list('claim').length], [5, 6, 1]);
});
