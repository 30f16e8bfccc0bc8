import type { RecordingHeader } from '../../engine/recording/lines.ts';
import { rebuild } from '../../engine/replay.ts';
import { type SessionSnapshot, SNAPSHOT_VERSION } from '../../engine/session/snapshot.ts';
import { SessionState } from '../../engine/session/state.ts';
import type { SessionReader } from '../record/types.ts';
import type { Table } from '../store/table.ts';
import type { TextBox } from './recent-rows.ts';

/** A snapshot of a session's facts in the store. */
export interface SnapshotRow {
	readonly version: number;
	readonly seq: number;
	/** Sealed {@link SessionSnapshot}: params of requests are in it. */
	readonly sealed: string;
}

/** Lines between two snapshots: about 25 % more is written for calls of 2 KB, and a restart reads so many lines at most. */
const EVERY = 1024;

/**
 * Facts of sessions as of some `seq`, so that a session that goes on need not be read from its beginning. The record is
 * what counts: a snapshot is saved only when everything before it is there, and one that is missing costs time.
 */
export class Snapshots {
	readonly #table: Table<SnapshotRow>;
	readonly #box: TextBox;
	readonly #every: number;
	/** The facts that a session has now → `seq` of their last snapshot. */
	readonly #last = new WeakMap<SessionState, number>();
	/** Session → its save that is under way. */
	readonly #saving = new Map<string, Promise<void>>();

	constructor(table: Table<SnapshotRow>, box: TextBox, every = EVERY) {
		this.#table = table;
		this.#box = box;
		this.#every = every;
	}

	isDue(state: SessionState): boolean {
		return state.seq - (this.#last.get(state) ?? 0) >= this.#every;
	}

	/** Takes one now; what is given back saves it. A failed save does not matter. */
	take(state: SessionState): () => Promise<void> {
		const { seq } = state;
		this.#last.set(state, seq);
		const text = JSON.stringify(state.snapshot());
		return async () => {
			const { id } = state.origin;
			const saving = this.#table
				.put(id, { version: SNAPSHOT_VERSION, seq, sealed: this.#box.seal(text) })
				.catch(() => {})
				.then(() => void (this.#saving.get(id) === saving && this.#saving.delete(id)));
			this.#saving.set(id, saving);
			await saving;
		};
	}

	/** The session's facts as the record has them. */
	async recall(header: RecordingHeader, reader: SessionReader): Promise<SessionState> {
		const row = this.#table.get(header.id)?.value;
		if (row?.version !== SNAPSHOT_VERSION) return await rebuild(header, reader.lines(header.id));
		const snapshot = JSON.parse(this.#box.open(row.sealed)) as SessionSnapshot;
		const from = SessionState.resume(header, snapshot);
		this.#last.set(from, snapshot.seq);
		return await rebuild(header, reader.lines(header.id, snapshot.seq + 1), from);
	}

	async remove(session: string): Promise<void> {
		await this.#saving.get(session);
		await this.#table.remove(session);
	}
}
