import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readSync } from 'node:fs';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { SluiceError } from '../../engine/error.ts';
import { type Table, tableOver } from './table.ts';

/** Version of what is in the store. A store with a greater one was written by a newer Sluice and is left alone. */
export const STORE_FORMAT = 1;

/** Rows of slow state that exist now; a new kind of state is a new name here. */
export type TableName =
	| 'meta'
	| 'locks'
	| 'approvals'
	| 'tokens'
	| 'sessions'
	| 'snapshots'
	| 'recent'
	| 'policies'
	| 'pins'
	| 'listings'
	| 'definitions'
	| 'principals'
	| 'grants'
	| 'oauthClients'
	| 'connecting';

/** Bytes under bytes, for the recorder; `versioned` databases have string keys. */
export type RawDatabase = Database<Buffer, Buffer>;
export type VersionedDatabase = Database<Buffer, string>;

/**
 * The one LMDB environment of a data folder. Several processes may hold it open at once; each sees what the
 * others have committed. Never on a network file system, never shared between two PID namespaces (LMDB finds
 * stale readers by process id).
 */
export interface Store {
	/** The data folder (`dataDir`), not the LMDB folder inside it. */
	readonly dataDir: string;
	readonly readOnly: boolean;
	table<V>(name: TableName): Table<V>;
	/** Binary keys and values. `undefined`: opened for reading only, and nothing was ever written there. */
	raw(name: string): RawDatabase | undefined;
	/** String keys, binary values, with a version for `ifVersion`. `undefined` as for `raw`. */
	versioned(name: string): VersionedDatabase | undefined;
	/** Waits for writes under way. */
	close(): Promise<void>;
}

/**
 * Opens `<dataDir>/store`, which is made (0700, files 0600) if it is not there.
 *
 * Errors: `ERR_STORE_NEWER` (written by a newer Sluice; nothing was changed), `ERR_STORE_MISSING` (`readOnly` and
 * nothing there), `ERR_STORE_OPEN` (not readable, not an LMDB file).
 */
export async function openStore(dataDir: string, options: { readonly readOnly?: boolean } = {}): Promise<Store> {
	const readOnly = options.readOnly ?? false;
	const folder = join(dataDir, 'store');
	if (readOnly && !existsSync(join(folder, 'data.mdb'))) {
		throw new SluiceError('ERR_STORE_MISSING', `there is no store in \`${dataDir}\``, {
			help: 'check `dataDir`, or start the gateway once: it makes what is missing',
		});
	}
	const root = openEnvironment(dataDir, folder, readOnly);
	try {
		await checkFormat(root, dataDir, readOnly);
	} catch (error) {
		await root.close();
		throw error;
	}
	return new LmdbStore(root, dataDir, readOnly);
}

function openEnvironment(dataDir: string, folder: string, readOnly: boolean): RootDatabase<Buffer, Buffer> {
	try {
		if (!readOnly) {
			mkdirSync(folder, { recursive: true, mode: 0o700 });
			chmodSync(folder, 0o700);
		}
		refuseForeignFile(join(folder, 'data.mdb'));
		return open<Buffer, Buffer>({
			path: folder,
			noSubdir: false,
			readOnly,
			encoding: 'binary',
			keyEncoding: 'binary',
			maxDbs: 32,
			maxReaders: 512,
			permissionsMode: 0o600,
			// Classic commits: pages, then meta, both synced, before a write is acknowledged.
			overlappingSync: false,
			// With event-turn batching a full disk rejects a promise nobody holds, and that ends the process.
			eventTurnBatching: false,
			// Never leave what was in memory in unused parts of a page.
			noMemInit: false,
		} as Parameters<typeof open>[0] & { path: string }) as RootDatabase<Buffer, Buffer>;
	} catch (error) {
		throw new SluiceError('ERR_STORE_OPEN', `the store in \`${dataDir}\` does not open: ${(error as Error).message}`, {
			help: 'check that the folder is on a local disk and belongs to this user',
			cause: error,
		});
	}
}

/** lmdb ends the process with a segmentation fault when the file is none of its own: look for the magic number first. */
function refuseForeignFile(path: string): void {
	if (!existsSync(path)) return;
	const file = openSync(path, 'r');
	try {
		const head = Buffer.alloc(28);
		const length = readSync(file, head, 0, head.length, 0);
		// A page header of 24 bytes, then MDB_meta, which begins with its magic number; an empty file is a new store.
		const little = endianness() === 'LE';
		const magic = little ? head.readUInt32LE(24) : head.readUInt32BE(24);
		if (length > 0 && magic !== 0xbeefc0de) throw new Error(`\`${path}\` is no LMDB file`);
	} finally {
		closeSync(file);
	}
}

/** Looks before it writes: a store of a newer format must stay as it is. */
async function checkFormat(root: RootDatabase<Buffer, Buffer>, dataDir: string, readOnly: boolean): Promise<void> {
	const existing = openVersioned(root, 'meta', false);
	const stored = existing === undefined ? undefined : tableOver<number>(() => existing).get('format')?.value;
	if (stored === undefined) {
		if (readOnly) return;
		const meta = openVersioned(root, 'meta', true);
		await tableOver<number>(() => meta).create('format', STORE_FORMAT);
		return;
	}
	if (stored > STORE_FORMAT) {
		throw new SluiceError(
			'ERR_STORE_NEWER',
			`the store in \`${dataDir}\` has format ${stored}, this Sluice knows formats up to ${STORE_FORMAT}`,
			{ help: 'use the newer Sluice that wrote it; nothing was changed' },
		);
	}
}

function openVersioned(root: RootDatabase<Buffer, Buffer>, name: string, create: boolean) {
	const options = { encoding: 'binary', keyEncoding: 'ordered-binary', useVersions: true, create } as const;
	return root.openDB<Buffer, string>(name, options) as VersionedDatabase | undefined;
}

class LmdbStore implements Store {
	readonly dataDir: string;
	readonly readOnly: boolean;
	readonly #root: RootDatabase<Buffer, Buffer>;
	readonly #databases = new Map<string, Database>();
	#closed = false;

	constructor(root: RootDatabase<Buffer, Buffer>, dataDir: string, readOnly: boolean) {
		this.#root = root;
		this.dataDir = dataDir;
		this.readOnly = readOnly;
	}

	table<V>(name: TableName): Table<V> {
		return tableOver<V>(() => this.versioned(name), this.readOnly);
	}

	raw(name: string): RawDatabase | undefined {
		return this.#opened(name, () => {
			const options = { encoding: 'binary', keyEncoding: 'binary', create: !this.readOnly } as const;
			return this.#root.openDB<Buffer, Buffer>(name, options) as RawDatabase | undefined;
		});
	}

	versioned(name: string): VersionedDatabase | undefined {
		return this.#opened(name, () => openVersioned(this.#root, name, !this.readOnly));
	}

	async close(): Promise<void> {
		this.#closed = true;
		await this.#root.close();
	}

	#opened<D extends Database<Buffer, Buffer> | Database<Buffer, string>>(
		name: string,
		open: () => D | undefined,
	): D | undefined {
		// lmdb would take a read while it closes, and end the process for it a moment later.
		if (this.#closed) throw new Error('the store is closed');
		const known = this.#databases.get(name);
		if (known !== undefined) return known as unknown as D;
		const database = open();
		if (database !== undefined) this.#databases.set(name, database as unknown as Database);
		return database;
	}
}
