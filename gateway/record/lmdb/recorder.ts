import { type KeyObject, randomInt } from 'node:crypto';
import type { Line, RecordingHeader } from '../../../engine/recording/lines.ts';
import type { RawDatabase, Store, VersionedDatabase } from '../../store/store.ts';
import { checkPosition, checkSessionId } from '../admissible.ts';
import { GroupCommit } from '../group-commit.ts';
import type { MasterKey } from '../keys.ts';
import { conflict, notWritten, recorderClosed, sessionExists, thereAlready, unknownSession } from '../record-error.ts';
import { sealLine } from '../seal.ts';
import { type Addition, add, additionOf, EMPTY_TALLY, type Tally } from '../summary.ts';
import type { Recorder } from '../types.ts';
import {
	decodeTally,
	encodeTally,
	HEADERS,
	openHeader,
	placeOf,
	RECORDS,
	sealHeader,
	sessionPrefix,
	TALLIES,
} from './layout.ts';

/** A session that this process writes. */
interface Writing {
	readonly id: string;
	readonly prefix: Buffer;
	readonly dataKey: KeyObject;
	/** Version of the tally row as committed; null: the row is not there yet, the header goes with the first commit. */
	version: number | null;
	/** As committed. */
	tally: Tally;
	/** Greatest `seq` that is committed or waits. */
	tail: number;
	/** `seq`s that wait. */
	readonly pending: Set<number>;
}

interface Item {
	readonly of: Writing;
	readonly header?: Buffer;
	readonly records: readonly { readonly place: Buffer; readonly sealed: Buffer; readonly addition: Addition }[];
}

/** Sessions whose keys are kept at hand; the others are read again when they are written again. */
const KEPT = 4096;

/**
 * The recorder on LMDB. All appends that wait go into one transaction, one transaction at a time.
 *
 * Within it the lines of a session stand under the condition that nobody else has written to the session since:
 * either all of an append is there, or nothing of it. Different sessions of one store may be written by
 * different processes at once.
 */
export class LmdbRecorder implements Recorder {
	readonly #master: MasterKey;
	readonly #records: RawDatabase;
	readonly #headers: VersionedDatabase;
	readonly #tallies: VersionedDatabase;
	readonly #group: GroupCommit<Item>;
	readonly #sessions = new Map<string, Writing>();
	#healthy = true;
	#closed = false;

	/** `store`: open for writing; closing the recorder leaves it open. */
	constructor(store: Store, master: MasterKey) {
		this.#master = master;
		this.#records = store.raw(RECORDS)!;
		this.#headers = store.versioned(HEADERS)!;
		this.#tallies = store.versioned(TALLIES)!;
		this.#group = new GroupCommit((items) => this.#commit(items));
	}

	get healthy(): boolean {
		return this.#healthy;
	}

	async open(header: RecordingHeader): Promise<void> {
		this.#refuseWhenClosed();
		checkSessionId(header.id);
		if (this.#sessions.has(header.id)) throw sessionExists(header.id);
		const { dataKey, stored } = sealHeader(header, this.#master);
		const prefix = sessionPrefix(header.id);
		const writing: Writing = {
			id: header.id,
			prefix,
			dataKey,
			version: null,
			tally: EMPTY_TALLY,
			tail: -1,
			pending: new Set(),
		};
		this.#keep(writing);
		await this.#group.add({ of: writing, header: stored, records: [] });
	}

	async append(session: string, lines: readonly Line[]): Promise<void> {
		this.#refuseWhenClosed();
		if (lines.length === 0) return;
		const writing = this.#writing(session);
		this.#checkPlaces(writing, lines);
		// Everything is sealed, and with that copied, before this function gives up control.
		const records = lines.map((line) => ({
			place: placeOf(writing.prefix, line.seq),
			sealed: sealLine(session, line, writing.dataKey),
			addition: additionOf(line, writing.tally.protocol !== undefined),
		}));
		for (const { seq } of lines) {
			writing.pending.add(seq);
			if (seq > writing.tail) writing.tail = seq;
		}
		try {
			await this.#group.add({ of: writing, records });
		} finally {
			for (const { seq } of lines) writing.pending.delete(seq);
			if (writing.tally.closed && writing.pending.size === 0) this.#forget(writing);
		}
	}

	async close(): Promise<void> {
		this.#closed = true;
		await this.#group.idle();
		this.#sessions.clear();
	}

	async #commit(items: readonly Item[]): Promise<readonly (Error | undefined)[]> {
		const groups = new Map<Writing, Item[]>();
		for (const item of items) {
			const group = groups.get(item.of);
			if (group === undefined) groups.set(item.of, [item]);
			else group.push(item);
		}
		const failed = new Map<Writing, Error>();
		const steps: Step[] = [];
		for (const [writing, group] of groups) {
			// Its `open` failed in an earlier commit: without a header there is nothing to append to.
			if (writing.version === null && group[0]?.header === undefined) failed.set(writing, unknownSession(writing.id));
			else steps.push(next(writing, group));
		}
		const kept = steps.length === 0 ? [] : await this.#attempt(steps, failed);
		steps.forEach(({ writing, version, tally }, index) => {
			if (kept[index]) {
				writing.version = version;
				writing.tally = tally;
			} else if (failed.has(writing)) {
				// Not on disk, and its place is still free: the next append tries again. A failed `open` is to be repeated.
				if (writing.version === null) this.#forget(writing);
			} else {
				this.#forget(writing);
				failed.set(writing, writing.version === null ? sessionExists(writing.id) : conflict(writing.id));
			}
		});
		return items.map(({ of }) => failed.get(of));
	}

	async #attempt(steps: readonly Step[], failed: Map<Writing, Error>): Promise<boolean[]> {
		try {
			const kept = await this.#write(steps);
			this.#healthy = true;
			return kept;
		} catch (cause) {
			this.#healthy = false;
			for (const { writing } of steps) failed.set(writing, notWritten(writing.id, cause));
			return [];
		}
	}

