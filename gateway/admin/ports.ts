import type { HoldDemand } from '../../engine/policy/judgement.ts';
import type { RuleInfo } from '../../engine/policy/types.ts';
import type { Line, RecordingHeader } from '../../engine/recording/lines.ts';
import type { Principal } from '../../engine/session/types.ts';

/** What a token lets its holder do; a token has one (contract §4). */
export type Role = 'agent' | 'approver' | 'auditor' | 'admin';

/** Who calls the API. */
export interface Holder {
	readonly principal: Principal;
	readonly role: Role;
	/** All that they have, where there are several; `role` is the first. */
	readonly roles?: readonly Role[];
}

/** Who holds this bearer token; undefined for one that is unknown, expired or revoked. */
export type VerifyToken = (token: string) => Promise<Holder | undefined> | Holder | undefined;

/** Says why a request with these `Host` and `Origin` headers must not be served; the data path has the same check. */
export type OriginCheck = (
	host: string | undefined,
	origin: string | undefined,
) => { readonly status: number; readonly code: string; readonly message: string } | undefined;

/** Row of the list of sessions. */
export interface SessionRow {
	readonly id: string;
	readonly started_ns: bigint;
	readonly server: string;
	readonly principal: string;
	readonly protocol?: string;
	readonly frames: number;
	readonly verdicts: Readonly<Record<string, number>>;
	readonly last_t: number;
	readonly closed: boolean;
}

/** Recorded sessions, for reading. */
export interface SessionSource {
	sessions(filter?: { readonly server?: string; readonly principal?: string }): AsyncIterable<SessionRow>;
	header(session: string): Promise<RecordingHeader | undefined>;
	/** In `seq` order. */
	lines(session: string, from?: number): AsyncIterable<Line>;
}

/** One held request, as approvers see it. Times are Unix time, ns. */
export interface HeldRequest {
	readonly id: string;
	readonly state: string;
	readonly principal: Principal;
	readonly server: string;
	readonly method: string;
	readonly tool?: string;
	readonly session: string;
	readonly seq: number;
	readonly demands: readonly HoldDemand[];
	/** The arguments as exact text, masked spans described. */
	readonly shown: string;
	readonly votes: readonly {
		readonly by: string;
		readonly human: string;
		readonly vote: 'approve' | 'deny';
		readonly reason?: string;
		readonly at: bigint;
	}[];
	readonly created: bigint;
	readonly expiresAt: bigint;
	readonly grant?: { readonly expiresAt: bigint; readonly usedAt?: bigint };
}

/** Where held requests are looked at and decided. The `ApprovalBroker` is one. */
export interface ApprovalDesk {
	list(filter?: { readonly state?: string }): Promise<readonly HeldRequest[]>;
	get(id: string): Promise<HeldRequest | undefined>;
	/** Counts the vote of a human, or rejects with a `SluiceError` that says why it does not count. */
	vote(id: string, voter: Principal, role: Role, vote: 'approve' | 'deny', reason?: string): Promise<HeldRequest>;
}

/** The policy in force. */
export interface PolicyControl {
	status(): {
		readonly revision: string;
		readonly since: bigint;
		readonly origin: string;
		readonly signature: 'none' | 'verified';
		readonly compiler: string;
		readonly rules: readonly RuleInfo[];
		readonly problem?: { readonly outcome: string; readonly message: string; readonly missing?: readonly string[] };
		/** Judged beside it, if one is configured. */
		readonly candidate?: {
			readonly origin: string;
			readonly revision?: string;
			readonly since?: bigint;
			readonly problem?: { readonly message: string };
		};
	};
	reload(options: { readonly force: boolean }): Promise<{
		readonly outcome: 'loaded' | 'unchanged' | 'waiting' | 'failed';
		readonly revision: string;
		readonly message?: string;
		readonly missing?: readonly string[];
	}>;
}

/** A tool of a server. Times are Unix time, ns. */
export interface PinnedTool {
	readonly server: string;
	readonly tool: string;
	readonly status: 'same' | 'changed' | 'new' | 'vanished';
	readonly pin?: {
		readonly hash: string;
		readonly session: string;
		readonly at?: bigint;
		readonly accepted?: { readonly by: { readonly issuer: string; readonly id: string }; readonly at: bigint };
	};
	readonly seen?: { readonly hash: string; readonly at: bigint; readonly session: string };
}

