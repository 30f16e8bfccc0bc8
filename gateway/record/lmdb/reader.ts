import type { KeyObject } from 'node:crypto';
import type { Line, RecordingHeader } from '../../../engine/recording/lines.ts';
import type { Store } from '../../store/store.ts';
import type { MasterKey } from '../keys.ts';
import { RecordError } from '../record-error.ts';
import { openLine } from '../seal.ts';
import { EMPTY_TALLY, type Tally } from '../summary.ts';
import type { SessionReader, SessionSummary } from '../types.ts';
import { decodeTally, HEADERS, openHeader, placeOf, RECORDS, seqOf, sessionPrefix, TALLIES } from './layout.ts';

/** How much is read in one go; a read snapshot that is held long keeps LMDB from using freed pages. */
const CHUNK_BYTES = 1 << 20;
const CHUNK_LINES = 256;

/** Reads what an {@link LmdbRecorder} of this or any other process has committed. */
export class LmdbReader implements SessionReader {
	readonly #store: Store;
	readonly #master: MasterKey;

	constructor(store: Store, master: MasterKey) {
		this.#store = store;
		this.#master = master;
	}

	async *sessions(
		filter: { readonly server?: string; readonly principal?: string } = {},
	): AsyncIterable<SessionSummary> {
		const headers = this.#store.versioned(HEADERS);
		if (headers === undefined) return;
		headers.resetReadTxn();
		for (const id of [...headers.getKeys()]) {
			const opened = this.#open(id);
			if (opened === undefined) continue;
			const { started_ns, server, principal } = opened.header;
			if (filter.server !== undefined && filter.server !== server.name) continue;
			if (filter.principal !== undefined && filter.principal !== principal.id) continue;
			const { protocol, frames, verdicts, last_t, closed } = this.#tally(id);
			yield {
				id,
				started_ns,
				server: server.name,
				principal: principal.id,
				...(protocol === undefined ? {} : { protocol }),
				frames,
				verdicts,
				last_t,
				closed,
			};
		}
	}

	async header(session: string): Promise<RecordingHeader | undefined> {
		return this.#open(session)?.header;
	}

	/** Errors while iterating: `ERR_RECORD_DAMAGED` naming the record; what came before it is sound. */
	async *lines(session: string, from = 0): AsyncIterable<Line> {
		const records = this.#store.raw(RECORDS);
		const opened = this.#open(session);
		if (records === undefined || opened === undefined) return;
		const written = this.#tally(session);
		const prefix = sessionPrefix(session);
		const end = placeOf(prefix, Number.MAX_SAFE_INTEGER);
		let seen = 0;
		let start = placeOf(prefix, from);
		for (;;) {
			const chunk = this.#chunk(start, end);
			for (const { seq, sealed } of chunk) {
				if (seq <= written.last_seq) seen += 1;
				yield openLine(session, seq, sealed, opened.dataKey);
			}
			const last = chunk.at(-1);
			if (last === undefined) break;
			start = placeOf(prefix, last.seq + 1);
		}
		if (from === 0 && seen < written.lines) {
			throw new RecordError(
				'ERR_RECORD_DAMAGED',
				`session \`${session}\` has ${seen} of the ${written.lines} records that were written up to record ${written.last_seq}`,
				{
					session,
					seq: written.last_seq,
					help: 'restore the store from a backup; the records that are there are sound',
				},
			);
		}
	}

	#chunk(start: Buffer, end: Buffer): { seq: number; sealed: Buffer }[] {
		const records = this.#store.raw(RECORDS)!;
		records.resetReadTxn();
		const chunk: { seq: number; sealed: Buffer }[] = [];
		let bytes = 0;
		for (const { key, value } of records.getRange({ start, end, limit: CHUNK_LINES })) {
			chunk.push({ seq: seqOf(key), sealed: value });
			bytes += value.length;
			if (bytes > CHUNK_BYTES) break;
		}
		return chunk;
	}

	#open(session: string): { dataKey: KeyObject; header: RecordingHeader } | undefined {
		const headers = this.#store.versioned(HEADERS);
		headers?.resetReadTxn();
		const stored = headers?.get(session);
		return stored === undefined ? undefined : openHeader(session, stored, this.#master);
	}

	#tally(session: string): Tally {
		const stored = this.#store.versioned(TALLIES)?.get(session);
		return stored === undefined ? EMPTY_TALLY : decodeTally(stored);
	}
}
