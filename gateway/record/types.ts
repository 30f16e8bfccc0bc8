import type { Line, RecordingHeader } from '../../engine/recording/lines.ts';

/**
 * The write side of the evidence. One durable append a frame, before the frame moves.
 *
 * `append` resolves only when every line of the call is on stable storage, all or none, and rejects with a
 * `RecordError` when it cannot be. Lines of one session are appended in `seq` order by the one process that owns
 * the session; a `seq` that is there already is an error, never an overwrite. Buffers are copied or sealed
 * before `append` returns its promise: the caller may reuse them.
 */
export interface Recorder {
	open(header: RecordingHeader): Promise<void>;
	append(session: string, lines: readonly Line[]): Promise<void>;
	/** false while the last append failed: `/readyz` says so in strict mode. */
	readonly healthy: boolean;
	close(): Promise<void>;
}

/** Row of a list of sessions. */
export interface SessionSummary {
	readonly id: string;
	readonly started_ns: bigint;
	readonly server: string;
	readonly principal: string;
	readonly protocol?: string;
	readonly frames: number;
	readonly verdicts: Readonly<Record<'allow' | 'mask' | 'hold' | 'deny', number>>;
	/** ns since start of the last line. */
	readonly last_t: number;
	readonly closed: boolean;
}

/** The read side; never writes. */
export interface SessionReader {
	sessions(filter?: { readonly server?: string; readonly principal?: string }): AsyncIterable<SessionSummary>;
	/** The header, or undefined for an unknown id. */
	header(session: string): Promise<RecordingHeader | undefined>;
	/** Lines in `seq` order. */
	lines(session: string, from?: number): AsyncIterable<Line>;
}
