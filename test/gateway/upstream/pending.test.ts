import { inspect } from 'node:util';
import t from 'tap';
import { openStore } from '../../../gateway/store/store.ts';
import { Pending, type PendingRow } from '../../../gateway/upstream/pending.ts';
import { FakeClock } from '../transport/fixtures/fake-clock.ts';
import { plainBox } from './samples.ts';

t.test('a handle is good once, in time, for its kind, in its row', async (t) => {
	const store = await openStore(t.testdir());
	t.teardown(() => store.close());
	const table = store.table<PendingRow>('connecting');
	const clock = new FakeClock();
	const asked = new Pending<{ n: number }>('asked', table, plainBox, clock);
	const away = new Pending<{ n: number }>('away', table, plainBox, clock);

	const one = (await asked.put({ n: 1 }))!;
	t.notOk(inspect(table.list(), { depth: 9 }).includes(one), 'who reads the store has no handle');
	t.equal(await away.take(one), undefined, 'another kind');
	const both = await Promise.all([asked.take(one), asked.take(one)]);
	t.strictSame(
		both.filter((value) => value !== undefined),
		[{ n: 1 }],
	);

	const late = (await asked.put({ n: 2 }))!;
	clock.advance(600_000);
	t.equal(await asked.take(late), undefined);

	const mine = (await asked.put({ n: 3 }))!;
	const [row] = table.list();
	const his = (await asked.put({ n: 4 }))!;
	for (const { key } of table.list()) if (key !== row!.key) await table.put(key, row!.value);
	t.equal(await asked.take(his), undefined, 'a sealed text of another row');
	t.strictSame(await asked.take(mine), { n: 3 });

	const before = (await asked.put({ n: 5 }))!;
	clock.advance(600_000);
	await asked.put({ n: 6 });
	t.equal(table.list().length, 1, 'what is over is cleared away');
	t.equal(await asked.take(before), undefined);
});

t.test('not without end', async (t) => {
	const store = await openStore(t.testdir());
	t.teardown(() => store.close());
	const table = store.table<PendingRow>('connecting');
	const clock = new FakeClock();
	const asked = new Pending<object>('asked', table, plainBox, clock);
	await Promise.all(
		Array.from({ length: 1000 }, (_, n) => table.put(`k${n}`, { until: 600_000_000_000n, sealed: '' })),
	);
	t.equal(await asked.put({}), undefined);
	clock.advance(600_000);
	t.ok(await asked.put({}));
});
