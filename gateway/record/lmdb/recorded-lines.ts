import type { KeyObject } from 'node:crypto';
import type { Line } from '../../../engine/recording/lines.ts';
import type { Store } from '../../store/store.ts';
import { RecordError } from '../record-error.ts';
import { openLine } from '../seal.ts';
import { EMPTY_TALLY, type Tally } from '../summary.ts';
import { decodeTally, placeOf, RECORDS, seqOf, sessionPrefix, TALLIES } from './layout.ts';

/** How much is read in one go; a read snapshot that is held long keeps LMDB from using freed pages. */
const CHUNK_BYTES = 1 << 20;
const CHUNK_LINES = 256;

/**
 * The lines of one recorded session from `from` on, in `seq` order. All it takes is the key of this session: a thread
 * that judges it is not given the key that everything hangs from.
 *
 * Errors while iterating: `ERR_RECORD_DAMAGED` naming the record; what came before it is sound.
 */
export async function* recordedLines(
	store: Store,
	session: string,
	dataKey: KeyObject,
	from = 0,
): AsyncGenerator<Line, void, undefined> {
	if (store.raw(RECORDS) === undefined) return;
	const written = tallyOf(store, session);
	const prefix = sessionPrefix(session);
	const end = placeOf(prefix, Number.MAX_SAFE_INTEGER);
	let seen = 0;
	let start = placeOf(prefix, from);
	for (;;) {
		const chunk = readChunk(store, start, end);
		for (const { seq, sealed } of chunk) {
			if (seq <= written.last_seq) seen += 1;
			yield openLine(session, seq, sealed, dataKey);
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

/** What has been written of a session. */
export function tallyOf(store: Store, session: string): Tally {
	const stored = store.versioned(TALLIES)?.get(session);
	return stored === undefined ? EMPTY_TALLY : decodeTally(stored);
}

function readChunk(store: Store, start: Buffer, end: Buffer): { seq: number; sealed: Buffer }[] {
	const records = store.raw(RECORDS)!;
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
