import type { Party } from '../frame/frame.ts';

/** Who stands behind a session (contract §2, `principal`). A principal is (issuer, id). */
export interface Principal {
	readonly id: string;
	readonly kind: 'human' | 'agent' | 'service' | 'anonymous';
	readonly issuer: string;
	readonly groups: readonly string[];
	readonly scopes: readonly string[];
	/** The human it acts for, if that is verified. */
	readonly human?: string;
	readonly on_behalf_of?: string;
	readonly claims: Readonly<Record<string, unknown>>;
}

export type TransportKind = 'stdio' | 'http' | 'sse' | 'ws';

/** The server a session is with, as configured. */
export interface ServerIdentity {
	readonly name: string;
	readonly labels: readonly string[];
	readonly transport: TransportKind;
}

/** How the client came. */
export interface ClientTransport {
	readonly kind: TransportKind;
	readonly remote: string;
}

/** `recent` of the input: same principal, all sessions and servers, within `policy.memory` (contract §2). */
export interface Recent {
	readonly labels: readonly string[];
	readonly calls: {
		readonly total: number;
		readonly last_minute: number;
		readonly by_server: Readonly<Record<string, number>>;
	};
}

/** What is known of a session from its start; the header line of a session file. */
export interface SessionOrigin {
	readonly id: string;
	/** Unix time, ns. */
	readonly started_ns: bigint;
	readonly server: ServerIdentity;
	readonly transport: ClientTransport;
	readonly principal: Principal;
	/**
	 * Tool name → hash of its definition that was pinned for this server when the session began. What is pinned
	 * later comes as an event (`engine/session/repinned.ts`).
	 */
	readonly pins?: Readonly<Record<string, string>>;
	/** Known before any frame only where a session file says so; else from `initialize`. */
	readonly client?: ClientIdentity;
	readonly protocol?: string;
}

/** What a client says of itself. Never a reason to allow. */
export interface ClientIdentity {
	readonly name: string;
	readonly version: string;
}

/**
 * Facts about one frame that are not in its bytes nor in earlier frames of the session. They are recorded
 * with the frame and read back when it is judged again, so a judgement is a pure function of the recording.
 */
export interface FrameFacts {
	/** ns since `started_ns`; never smaller than that of the frame before. */
	readonly t: number;
	readonly principal: Principal;
	/** Absent on hand-written recordings: then what this session alone says. */
	readonly recent?: Recent;
	/** `seq` of the request this frame answers, where the transport knows it (HTTP exchange). */
	readonly answers?: number;
}

/** The tool that a `tools/call` names. */
export interface CalledTool {
	readonly name: string;
	/** JSON text of `params.arguments`. */
	readonly arguments?: Buffer;
}

/** A request that went on and has not been answered yet. */
export interface PendingRequest {
	readonly seq: number;
	readonly from: Party;
	/** The id token as written. */
	readonly id: string;
	readonly method: string;
	/** The params as policy saw them: they are present on the answer too. */
	readonly params?: Buffer;
	readonly tool?: CalledTool;
	/** The revision that its own envelope names (2026-07-28 on); absent: it is the session's. */
	readonly protocol?: string;
	/** Who the client says it is in that envelope. */
	readonly client?: ClientIdentity;
}
