/**
 * A process that appends to a store until it is stopped, for tests that stop it. Prints, for each acknowledged
 * append, `session seq sha256`; for a refused one `failed CODE healthy=…`.
 *
 * node writer-child.ts DATA_DIR NAME WRITERS APPENDS (each; 0: for ever) SIZE
 */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { writeSync } from 'node:fs';
import { LmdbRecorder } from '../../../../gateway/record/lmdb/recorder.ts';
import { defaultMasterKeyPath, loadMasterKey } from '../../../../gateway/record/master-key.ts';
import { openStore } from '../../../../gateway/store/store.ts';
import { header } from '../../../contract/recorder-samples.ts';

const [dataDir = '', name = '', writers = '1', appends = '0', size = '500'] = process.argv.slice(2);
const say = (text: string) => writeSync(1, `${text}\n`);

const store = await openStore(dataDir);
const recorder = new LmdbRecorder(store, loadMasterKey(defaultMasterKeyPath(dataDir)));
let failures = 0;

async function write(session: string): Promise<void> {
	await recorder.open(header(session));
	for (let seq = 0; (appends === '0' || seq < Number(appends)) && failures < 20; seq++) {
		const bytes = randomBytes(randomInt(1, Number(size)));
		const sha = createHash('sha256').update(bytes).digest('hex');
		try {
			await recorder.append(session, [{ type: 'frame', seq, t: seq, from: 'client', bytes, verdict: 'allow' }]);
			say(`${session} ${seq} ${sha}`);
		} catch (error) {
			failures += 1;
			say(`failed ${(error as { code: string }).code} healthy=${recorder.healthy} ${(error as Error).message}`);
		}
	}
}

await Promise.all(Array.from({ length: Number(writers) }, (_, i) => write(`${name}-${i}`)));
await recorder.close();
await store.close();
say('end');
