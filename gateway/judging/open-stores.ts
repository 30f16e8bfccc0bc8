import { openStore, type Store } from '../store/store.ts';

/** Stores that are open for reading, each once. */
export class OpenStores {
	readonly #open = new Map<string, Promise<Store>>();

	open(dataDir: string): Promise<Store> {
		const store = this.#open.get(dataDir) ?? openStore(dataDir, { readOnly: true });
		this.#open.set(dataDir, store);
		return store;
	}

	async close(): Promise<void> {
		const all = await Promise.allSettled(this.#open.values());
		this.#open.clear();
		for (const store of all) if (store.status === 'fulfilled') await store.value.close();
	}
}
