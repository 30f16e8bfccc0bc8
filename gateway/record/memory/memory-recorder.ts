import type { Line, RecordingHeader } from '../../../engine/recording/lines.ts';
import { checkPosition, checkSessionId } from '../admissible.ts';
import { recorderClosed, sessionExists, thereAlready, unknownSession } from '../record-error.ts';
import { add, additionOf, EMPTY_TALLY, type Tally } from '../summary.ts';
import type { Recorder, SessionReader, SessionSummary } from '../types.ts';

interface Recording {
	readonly header: RecordingHeader;
	readonly lines: Map<number, Line>;
	tally: Tally;
}

/** Recorder and reader in one, gone with the process: for tests, and for judging without a store. */
export class MemoryRecorder implements Recorder, SessionReader {
	readonly healthy = true;
	readonly #recordings = new Map<string, Recording>();
	#closed = false;

	async open(header: RecordingHeader): Promise<void> {
		this.#refuseWhenClosed();
		checkSessionId(header.id);
		if (this.#recordings.has(header.id)) {
			throw sessionExists(header.id);
		}
		this.#recordings.set(header.id, { header: structuredClone(header), lines: new Map(), tally: EMPTY_TALLY });
	}

	async append(session: string, lines: readonly Line[]): Promise<void> {
		this.#refuseWhenClosed();
		const recording = this.#recordings.get(session);
		if (recording === undefined) {
			throw unknownSession(session);
		}
		const seqs = new Set<number>();
		for (const line of lines) {
			checkPosition(session, line);
			const { seq } = line;
			if (seqs.has(seq) || recording.lines.has(seq)) {
				throw thereAlready(session, seq);
			}
			seqs.add(seq);
		}
		for (const line of lines) {
			recording.lines.set(line.seq, copy(line));
			recording.tally = add(recording.tally, additionOf(line, recording.tally.protocol !== undefined));
		}
	}

	async close(): Promise<void> {
		this.#closed = true;
	}

	async *sessions(
		filter: { readonly server?: string; readonly principal?: string } = {},
	): AsyncIterable<SessionSummary> {
		for (const { header, tally } of [...this.#recordings.values()]) {
			if (filter.server !== undefined && filter.server !== header.server.name) continue;
			if (filter.principal !== undefined && filter.principal !== header.principal.id) continue;
			const { protocol, frames, verdicts, last_t, closed } = tally;
			yield {
				id: header.id,
				started_ns: header.started_ns,
				server: header.server.name,
				principal: header.principal.id,
				...(protocol === undefined ? {} : { protocol }),
				frames,
				verdicts,
				last_t,
				closed,
			};
		}
	}

	async header(session: string): Promise<RecordingHeader | undefined> {
		return structuredClone(this.#recordings.get(session)?.header);
	}

	async *lines(session: string, from = 0): AsyncIterable<Line> {
		const lines = this.#recordings.get(session)?.lines ?? new Map<number, Line>();
		for (const seq of [...lines.keys()].sort((a, b) => a - b)) {
			if (seq >= from) yield copy(lines.get(seq)!);
		}
	}

	#refuseWhenClosed(): void {
		if (this.#closed) throw recorderClosed();
	}
}

function copy(line: Line): Line {
	if (!('bytes' in line)) return structuredClone(line);
	const { bytes, ...rest } = line;
	// A cloned Buffer is a plain Uint8Array.
	return { ...structuredClone(rest), bytes: Buffer.from(bytes) } as Line;
}
