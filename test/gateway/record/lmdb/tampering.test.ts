import { randomBytes } from 'node:crypto';
import { type Test, test } from 'tap';
import { MasterKey } from '../../../../gateway/record/keys.ts';
import { placeOf, sessionPrefix } from '../../../../gateway/record/lmdb/layout.ts';
import { LmdbReader } from '../../../../gateway/record/lmdb/reader.ts';
import { LmdbRecorder } from '../../../../gateway/record/lmdb/recorder.ts';
import { openStore } from '../../../../gateway/store/store.ts';
import { collect, frame, header } from '../../../contract/recorder-samples.ts';

/** A store with sessions `a` and `b` of five frames each. */
async function recorded(t: Test) {
	const store = await openStore(t.testdir());
	t.teardown(() => store.close());
	const master = new MasterKey(randomBytes(32));
	const recorder = new LmdbRecorder(store, master);
	const reader = new LmdbReader(store, master);
	for (const id of ['a', 'b']) {
		await recorder.open(header(id));
		await recorder.append(
			id,
			[0, 1, 2, 3, 4].map((seq) => frame(seq)),
		);
	}
	const records = store.raw('records')!;
	const place = (id: string, seq: number) => placeOf(sessionPrefix(id), seq);
	return { store, recorder, reader, records, place, master };
}

test('any flipped bit of a record is found and named', async (t) => {
	const { reader, records, place } = await recorded(t);
	const good = Buffer.from(records.get(place('a', 2))!);
	for (let byte = 0; byte < good.length; byte++) {
		const bad = Buffer.from(good);
		bad[byte]! ^= 1 << (byte % 8);
		await records.put(place('a', 2), bad);
		const expected = byte === 0 && bad[0]! > 1 ? 'ERR_RECORD_NEWER' : 'ERR_RECORD_DAMAGED';
		await t.rejects(collect(reader.lines('a')), { code: expected, session: 'a', seq: 2 }, `byte ${byte}`);
	}
	await records.put(place('a', 2), good);
	t.equal((await collect(reader.lines('a'))).length, 5);
});

test('a record cut short anywhere is found and named', async (t) => {
	const { reader, records, place } = await recorded(t);
	const good = Buffer.from(records.get(place('a', 1))!);
	for (const length of [0, 1, 19, 20, 21, 33, good.length - 17, good.length - 1]) {
		await records.put(place('a', 1), good.subarray(0, length));
		await t.rejects(
			collect(reader.lines('a')),
			{ code: 'ERR_RECORD_DAMAGED', session: 'a', seq: 1 },
			`${length} bytes`,
		);
	}
});

test('swapped and copied records are found, also those of another session', async (t) => {
	const { reader, records, place } = await recorded(t);
	const first = Buffer.from(records.get(place('a', 1))!);
	const second = Buffer.from(records.get(place('a', 3))!);
	await records.put(place('a', 1), second);
	await t.rejects(collect(reader.lines('a')), {
		code: 'ERR_RECORD_DAMAGED',
		seq: 1,
		message: /record 3 of session `a`/,
	});
	await records.put(place('a', 1), first);
	await records.put(place('b', 1), first);
	await t.rejects(collect(reader.lines('b')), { code: 'ERR_RECORD_DAMAGED', session: 'b', seq: 1 });
});

test('a record that was taken away is missed', async (t) => {
	const { reader, records, place } = await recorded(t);
	for (const seq of [4, 2]) {
		const kept = Buffer.from(records.get(place('a', seq))!);
		await records.remove(place('a', seq));
		await t.rejects(collect(reader.lines('a')), { code: 'ERR_RECORD_DAMAGED', session: 'a', message: /4 of the 5/ });
		await records.put(place('a', seq), kept);
	}
	t.equal((await collect(reader.lines('a'))).length, 5);
});

test('a header that was exchanged or changed is found', async (t) => {
	const { store, reader } = await recorded(t);
	const headers = store.versioned('record-headers')!;
	const a = Buffer.from(headers.get('a')!);
	await headers.put('b', a, 1);
	await t.rejects(reader.header('b'), { code: 'ERR_RECORD_DAMAGED', session: 'b' });
	await headers.put('a', Buffer.from('{'), 1);
	await t.rejects(reader.header('a'), { code: 'ERR_RECORD_DAMAGED', session: 'a' });
});

test('nothing of a frame lies in the store in clear', async (t) => {
	const { store, recorder, records, place } = await recorded(t);
	await recorder.open(header('c'));
	const line = { ...(frame(0, 'hunter2 is the password') as object), wire: { note: 'tell-tale' } } as never;
	await recorder.append('c', [line]);
	const stored = Buffer.concat([records.get(place('c', 0))!, store.versioned('record-headers')!.get('c')!]);
	for (const secret of ['hunter2', 'tell-tale', 'alice', 'files']) t.notOk(stored.includes(secret), secret);
});

test('another master key opens nothing', async (t) => {
	const { store } = await recorded(t);
	const reader = new LmdbReader(store, new MasterKey(randomBytes(32)));
	await t.rejects(reader.header('a'), { code: 'ERR_RECORD_KEY', session: 'a' });
	await t.rejects(collect(reader.sessions()), { code: 'ERR_RECORD_KEY' });
});

test('who writes to a session that another process has taken on is refused whole, then sees what is there', async (t) => {
	const { store, recorder, reader, records, place, master } = await recorded(t);
	const other = new LmdbRecorder(store, master);
	await other.append('a', [frame(5, 'theirs')]);
	await t.rejects(recorder.append('a', [frame(5, 'ours'), frame(6, 'ours')]), { code: 'ERR_RECORD_CONFLICT' });
	t.notOk(records.doesExist(place('a', 6)), 'nothing of it was written');
	t.equal(recorder.healthy, true);
	await recorder.append('a', [frame(6, 'after')]);
	const texts = (await collect(reader.lines('a', 5))).map((line) => (line as { bytes: Buffer }).bytes.toString());
	t.same(texts, ['theirs', 'after']);
	await t.rejects(new LmdbRecorder(store, master).open(header('a')), { code: 'ERR_RECORD_SESSION_EXISTS' });
	t.equal((await collect(reader.lines('a'))).length, 7);
});
