import { randomInt } from 'node:crypto';
import type { Database } from 'lmdb';
import { decodeExact, encodeExact } from './exact-json.ts';

/** A value and the version that a compare-and-swap of it must name. */
export interface Row<V> {
	readonly key: string;
	readonly value: V;
	readonly version: number;
}

/** A row that is written together with another one of the same database. */
export interface Beside {
	readonly key: string;
	readonly value: unknown;
}

/**
 * Slow state (approvals, tokens, bindings, …) as JSON values under string keys. Reads are synchronous and see
 * what any process has committed; writes resolve when they are on stable storage.
 *
 * `swap`, `create` and `remove` with a version are decided inside LMDB's write transaction, so of several
 * processes that try the same step exactly one succeeds.
 */
export interface Table<V> {
	get(key: string): Row<V> | undefined;
	/** Rows in key order; `prefix` limits them. */
	list(prefix?: string): Row<V>[];
	/** Writes only if nothing is there; false if something is. */
	create(key: string, value: V): Promise<boolean>;
	/** Writes whatever is there. */
	put(key: string, value: V): Promise<void>;
	/** Writes only if the row still has `version`; false if it changed or went away. */
	swap(key: string, version: number, value: V): Promise<boolean>;
	/**
	 * Writes both rows in one transaction, only if the first still has `version` (`undefined`: is not there); false,
	 * and neither row written, if not. Nobody ever sees one without the other.
	 */
	swapWith(key: string, version: number | undefined, value: V, beside: Beside): Promise<boolean>;
	/** Removes the row, with `version` only if it still has that; false if there was nothing to remove. */
	remove(key: string, version?: number): Promise<boolean>;
	/**
	 * Reads, asks `step` for the next value and swaps, again and again until no other writer came between.
	 * `step` gives back `undefined` to leave the row alone; it may be called several times. Resolves with the
	 * value that is in force afterwards (`undefined`: there is no row).
	 */
	update(key: string, step: (current: V | undefined) => V | undefined): Promise<V | undefined>;
}

/** `database`: opened with `useVersions`; called each time, `undefined` while a read-only store has no such table. */
export function tableOver<V>(database: () => Database<Buffer, string> | undefined, readOnly = false): Table<V> {
	return new LmdbTable<V>(database, readOnly);
}

class LmdbTable<V> implements Table<V> {
	readonly #database: () => Database<Buffer, string> | undefined;
	readonly #readOnly: boolean;

	constructor(database: () => Database<Buffer, string> | undefined, readOnly: boolean) {
		this.#database = database;
		this.#readOnly = readOnly;
	}

	get(key: string): Row<V> | undefined {
		const database = this.#fresh();
		const entry = database?.getEntry(key);
		return entry === undefined ? undefined : row<V>(key, entry);
	}

	list(prefix = ''): Row<V>[] {
		const database = this.#fresh();
		if (database === undefined) return [];
		const rows: Row<V>[] = [];
		const range = prefix === '' ? {} : { start: prefix };
		for (const entry of database.getRange({ ...range, versions: true })) {
			if (!entry.key.startsWith(prefix)) break;
			rows.push(row<V>(entry.key, entry));
		}
		return rows;
	}

	async create(key: string, value: V): Promise<boolean> {
		return settled(this.#writable().put(key, bytesOf(value), newVersion(), null as unknown as number));
	}

	async put(key: string, value: V): Promise<void> {
		await settled(this.#writable().put(key, bytesOf(value), newVersion()));
	}

	async swap(key: string, version: number, value: V): Promise<boolean> {
		return settled(this.#writable().put(key, bytesOf(value), newVersion(), version));
	}

	async swapWith(key: string, version: number | undefined, value: V, beside: Beside): Promise<boolean> {
		const database = this.#writable();
		const writes: Promise<boolean>[] = [];
		// lmdb: `null` as the expected version means that the row must not exist.
		const condition = database.ifVersion(key, (version ?? null) as number, () => {
			writes.push(database.put(beside.key, bytesOf(beside.value), newVersion()));
			writes.push(database.put(key, bytesOf(value), newVersion()));
		});
		const [done] = await Promise.all([condition, ...writes].map(settled));
		return done!;
	}

	async remove(key: string, version?: number): Promise<boolean> {
		// Without a version the row's present one stands in: then a lost race means somebody else changed it, so look again.
		for (;;) {
			const expected = version ?? this.get(key)?.version;
			if (expected === undefined) return false;
			const done = await settled(this.#writable().remove(key, expected));
			if (done || version !== undefined) return done;
		}
	}

	async update(key: string, step: (current: V | undefined) => V | undefined): Promise<V | undefined> {
		for (;;) {
			const current = this.get(key);
			const next = step(current?.value);
			if (next === undefined) return current?.value;
			const done = current === undefined ? await this.create(key, next) : await this.swap(key, current.version, next);
			if (done) return next;
		}
	}

	#fresh(): Database<Buffer, string> | undefined {
		const database = this.#database();
		// lmdb keeps a read snapshot for a while; what another process committed must be seen now.
		database?.resetReadTxn();
		return database;
	}

	#writable(): Database<Buffer, string> {
		const database = this.#database();
		if (database === undefined || this.#readOnly) throw new Error('the store is open for reading only');
		return database;
	}
}

function row<V>(key: string, entry: { value: Buffer; version?: number }): Row<V> {
	return { key, value: decodeExact(entry.value.toString('utf8')) as V, version: entry.version ?? 0 };
}

function bytesOf(value: unknown): Buffer {
	return Buffer.from(encodeExact(value), 'utf8');
}

/** Random, not counted up: a row that is removed and made anew must not match a version somebody still holds. */
function newVersion(): number {
	return randomInt(1, 2 ** 47);
}

/** A failed commit carries a second promise that rejects on its own; left alone it would end the process. */
async function settled(write: Promise<boolean>): Promise<boolean> {
	try {
		return await write;
	} catch (error) {
		(error as { commitError?: Promise<unknown> }).commitError?.catch(() => {});
		throw error;
	}
}
