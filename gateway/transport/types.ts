import type { ClientTransport } from '../../engine/session/types.ts';
import type { Credentials, OnBehalf } from './credentials.ts';

/** One frame's bytes as they came from a wire, and the transport facts that are recorded with it. */
export interface WireFrame {
	readonly bytes: Buffer;
	/** e.g. `{ exchange: 3, sse_id: "…", newline: "\r\n" }` */
	readonly wire?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * CLIENT SIDE. A `Listener` accepts clients over one transport and hands what they send to a `Front`;
 * it knows nothing of policy, sessions' contents or upstreams.
 */
export interface Listener {
	/** Stops accepting; ends what is open within `graceMs`. */
	close(graceMs: number): Promise<void>;
}

/** Where one client frame came in, and where its answers go: an HTTP POST, or the whole socket / pipe. */
export interface Exchange {
	/** Unique within the listener, from 1, rising. The same one for all frames of a socket or pipe (1 there). */
	readonly number: number;
	/** Commits to an event stream, where the transport has the choice (HTTP: SSE headers now, `headers` among them). Idempotent. */
	stream(headers?: Readonly<Record<string, string>>): void;
	/** One message to the client on this exchange. `meta` is SSE framing to pass on. Resolves when handed to the OS; rejects when the client is gone. */
	send(bytes: Buffer, meta?: SseMeta): Promise<void>;
	/**
	 * The last thing on this exchange: a JSON body, a final event, or nothing (202). Closes an HTTP response; on a
	 * socket or pipe, which carries many answers, it is `send` (or nothing, without bytes).
	 */
	end(
		bytes?: Buffer,
		options?: { status?: number; meta?: SseMeta; headers?: Readonly<Record<string, string>> },
	): Promise<void>;
	/** A comment, a ping: whatever keeps the wire warm without being a frame. */
	keepAlive(): void;
	/** Ends the connection itself: a socket or pipe whose session is over. HTTP: cuts the response short. */
	disconnect(why: string): void;
	/** true once the client has gone away. */
	readonly gone: boolean;
	onGone(listener: () => void): void;
}

export interface SseMeta {
	/** 1–256 visible ASCII characters */
	readonly id?: string;
	/** ms */
	readonly retry?: number;
	/** no frame: an event with an id (and empty data) only */
	readonly empty?: true;
}

/** What a listener knows of who is calling before anything is judged. */
export interface Caller {
	readonly server: string;
	readonly transport: ClientTransport;
	/** Lower-case names, last value; repeated ones were refused. */
	readonly headers: Readonly<Record<string, string>>;
	/** `authorization` bearer token, if any; stripped from `headers`. */
	readonly token?: string;
	/** The process's own user, for stdio. */
	readonly osUser?: string;
	/** The client's certificate, verified in the TLS handshake. */
	readonly certificate?: PeerCertificate;
}

/** What a verified client certificate says. */
export interface PeerCertificate {
	/** Attributes of the subject in their order. */
	readonly subject: readonly (readonly [type: string, value: string])[];
	/** Alternative names with their kind: `URI:…`, `DNS:…`, `email:…`. */
	readonly names: readonly string[];
	/** SHA-256 of the certificate, hexadecimal. */
	readonly fingerprint: string;
	/** Unix time, ns. */
	readonly expires: bigint;
}

/** A refusal on HTTP level (or a close on a socket), in the gateway's own words. */
export interface Rejection {
	readonly status: number;
	readonly code: string;
	readonly message: string;
	readonly headers?: Readonly<Record<string, string>>;
}

/** The door of the house for listeners. Implemented by `gateway/sessions/`. */
export interface Front {
	/**
	 * A client frame. `sessionId` is what the client says (HTTP header) or undefined; socket transports pass the
	 * session that `attach` gave. Resolves when the frame is dealt with as far as the exchange is concerned;
	 * never rejects.
	 */
	frame(caller: Caller, sessionId: string | undefined, frame: WireFrame, exchange: Exchange): Promise<void>;
	/** A socket or pipe opened: one session for its whole life. */
	attach(caller: Caller, exchange: Exchange): Promise<{ readonly session: string } | Rejection>;
	/**
	 * May this caller use this session (undefined: any session)? For transports that answer a frame's sender before
	 * the frame is dealt with.
	 */
	admit(caller: Caller, sessionId: string | undefined): Promise<Rejection | undefined>;
	/** GET on Streamable HTTP: a stand-alone stream from server to client. */
	listen(
		caller: Caller,
		sessionId: string | undefined,
		lastEventId: string | undefined,
		exchange: Exchange,
	): Promise<void>;
	/** DELETE, or (`gone`, from the listener itself: no credential is asked for) socket or stream closed, stdin ended. */
	end(
		caller: Caller,
		sessionId: string | undefined,
		reason: 'delete' | 'gone',
	): Promise<Rejection | { readonly status: number }>;
}

/**
 * SERVER SIDE. A `Connector` opens one upstream for one session (never shared).
 */
export interface Connector {
	readonly kind: 'stdio' | 'http' | 'sse' | 'ws';
	/** `resume`: what `Upstream.binding` said before a restart of the gateway; undefined: a new one. Rejects with `UpstreamError`. */
	open(
		events: UpstreamEvents,
		resume?: Readonly<Record<string, string>>,
		/** what the session's requests are sent with, beside what is configured (HTTP) */
		credentials?: Credentials,
	): Promise<Upstream>;
	close(): Promise<void>;
}

export interface UpstreamEvents {
	/** A frame from the server. `exchange`: the number given to `send`, when the transport knows to which request's response it belongs (HTTP). Frames of one stream are handed over one after the other: the next when this resolves (back-pressure). */
	frame(
		frame: WireFrame,
		at: {
			readonly exchange?: number;
			readonly sse?: SseMeta;
			/** one event of a stream, others may follow; false: the whole body of a response */
			readonly streaming: boolean;
			/** HTTP status when it is not 200: a 4xx whose body is a JSON-RPC message */
			readonly status?: number;
		},
	): Promise<void>;
	/** SSE framing without a frame (priming event, retry). */
	framing(meta: SseMeta, at: { readonly exchange?: number }): void;
	/** The response to `exchange` is over: `ok` after a complete one (202, JSON body, end of stream). */
	done(exchange: number, end: UpstreamEnd): void;
	/** stderr line of a child. */
	stderr(line: string): void;
	/** The upstream as a whole is gone (child ended, socket closed, session unknown to it). */
	closed(why: string): void;
}

export type UpstreamEnd =
	| { readonly ok: true; readonly status: number }
	/** `status` as the client should see it (4xx kept, 401/403/3xx/5xx → 502). */
	| {
			readonly ok: false;
			readonly status: number;
			readonly code: string;
			readonly message: string;
			readonly headers?: Readonly<Record<string, string>>;
	  };

export interface Upstream {
	/** What must be stored to find this upstream again after a restart (`session` = upstream's Mcp-Session-Id); undefined: it cannot be (stdio). */
	readonly binding: Readonly<Record<string, string>> | undefined;
	/** Sends one frame; `on` is for the credentials. HTTP: a POST whose response arrives through events under `exchange`. Resolves when it was handed over (HTTP: response headers are there), rejects with `UpstreamError` when it surely was not delivered. */
	send(bytes: Buffer, exchange: number, headers: Readonly<Record<string, string>>, on?: OnBehalf): Promise<void>;
	/** Opens the stand-alone stream (HTTP GET), or resumes one with `Last-Event-ID`. No-op on sockets and pipes. Resolves with the HTTP status. */
	listen(exchange: number, headers: Readonly<Record<string, string>>, on?: OnBehalf): Promise<number>;
	/** The client gave up this exchange: stop reading its response. */
	abandon(exchange: number): void;
	/** DELETE upstream, or the stop ladder of a child (close stdin, 2 s, SIGTERM, 2 s, SIGKILL). */
	close(): Promise<void>;
}
