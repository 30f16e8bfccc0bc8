import { test } from 'tap';
import { revisionsIn } from '../../../gateway/policy/store-revisions.ts';
import { openStore } from '../../../gateway/store/store.ts';

test('what was kept comes back as it was, also in another process on the store, and stays', async (t) => {
	const dataDir = t.testdir();
	const store = await openStore(dataDir);
	const revisions = revisionsIn(store.table('policies'));
	const bytes = Buffer.from([0, 255, 1, 128]);
	t.equal(await revisions.get('one'), undefined);
	await revisions.put('one', bytes);
	await revisions.put('one', Buffer.from('another'));
	t.ok((await revisions.get('one'))?.equals(bytes));
	await store.close();
	const reader = await openStore(dataDir, { readOnly: true });
	t.ok((await revisionsIn(reader.table('policies')).get('one'))?.equals(bytes));
	await reader.close();
});
