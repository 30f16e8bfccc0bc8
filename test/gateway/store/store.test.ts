import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { bindMasterKey } from '../../../gateway/record/bind-master-key.ts';
import { MasterKey } from '../../../gateway/record/keys.ts';
import { isAlive, thisProcess } from '../../../gateway/store/process-identity.ts';
import { takeRunLock } from '../../../gateway/store/run-lock.ts';
import { openStore, STORE_FORMAT } from '../../../gateway/store/store.ts';

test('first use makes folders and files that nobody else can read', async (t) => {
	const dataDir = join(t.testdir(), 'not', 'there', 'yet');
	const store = await openStore(dataDir);
	t.teardown(() => store.close());
	const mode = (path: string) => statSync(join(dataDir, path)).mode & 0o777;
	t.equal(mode('store'), 0o700);
	t.equal(mode('.'), 0o700);
	t.equal(mode('store/data.mdb'), 0o600);
	t.equal(mode('store/lock.mdb'), 0o600);
});

test('a store that is not there is not read', async (t) => {
	await t.rejects(openStore(t.testdir(), { readOnly: true }), { code: 'ERR_STORE_MISSING' });
});

test('what is not a store does not open', async (t) => {
	const dataDir = t.testdir({ store: { 'data.mdb': 'this is no database, '.repeat(500) } });
	await t.rejects(openStore(dataDir), { code: 'ERR_STORE_OPEN' });
});

test('a store of a newer Sluice is refused and left as it is', async (t) => {
	const dataDir = t.testdir();
	const store = await openStore(dataDir);
	await store.table<number>('meta').put('format', STORE_FORMAT + 1);
	await store.close();
	const before = readFileSync(join(dataDir, 'store', 'data.mdb'));
	for (const readOnly of [true, false]) {
		await t.rejects(openStore(dataDir, { readOnly }), { code: 'ERR_STORE_NEWER', message: /format 2/ });
	}
	t.ok(readFileSync(join(dataDir, 'store', 'data.mdb')).equals(before));
});

test('a reader beside a writer sees what is committed, tables that come later too', async (t) => {
	const dataDir = t.testdir();
	const writer = await openStore(dataDir);
	const reader = await openStore(dataDir, { readOnly: true });
	t.teardown(() => Promise.all([writer.close(), reader.close()]));
	t.same(reader.table('tokens').list(), []);
	await writer.table<number>('tokens').put('a', 1);
	t.equal(reader.table<number>('tokens').get('a')?.value, 1);
	await t.rejects(reader.table<number>('tokens').put('a', 2), /reading only/);
	await writer.table<number>('tokens').put('a', 3);
	t.equal(reader.table<number>('tokens').get('a')?.value, 3);
});

test('one gateway a store: the second is told who the first is', async (t) => {
	const store = await openStore(t.testdir());
	t.teardown(() => store.close());
	const lock = await takeRunLock(store);
	const refused = { code: 'ERR_STORE_LOCKED', message: new RegExp(`process ${process.pid} `) };
	await t.rejects(takeRunLock(store), refused);
	await lock.release();
	const next = await takeRunLock(store);
	await lock.release();
	await t.rejects(takeRunLock(store), refused, 'a lock is given back once, and by its holder');
	await next.release();
});

test('the lock of a process that is gone is taken over', async (t) => {
	const store = await openStore(t.testdir());
	t.teardown(() => store.close());
	const self = thisProcess();
	for (const gone of [
		{ pid: 2 ** 22 + 1, started: null },
		{ pid: self.pid, started: 'an earlier process with this number' },
	]) {
		t.equal(isAlive(gone), false);
		await store.table('locks').put('run', gone);
		const lock = await takeRunLock(store);
		t.same(store.table('locks').get('run')?.value, self);
		await lock.release();
		t.equal(store.table('locks').get('run'), undefined);
	}
});

test('a store keeps to the master key it was made with', async (t) => {
	const store = await openStore(t.testdir());
	t.teardown(() => store.close());
	const key = randomBytes(32);
	await bindMasterKey(store, new MasterKey(key));
	await bindMasterKey(store, new MasterKey(key));
	await t.rejects(bindMasterKey(store, new MasterKey(randomBytes(32))), { code: 'ERR_KEY_OTHER' });
});

test('a store that is open twice in one process stays open when one of the two is closed', async (t) => {
	const dataDir = t.testdir();
	const [one, two] = [await openStore(dataDir), await openStore(dataDir)];
	await one.table<number>('tokens').put('a', 1);
	t.equal(two.table<number>('tokens').get('a')?.value, 1);
	await one.close();
	await two.table<number>('tokens').put('a', 2);
	t.equal(two.table<number>('tokens').get('a')?.value, 2);
	t.equal(await two.table<number>('tokens').swap('a', 1, 3), false);
	await two.close();
});
