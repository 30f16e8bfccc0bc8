import type { ServerIdentity } from '../../engine/session/types.ts';
import type { SessionReader } from '../record/types.ts';
import type { Refused } from '../refusals.ts';
import type { ProcessIdentity } from '../store/process-identity.ts';
import type { Row } from '../store/table.ts';
import type { Connector } from '../transport/types.ts';
import type { ServerCredentials } from '../upstream/types.ts';
import type { Identity } from './identify.ts';
import type { House } from './live-session.ts';
import type { Pins } from './pins.ts';

/** A server that clients can be connected to. */
export interface Served {
	readonly identity: ServerIdentity;
	readonly connector: Connector;
}

/** What is stored so that a session goes on after a restart of the gateway (contract §6 *Sessions*). */
export interface SessionBinding {
	readonly server: string;
	readonly issuer: string;
	readonly principal: string;
	/** How the upstream is found again; absent: it cannot be (stdio). */
	readonly upstream?: Readonly<Record<string, string>>;
	/** It is its principal's for this server, whatever a request names: the first one, or a further one. */
	readonly derived?: number;
	/** Where it is open, or was last. */
	readonly owner?: ProcessIdentity;
}

/** The part of the store's table that is needed here. */
export interface Bindings {
	get(id: string): Row<SessionBinding> | undefined;
	list(): Row<SessionBinding>[];
	put(id: string, binding: SessionBinding): Promise<void>;
	remove(id: string): Promise<boolean>;
}

export interface SessionLimits {
	readonly sessionsPerPrincipal: number;
	readonly streams: number;
	/** Server processes at once. */
	readonly children: number;
	readonly idleMs: number;
	/** How long calls in flight are waited for when their client has said its last word. */
	readonly graceMs: number;
}

export interface SessionsOptions {
	readonly house: House;
	readonly servers: ReadonlyMap<string, Served>;
	readonly identity: Identity;
	readonly reader: SessionReader;
	readonly bindings: Bindings;
	readonly pins: Pins;
	/** The gateway's own credentials, by server. */
	readonly credentials?: ReadonlyMap<string, ServerCredentials>;
	/** Told what somebody known was refused. */
	readonly refusals?: { refused(refused: Refused): void };
	readonly limits: SessionLimits;
	readonly keepAliveMs: number;
}
