import type { Pool } from 'undici';
import type { Clock } from '../../clock.ts';
import { ENVELOPE_REVISIONS } from '../../revisions.ts';
import type { Credentials, OnBehalf } from '../credentials.ts';
import type { Upstream, UpstreamEvents } from '../types.ts';
import { type Call, type CallEvents, dispatch } from './call.ts';
import { crosses } from './headers.ts';

/** Where an upstream's requests go; the same for all sessions of one connector. */
export interface HttpTarget {
	readonly pool: Pool;
	readonly path: string;
	/** configured headers, flat: name, value, name, value */
	readonly headers: readonly string[];
	/** their names, lower-case */
	readonly configured: ReadonlySet<string>;
	/** asked for each request; absent: the configured headers are all there is */
	readonly credentials?: Credentials;
	/** bytes of one frame */
	readonly limit: number;
	readonly clock: Clock;
}

type Headers = Readonly<Record<string, string>>;

/** ms that a DELETE may take while the gateway ends a session. */
const farewell = 2_000;

/** One session with a server over Streamable HTTP. */
export class HttpUpstream implements Upstream {
	readonly #target: HttpTarget;
	readonly #events: UpstreamEvents;
	readonly #calls = new Map<number, Call>();
	#session: string | undefined;
	#protocol: string | undefined;
	#closed = false;

	constructor(target: HttpTarget, events: UpstreamEvents, resume?: Headers) {
		this.#target = target;
		this.#events = events;
		this.#session = resume?.session;
		this.#protocol = resume?.protocol;
	}

	get binding(): Headers {
		return {
			...(this.#session === undefined ? {} : { session: this.#session }),
			...(this.#protocol === undefined ? {} : { protocol: this.#protocol }),
		};
	}

	async send(bytes: Buffer, exchange: number, headers: Headers, on?: OnBehalf): Promise<void> {
		await this.#start('POST', exchange, headers, on, bytes);
	}

	listen(exchange: number, headers: Headers, on?: OnBehalf): Promise<number> {
		return this.#start('GET', exchange, headers, on);
	}

	abandon(exchange: number): void {
		this.#calls.get(exchange)?.abort();
		this.#calls.delete(exchange);
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		for (const call of this.#calls.values()) call.abort();
		this.#calls.clear();
		if (this.#session === undefined) return;
		const nobody: CallEvents = { frame: async () => {}, framing() {}, done() {}, session() {}, sessionUnknown() {} };
		const call = dispatch(this.#target, { method: 'DELETE', headers: this.#headers('DELETE', {}) }, nobody);
		const giveUp = this.#target.clock.after(farewell, () => call.abort());
		// A server that does not want the news (405, gone) is no reason for a session not to end.
		await call.started.catch(() => {});
		giveUp();
	}

	#start(
		method: 'POST' | 'GET',
		exchange: number,
		headers: Headers,
		on: OnBehalf | undefined,
		body?: Buffer,
	): Promise<number> {
		const events = this.#events;
		const session = sessionless(headers) ? undefined : this.#session;
		const call = dispatch(
			this.#target,
			{ method, on, headers: this.#headers(method, headers), ...(body === undefined ? {} : { body }) },
			{
				frame: (bytes, at) => {
					if (this.#protocol === undefined) this.#protocol = negotiated(bytes);
					return events.frame({ bytes, wire: at.wire }, { exchange, ...at.at });
				},
				framing: (meta) => events.framing(meta, { exchange }),
				done: (end) => {
					this.#calls.delete(exchange);
					events.done(exchange, end);
				},
				session: (id) => {
					if (!sessionless(headers)) this.#session ??= id;
				},
				sessionUnknown: () => {
					if (session !== undefined) events.closed('the server does not know the session any more');
				},
			},
		);
		this.#calls.set(exchange, call);
		call.started.catch(() => this.#calls.delete(exchange));
		return call.started;
	}

	#headers(method: 'POST' | 'GET' | 'DELETE', headers: Headers): string[] {
		const { configured } = this.#target;
		const out = [...this.#target.headers, 'accept-encoding', 'identity'];
		let accept = false;
		let type = false;
		let version = false;
		for (const name in headers) {
			if (!crosses(name) || configured.has(name)) continue;
			if (name === 'accept') accept = true;
			else if (name === 'content-type') {
				if (method !== 'POST') continue;
				type = true;
			} else if (name === 'mcp-protocol-version') version = true;
			out.push(name, headers[name]!);
		}
		if (method === 'POST') {
			if (!type) out.push('content-type', 'application/json');
			if (!accept) out.push('accept', 'application/json, text/event-stream');
		} else if (!accept && method === 'GET') out.push('accept', 'text/event-stream');
		if (!version && this.#protocol !== undefined) out.push('mcp-protocol-version', this.#protocol);
		if (this.#session !== undefined && !sessionless(headers)) out.push('mcp-session-id', this.#session);
		return out;
	}
}

/** From 2026-07-28 on there are no sessions, whatever else the connection is used for. */
function sessionless(headers: Headers): boolean {
	return ENVELOPE_REVISIONS.has(headers['mcp-protocol-version'] ?? '');
}

const protocolVersionKey = Buffer.from('"protocolVersion"');

/**
 * The revision that an answer to `initialize` settles on: every later request must name it (MCP 2025-11-25,
 * "Protocol Version Header"), and not every client transport has a header to take it from.
 */
function negotiated(bytes: Buffer): string | undefined {
	if (!bytes.includes(protocolVersionKey)) return undefined;
	try {
		const version = JSON.parse(bytes.toString())?.result?.protocolVersion;
		return typeof version === 'string' && /^\d{4}-\d\d-\d\d$/.test(version) ? version : undefined;
	} catch {
		return undefined;
	}
}
