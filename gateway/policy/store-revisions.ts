import type { Table } from '../store/table.ts';
import type { RevisionStore } from './archive.ts';

/** Revisions in the store, shared by all processes on it (its table `policies`). A kept one is never overwritten. */
export function revisionsIn(table: Pick<Table<Buffer>, 'get' | 'create'>): RevisionStore {
	return {
		async put(revision, bundle) {
			await table.create(revision, bundle);
		},
		get: async (revision) => table.get(revision)?.value,
	};
}
