import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MasterKey } from '../../../../gateway/record/keys.ts';
import { LmdbReader } from '../../../../gateway/record/lmdb/reader.ts';
import { LmdbRecorder } from '../../../../gateway/record/lmdb/recorder.ts';
import { openStore } from '../../../../gateway/store/store.ts';
import { recorderContract } from '../../../contract/recorder.ts';

recorderContract('lmdb', async () => {
	const dir = mkdtempSync(join(tmpdir(), 'sluice-record-'));
	const store = await openStore(dir);
	const master = new MasterKey(randomBytes(32));
	const recorder = new LmdbRecorder(store, master);
	return {
		recorder,
		reader: new LmdbReader(store, master),
		async close() {
			await recorder.close();
			await store.close();
			rmSync(dir, { recursive: true });
		},
	};
});
