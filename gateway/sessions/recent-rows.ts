import { hash, randomBytes } from 'node:crypto';
import type { Principal } from '../../engine/session/types.ts';
import { isAlive, type ProcessIdentity, thisProcess } from '../store/process-identity.ts';
import type { Table } from '../store/table.ts';
import type { PageContent } from './recent-page.ts';

/** What one process knows of one principal, as it lies in the store for the others. */
export interface RecentRow {
	/** Who writes it; null: nobody any more. */
	readonly owner: ProcessIdentity | null;
	/** When all of it is over, Unix time, µs; null: it is needed as long as its sessions can go on. */
	readonly until: number | null;
	/** Sealed {@link RecentBody}; empty: another process has taken it over. */
	readonly body: string;
}

export interface RecentBody extends PageContent {
	/** Session → the last `seq` whose effects are in here. */
	readonly sessions: Readonly<Record<string, number>>;
}

/** Seals a text, and opens what it has sealed: labels may say what nobody else is to read. */
export interface TextBox {
	seal(text: string): string;
	open(sealed: string): string;
}

/** A row of another process. */
export interface Foreign {
	readonly key: string;
	readonly version: number;
	readonly owner: ProcessIdentity | null;
	readonly body: RecentBody;
}

/**
 * The rows of `recent` in the store: one a principal and process. A process writes only its own; when it is gone,
 * exactly one other takes its row over.
 */
export class RecentRows {
	readonly #table: Table<RecentRow>;
	readonly #box: TextBox;
	readonly #owner = thisProcess();
	/** Two rooms in one process have rows of their own. */
	readonly #writer = `${process.pid}-${randomBytes(8).toString('hex')}`;

	constructor(table: Table<RecentRow>, box: TextBox) {
		this.#table = table;
		this.#box = box;
	}

	/** Of `principal`, in this process. */
	keyOf(principal: Principal): string {
		return `${prefixOf(principal)}${this.#writer}`;
	}

	/** All rows of a principal; those in `known` that have not changed are not opened again. */
	list(principal: Principal, known: ReadonlyMap<string, Foreign>): Foreign[] {
		return this.#table
			.list(prefixOf(principal))
			.filter(({ value }) => value.body !== '')
			.map(({ key, version, value }) => {
				const before = known.get(key);
				if (before?.version === version) return before;
				return { key, version, owner: value.owner, body: JSON.parse(this.#box.open(value.body)) as RecentBody };
			});
	}

	async write(key: string, body: RecentBody, until: number | null, done = false): Promise<void> {
		await this.#table.put(key, this.#row(body, until, done));
	}

	/** Writes `body` to our row and empties `theirs`, both or neither. false: somebody else was quicker. */
	async takeOver(theirs: Foreign, key: string, body: RecentBody, until: number | null): Promise<boolean> {
		const gone: RecentRow = { owner: null, until: 0, body: '' };
		const row = { key, value: this.#row(body, until, false) };
		if (!(await this.#table.swapWith(theirs.key, theirs.version, gone, row))) return false;
		await this.#table.remove(theirs.key);
		return true;
	}

	async remove(key: string): Promise<void> {
		await this.#table.remove(key);
	}

	/** Removes rows that say nothing any more and have nobody who will: those of processes that are gone, and of ours but `kept`. */
	async sweep(nowUs: number, kept: ReadonlySet<string>): Promise<void> {
		for (const { key, value, version } of this.#table.list()) {
			if (value.until === null || value.until > nowUs || kept.has(key)) continue;
			if (key.endsWith(this.#writer) || !isWritten(value)) await this.#table.remove(key, version);
		}
	}

	#row(body: RecentBody, until: number | null, done: boolean): RecentRow {
		return { owner: done ? null : this.#owner, until, body: this.#box.seal(JSON.stringify(body)) };
	}
}

/** Whether its process still runs. */
export function isWritten({ owner }: { readonly owner: ProcessIdentity | null }): boolean {
	return owner !== null && isAlive(owner);
}

/** Ids may be longer than a key can be. */
function prefixOf({ issuer, id }: Principal): string {
	return `${hash('sha256', JSON.stringify([issuer, id]), 'hex')}/`;
}
