import { SluiceError } from '../../engine/error.ts';
import { isAlive, type ProcessIdentity, thisProcess } from './process-identity.ts';
import type { Store } from './store.ts';

/** Held by the one `run` of a data folder. */
export interface RunLock {
	/** Gives it back, if it is still ours. */
	release(): Promise<void>;
}

/**
 * Takes the lock of `sluice run`: one gateway a store. A lock whose process is gone is taken over.
 *
 * Errors: `ERR_STORE_LOCKED`, naming the process that holds it.
 */
export async function takeRunLock(store: Store, self: ProcessIdentity = thisProcess()): Promise<RunLock> {
	const locks = store.table<ProcessIdentity>('locks');
	for (;;) {
		const held = locks.get('run');
		if (held !== undefined && isAlive(held.value)) {
			throw new SluiceError(
				'ERR_STORE_LOCKED',
				`process ${held.value.pid} already runs a gateway on \`${store.dataDir}\``,
				{ help: 'stop that process, or give this one a `dataDir` of its own' },
			);
		}
		const taken = held === undefined ? await locks.create('run', self) : await locks.swap('run', held.version, self);
		if (taken) break;
	}
	const mine = locks.get('run');
	return {
		async release() {
			if (mine !== undefined) await locks.remove('run', mine.version);
		},
	};
}
