import { setImmediate as turn } from 'node:timers/promises';
import { SluiceError } from '../../engine/error.ts';
import type { MasterKey } from '../record/keys.ts';
import { LmdbReader } from '../record/lmdb/reader.ts';
import type { Store } from '../store/store.ts';
import { type SessionFilter, type StorePlace, wanted } from './place.ts';

/** What a frame in a store is taken for, bytes. */
const FRAME = 2048;

/** Finds the sessions of one store. */
export class StorePlaces {
	readonly #store: Store;
	readonly #master: MasterKey;
	readonly #reader: LmdbReader;

	constructor(store: Store, master: MasterKey) {
		this.#store = store;
		this.#master = master;
		this.#reader = new LmdbReader(store, master);
	}

	/** The place of a session. `elsewhere`: where else it was looked for. @throws SluiceError `ERR_SESSION_UNKNOWN` */
	async of(id: string, elsewhere = ''): Promise<StorePlace> {
		const opened = await this.#reader.opened(id);
		if (opened === undefined) {
			throw new SluiceError('ERR_SESSION_UNKNOWN', `there is no session \`${id}\` in the store${elsewhere}`, {
				help: '`sluice sessions list` shows what is there',
			});
		}
		const { dataDir } = this.#store;
		const { hashKey } = this.#master;
		return { kind: 'store', name: id, weight: this.#reader.frames(id) * FRAME, dataDir, hashKey, ...opened };
	}

	/** Those of the sessions with these ids that `filter` selects, in that order, each once. @throws SluiceError `ERR_SESSION_UNKNOWN` */
	async *named(ids: Iterable<string>, filter: SessionFilter): AsyncGenerator<StorePlace> {
		for (const id of new Set(ids)) {
			const place = await this.of(id);
			if (wanted(filter, place.header)) yield place;
		}
	}

	/** Ids of all sessions, oldest first. */
	async idsByAge(): Promise<string[]> {
		const found: { readonly id: string; readonly started_ns: bigint }[] = [];
		for await (const { id, started_ns } of this.#reader.sessions()) {
			found.push({ id, started_ns });
			// a gateway has traffic to look after
			if (found.length % 64 === 0) await turn();
		}
		const order = (a: { id: string; started_ns: bigint }, b: { id: string; started_ns: bigint }) =>
			a.started_ns < b.started_ns ? -1 : a.started_ns > b.started_ns ? 1 : a.id < b.id ? -1 : 1;
		return found.sort(order).map(({ id }) => id);
	}
}
