import { randomBytes } from 'node:crypto';
import { test } from 'tap';
import { MasterKey } from '../../../../gateway/record/keys.ts';
import { LmdbReader } from '../../../../gateway/record/lmdb/reader.ts';
import { LmdbRecorder } from '../../../../gateway/record/lmdb/recorder.ts';
import { openStore, type Store } from '../../../../gateway/store/store.ts';
import { collect, frame, header } from '../../../contract/recorder-samples.ts';

/** `store` whose commits of records fail while `broken()`, in the way of lmdb: with a second promise that rejects. */
function failing(store: Store, broken: () => boolean): Store {
	const records = store.raw('records')!;
	const batch = records.batch.bind(records);
	const fake = Object.create(records, {
		batch: {
			value: (write: () => void) => {
				if (!broken()) return batch(write);
				const commitError = new Promise<never>((_, reject) =>
					setImmediate(reject, new Error('no space left on device')),
				);
				return Promise.reject(Object.assign(new Error('Commit failed'), { commitError }));
			},
		},
	});
	return Object.create(store, {
		raw: { value: () => fake },
		versioned: { value: (name: string) => store.versioned(name) },
	});
}

test('appends that could not be written are refused, later ones tried again', async (t) => {
	const store = await openStore(t.testdir());
	t.teardown(() => store.close());
	const master = new MasterKey(randomBytes(32));
	let full = true;
	const recorder = new LmdbRecorder(
		failing(store, () => full),
		master,
	);
	const reader = new LmdbReader(store, master);
	const unhandled: unknown[] = [];
	const note = (reason: unknown) => unhandled.push(reason);
	process.on('unhandledRejection', note);
	t.teardown(() => process.off('unhandledRejection', note));

	await t.rejects(recorder.open(header('a')), { code: 'ERR_RECORD_WRITE', message: /no space left/ });
	t.equal(recorder.healthy, false);
	full = false;
	await recorder.open(header('a'));
	t.equal(recorder.healthy, true);
	await recorder.append('a', [frame(0)]);
	full = true;
	const both = [recorder.append('a', [frame(1), frame(2)]), recorder.append('a', [frame(3)])];
	for (const append of both) await t.rejects(append, { code: 'ERR_RECORD_WRITE', session: 'a' });
	full = false;
	await recorder.append('a', [frame(4)]);
	t.equal(recorder.healthy, true);
	await recorder.append('a', [frame(1, 'once more')]);
	await new Promise(setImmediate);
	t.same(unhandled, []);
	t.same(
		(await collect(reader.lines('a'))).map(({ seq }) => seq),
		[0, 1, 4],
	);
	const [summary] = await collect(reader.sessions());
	t.equal(summary?.frames, 3);
});

test('close lets what waits be written first', async (t) => {
	const store = await openStore(t.testdir());
	t.teardown(() => store.close());
	const master = new MasterKey(randomBytes(32));
	const recorder = new LmdbRecorder(store, master);
	await recorder.open(header('a'));
	const appends = [0, 1, 2].map((seq) => recorder.append('a', [frame(seq)]));
	await recorder.close();
	await Promise.all(appends);
	t.equal((await collect(new LmdbReader(store, master).lines('a'))).length, 3);
});
