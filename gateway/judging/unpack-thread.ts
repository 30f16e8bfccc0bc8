import { parentPort, workerData } from 'node:worker_threads';
import { readBundle } from '../../engine/policy/bundle.ts';
import { portable } from './portable.ts';
import { sentError } from './thread-errors.ts';
import type { Unpacked } from './unpack.ts';

/** One thread of `unpackApart`: one bundle, and it is over. */
const bundle = workerData as Uint8Array;

let said: Unpacked;
try {
	said = { ok: true, policy: portable(await readBundle(Buffer.from(bundle))) };
} catch (error) {
	said = { ok: false, error: sentError(error) };
}
parentPort!.postMessage(said);