/** With its definitions; without `text` one is too long to be kept. */
export interface ToolDefinitions extends PinnedTool {
	readonly pinnedText?: { readonly length: number; readonly text?: string };
	readonly seenText?: { readonly length: number; readonly text?: string };
}

/** A pin that was moved; `from` is `to` where it was confirmed. */
export interface AcceptedTool {
	readonly server: string;
	readonly tool: string;
	readonly from?: string;
	readonly to: string;
}

/** Where tool definitions are looked at and accepted. Throws a `SluiceError` for what is not there or has changed. */
export interface ToolDesk {
	list(server?: string): readonly PinnedTool[];
	get(server: string, tool: string): ToolDefinitions;
	/** Undefined: it was accepted already. */
	accept(server: string, tool: string, by: Principal, hash?: string): Promise<AcceptedTool | undefined>;
}

/** Judges recorded sessions for those who hold no key of the store. */
export interface JudgementDesk {
	/** What can be asked for. */
	readonly kinds: readonly string[];
	/** Largest body of a request, bytes. */
	readonly bodyLimit: number;
	/** @throws {SluiceError} when the body is no such request, or somebody else's is under way */
	admit(
		by: Principal,
		kind: string,
		body: unknown,
	): {
		/** The answer: lines as they come, the last of them a result or an `error` that is anything thrown. */
		readonly lines: AsyncIterable<object>;
		/** Nobody waits for it any more. */
		end(): void;
	};
}

/** Somebody's connection to a server that is used in their name. Times are Unix time, ns. */
export interface Connection {
	readonly id: string;
	readonly server: string;
	/** The authorization server. */
	readonly issuer: string;
	readonly resource: string;
	readonly scope: string;
	readonly principal: { readonly issuer: string; readonly id: string };
	readonly created: bigint;
	readonly renewed: bigint;
	/** When it ends by itself; absent: it renews itself. */
	readonly expires?: bigint;
}

/** Whose connection it is. */
interface Connecting {
	readonly issuer: string;
	readonly id: string;
}

/** Where people connect themselves to servers. */
export interface ConnectDesk {
	/** How browsers reach this address; from the configuration. */
	readonly url: () => string;
	/** Whose token this is, one for calling the server or one of staff: the same person either way. undefined: nobody's. */
	who(token: string, server: string): Promise<{ readonly principal: Connecting } | undefined>;
	readonly connections: {
		/** Names of the servers that people connect themselves to. */
		readonly servers: readonly string[];
		/** What somebody would allow. */
		ask(
			server: string,
			who: Connecting,
		): Promise<{
			readonly server: string;
			readonly resource: string;
			readonly issuer: string;
			readonly scope: string;
			/** Names this question; good for one answer. */
			readonly handle: string;
			readonly present?: Connection;
		}>;
		/** They allow it: where their browser goes, and what it must bring back. */
		allow(server: string, handle: string): Promise<{ readonly url: string; readonly browser: string }>;
		/** They end it. */
		disconnect(server: string, handle: string): Promise<void>;
		finish(server: string, query: URLSearchParams, browser: string | undefined): Promise<Connection>;
		/** All of them; `of`: one principal's. */
		list(of?: Connecting): readonly Connection[];
		remove(id: string, by: Connecting): Promise<Connection>;
	};
}

/** What `/readyz` asks (contract §4 *Health*). */
export interface Readiness {
	/** A policy is in force. */
	readonly policy: boolean;
	/** The recorder can write, or may fail (`best-effort`). */
	readonly recorder: boolean;
	/** The gateway is stopping. */
	readonly draining: boolean;
}

/** Numbers for `/metrics`. */
export interface MetricsText {
	readonly contentType: string;
	text(): Promise<string>;
}

export type { FindingCover } from '../../engine/cover.ts';

/** Somebody read bytes as they were received. It is recorded before they leave. */
export interface ReceivedRead {
	readonly by: Holder;
	readonly session: string;
	/** First and last `seq` of what is shown. */
	readonly from: number;
	readonly to: number;
}
