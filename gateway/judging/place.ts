import type { KeyObject } from 'node:crypto';
import type { RecordingHeader } from '../../engine/recording/lines.ts';

/**
 * Where recorded sessions lie. One place is one piece of work: whoever takes it reads it itself, so it can be handed to
 * another thread as it is.
 */
export type SessionPlace = FilePlace | BytesPlace | StorePlace;

interface Piece {
	/** As the user would say it; with several sessions in it each is called `name#id`. */
	readonly name: string;
	/** What of the same file comes before this piece. */
	readonly after?: { readonly lines: number; readonly sessions: number };
	/** The file holds more sessions than those of this piece. */
	readonly several?: boolean;
	/** About how much work it is, in bytes of sessions. */
	readonly weight: number;
}

/** A session file, gzipped or not, or so many bytes of one that is not. */
export interface FilePlace extends Piece {
	readonly kind: 'file';
	readonly path: string;
	readonly start?: number;
	/** Exclusive. */
	readonly end?: number;
}

/** The bytes of a session file, not gzipped: from a pipe they cannot be read twice. */
export interface BytesPlace extends Piece {
	readonly kind: 'bytes';
	readonly bytes: Uint8Array;
}

/** A session in a store: with the key of this session and no other. */
export interface StorePlace {
	readonly kind: 'store';
	readonly name: string;
	readonly weight: number;
	readonly dataDir: string;
	readonly header: RecordingHeader;
	readonly dataKey: KeyObject;
	/** Key of the `hash` mask of that store. */
	readonly hashKey: Uint8Array;
}

/** Which sessions are judged at all; what is absent, does not matter. */
export interface SessionFilter {
	/** Unix ns; sessions that began then or later. */
	readonly since?: bigint;
	/** Unix ns; sessions that began before. */
	readonly until?: bigint;
	/** Ids of principals. */
	readonly principals?: readonly string[];
	/** Names of servers. */
	readonly servers?: readonly string[];
}

/** Whether the session with this header is judged. */
export function wanted({ since, until, principals, servers }: SessionFilter, header: RecordingHeader): boolean {
	return (
		(since === undefined || header.started_ns >= since) &&
		(until === undefined || header.started_ns < until) &&
		(principals === undefined || principals.includes(header.principal.id)) &&
		(servers === undefined || servers.includes(header.server.name))
	);
}
