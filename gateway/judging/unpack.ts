import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { PortablePolicy } from './task.ts';
import { receivedError, type SentError } from './thread-errors.ts';

export type Unpacked =
	| { readonly ok: true; readonly policy: PortablePolicy }
	| { readonly ok: false; readonly error: SentError };

/** Published code is compiled, here it is not. */
const THREAD = new URL(import.meta.url.endsWith('.ts') ? './unpack-thread.ts' : './unpack-thread.js', import.meta.url);

/**
 * Reads an unsigned bundle and compiles its module in a thread of its own, since both take as long as the bundle is
 * large. `heapMiB` bounds that thread.
 *
 * @throws {SluiceError} what `readBundle` says; the signal's reason when it is aborted
 */
export async function unpackApart(bundle: Uint8Array, heapMiB: number, signal: AbortSignal): Promise<PortablePolicy> {
	signal.throwIfAborted();
	const worker = new Worker(THREAD, {
		workerData: bundle,
		name: 'sluice unpacking',
		execArgv: [],
		resourceLimits: { maxOldGenerationSizeMb: heapMiB },
	});
	try {
		const [said] = (await once(worker, 'message', { signal })) as [Unpacked];
		if (said.ok) return said.policy;
		throw receivedError(said.error);
	} catch (error) {
		throw signal.aborted ? signal.reason : error;
	} finally {
		await worker.terminate();
	}
}