	/** One durable transaction; for each step whether its condition held. */
	async #write(steps: readonly Step[]): Promise<boolean[]> {
		const conditions: Promise<boolean>[] = [];
		const whole = this.#records.batch(() => {
			for (const { writing, group, version, tally } of steps) {
				// lmdb: `null` as the expected version means that the row must not exist.
				const condition = this.#tallies.ifVersion(writing.id, writing.version as number, () => {
					for (const { header, records } of group) {
						if (header !== undefined) void this.#headers.put(writing.id, header, version);
						for (const { place, sealed } of records) void this.#records.put(place, sealed);
					}
					void this.#tallies.put(writing.id, encodeTally(tally), version);
				});
				conditions.push(condition);
			}
		});
		// Each of these rejects when the commit fails, and carries a second promise that does: none may be left alone.
		const settled = await Promise.allSettled([...conditions, whole]);
		for (const outcome of settled) {
			if (outcome.status === 'fulfilled') continue;
			throw await reasonOf(outcome.reason);
		}
		return settled.slice(0, -1).map((outcome) => outcome.status === 'fulfilled' && outcome.value);
	}

	/** The state of a session to write to, read from the store where another process or an earlier run began it. */
	#writing(session: string): Writing {
		const known = this.#sessions.get(session);
		if (known !== undefined) return known;
		this.#tallies.resetReadTxn();
		const row = this.#tallies.getEntry(session);
		const stored = this.#headers.get(session);
		if (row === undefined || stored === undefined) {
			throw unknownSession(session);
		}
		const tally = decodeTally(row.value);
		const writing: Writing = {
			id: session,
			prefix: sessionPrefix(session),
			dataKey: openHeader(session, stored, this.#master).dataKey,
			version: row.version ?? 0,
			tally,
			tail: tally.last_seq,
			pending: new Set(),
		};
		this.#keep(writing);
		return writing;
	}

	#forget(writing: Writing): void {
		if (this.#sessions.get(writing.id) === writing) this.#sessions.delete(writing.id);
	}

	#keep(writing: Writing): void {
		this.#sessions.set(writing.id, writing);
		if (this.#sessions.size <= KEPT) return;
		for (const [id, other] of this.#sessions) {
			if (other !== writing && other.version !== null && other.pending.size === 0) {
				this.#sessions.delete(id);
				return;
			}
		}
	}

	/** A `seq` below the tail may still be free: its first append failed. */
	#checkPlaces(writing: Writing, lines: readonly Line[]): void {
		const seen = new Set<number>();
		for (const line of lines) {
			checkPosition(writing.id, line);
			const { seq } = line;
			const known =
				seen.has(seq) ||
				writing.pending.has(seq) ||
				(seq <= writing.tail && this.#records.doesExist(placeOf(writing.prefix, seq)));
			if (known) {
				throw thereAlready(writing.id, seq);
			}
			seen.add(seq);
		}
	}

	#refuseWhenClosed(): void {
		if (this.#closed) throw recorderClosed();
	}
}

interface Step {
	readonly writing: Writing;
	readonly group: readonly Item[];
	readonly version: number;
	readonly tally: Tally;
}

/** What the tally row of a session becomes when everything in `group` is committed. */
function next(writing: Writing, group: readonly Item[]): Step {
	const additions = group.flatMap(({ records }) => records.map(({ addition }) => addition));
	// Starts anywhere: a session that was deleted and made anew must not match what another process remembers.
	const version = writing.version === null ? randomInt(1, 2 ** 40) : writing.version + 1;
	return { writing, group, version, tally: additions.reduce(add, writing.tally) };
}

/** lmdb gives the cause of a failed commit in a promise beside the error; it must be caught, and is usually there at once. */
async function reasonOf(error: Error & { commitError?: Promise<never> }): Promise<unknown> {
	const cause = error.commitError?.catch((reason: unknown) => reason);
	const soon = new Promise((resolve) => setImmediate(resolve, error));
	return (await Promise.race([cause ?? error, soon])) ?? error;
}
