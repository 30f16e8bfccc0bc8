import type { KeyObject } from 'node:crypto';
import type { Line, RecordingHeader } from '../../../engine/recording/lines.ts';
import type { Store } from '../../store/store.ts';
import type { MasterKey } from '../keys.ts';
import type { Tally } from '../summary.ts';
import type { SessionReader, SessionSummary } from '../types.ts';
import { HEADERS, openHeader } from './layout.ts';
import { recordedLines, tallyOf } from './recorded-lines.ts';

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

	/** The header with the key that the session's records are sealed under, or undefined for an unknown id. */
	async opened(
		session: string,
	): Promise<{ readonly dataKey: KeyObject; readonly header: RecordingHeader } | undefined> {
		return this.#open(session);
	}

	/** How many frames of the session are recorded. */
	frames(session: string): number {
		return this.#tally(session).frames;
	}

	/** Errors while iterating: `ERR_RECORD_DAMAGED` naming the record; what came before it is sound. */
	async *lines(session: string, from = 0): AsyncIterable<Line> {
		const opened = this.#open(session);
		if (opened !== undefined) yield* recordedLines(this.#store, session, opened.dataKey, from);
	}

	#open(session: string): { dataKey: KeyObject; header: RecordingHeader } | undefined {
		const headers = this.#store.versioned(HEADERS);
		headers?.resetReadTxn();
		const stored = headers?.get(session);
		return stored === undefined ? undefined : openHeader(session, stored, this.#master);
	}

	#tally(session: string): Tally {
		return tallyOf(this.#store, session);
	}
}
