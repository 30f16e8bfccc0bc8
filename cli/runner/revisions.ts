import type { Store } from '../../gateway/store/store.ts';

/** The bundle of a revision that ever judged in this store, or undefined. */
export function keptRevision(store: Store, revision: string): Buffer | undefined {
	return store.table<Buffer>('policies').get(revision)?.value;
}
