import { randomBytes } from 'node:crypto';
import { readFrames } from '../../engine/frame/read.ts';
import type { RecordingHeader } from '../../engine/recording/lines.ts';
import { SessionState } from '../../engine/session/state.ts';
import type { ClientTransport, Principal, ServerIdentity } from '../../engine/session/types.ts';
import type { SubjectToken } from '../identity/subject-token.ts';
import { mirroredIn } from '../mirrored-headers.ts';
import type { SessionReader } from '../record/types.ts';
import { type ProcessIdentity, thisProcess } from '../store/process-identity.ts';
import type { Row } from '../store/table.ts';
import { publish } from '../telemetry/channels.ts';
import { rejectExchange, UpstreamError } from '../transport/errors.ts';
import type { Caller, Connector, Exchange, Front, Rejection, WireFrame } from '../transport/types.ts';
import type { ServerCredentials } from '../upstream/types.ts';
import { type Admitted, type Identity, identify } from './identify.ts';
import { type House, LiveSession } from './live-session.ts';
import type { Pins } from './pins.ts';
import { Traffic } from './traffic.ts';

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
	/** Where it is open, or was last. */
	readonly owner?: ProcessIdentity;
}

/** The part of the store's table that is needed here. */
export interface Bindings {
	get(id: string): Row<SessionBinding> | undefined;
	put(id: string, binding: SessionBinding): Promise<void>;
	remove(id: string): Promise<boolean>;
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
	readonly limits: {
		readonly sessionsPerPrincipal: number;
		readonly streams: number;
		/** Server processes at once. */
		readonly children: number;
		readonly idleMs: number;
		/** How long calls in flight are waited for when their client has said its last word. */
		readonly graceMs: number;
	};
	readonly keepAliveMs: number;
}

interface Open {
	readonly traffic: Traffic;
	readonly session: LiveSession;
	lastNs: bigint;
}

/** As much of a session as the limits look at. */
type Place = Pick<RecordingHeader, 'principal' | 'server'>;

type Found = { readonly open: Open } | Rejection;

/** Headers of the client that reach the upstream (contract §6). */
const CROSSING = ['accept', 'mcp-protocol-version', 'last-event-id', 'traceparent', 'tracestate'];

/** How often a session that is to end looks whether calls are still in flight, ms. */
const ANSWER_POLL_MS = 10;

/** The front door: who calls, which session is it, and then everything goes through that session's gate. */
export class Sessions implements Front {
	readonly #options: SessionsOptions;
	readonly #open = new Map<string, Open>();
	/** Sessions that are on their way to `#open`. */
	readonly #starting = new Set<Place>();
	readonly #owner = thisProcess();
	/** Sessions that are being closed: their binding is still there, and must not bring them back. */
	readonly #closing = new Set<string>();
	/** One resumption at a time for a session. */
	readonly #resuming = new Map<string, Promise<Found>>();
	#draining = false;
	/** Client frames that are being dealt with; held ones among them. */
	#passing = 0;
	#sweep: (() => void) | undefined;

	constructor(options: SessionsOptions) {
		this.#options = options;
		this.#scheduleSweep();
	}

	get count(): number {
		return this.#open.size;
	}

	async frame(caller: Caller, sessionId: string | undefined, frame: WireFrame, exchange: Exchange): Promise<void> {
		this.#passing++;
		try {
			const who = await this.#identify(caller);
			if ('status' in who) return await this.#reject(exchange, caller, who);
			const found =
				sessionId === undefined
					? await this.#first(caller, who.principal, frame)
					: await this.#find(sessionId, caller, who.principal);
			if ('status' in found) return await this.#reject(exchange, caller, found);
			const { open } = found;
			open.lastNs = this.#options.house.clock.now();
			open.session.bearer = who.subject;
			const isNew = sessionId === undefined;
			const announce = isNew ? { 'mcp-session-id': open.session.header.id } : undefined;
			const mirrored = mirroredIn(caller.headers);
			const passage = await open.traffic.fromClient(
				frame,
				exchange,
				who.principal,
				crossing(caller),
				announce,
				mirrored,
			);
			if (isNew && passage.do === 'answer') await this.#close(open, 'refused');
		} catch (error) {
			publish('trouble', {
				code: 'ERR_INTERNAL',
				message: error instanceof Error ? (error.stack ?? error.message) : String(error),
			});
			await rejectExchange(exchange, {
				status: 500,
				code: 'ERR_INTERNAL',
				message: 'something went wrong in the gateway; its operator finds it in the log',
			}).catch(() => {});
		} finally {
			this.#passing--;
		}
	}

	async attach(caller: Caller, exchange: Exchange): Promise<{ session: string } | Rejection> {
		const who = await this.#identify(caller);
		if ('status' in who) return this.#refused(caller, who);
		const opened = await this.#start(caller, who.principal);
		if ('status' in opened) return this.#refused(caller, opened);
		opened.open.traffic.client.socket = exchange;
		opened.open.session.bearer = who.subject;
		return { session: opened.open.session.header.id };
	}

	async listen(
		caller: Caller,
		sessionId: string | undefined,
		lastEventId: string | undefined,
		exchange: Exchange,
	): Promise<void> {
		try {
			const who = await this.#identify(caller);
			if ('status' in who) return await this.#reject(exchange, caller, who);
			if (sessionId === undefined) return await this.#reject(exchange, caller, NO_SESSION);
			const found = await this.#find(sessionId, caller, who.principal);
			if ('status' in found) return await this.#reject(exchange, caller, found);
			found.open.session.bearer = who.subject;
			const resume = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
			await found.open.traffic.listen(exchange, { ...crossing(caller), ...resume });
		} catch (error) {
			const end = error instanceof UpstreamError ? error : undefined;
			await this.#reject(exchange, caller, {
				status: end?.status ?? 500,
				code: end?.code ?? 'ERR_INTERNAL',
				message: end?.message ?? 'something went wrong in the gateway',
			});
		}
	}

	async end(
		caller: Caller,
		sessionId: string | undefined,
		reason: 'delete' | 'gone',
	): Promise<Rejection | { status: number }> {
		const who = await this.#identify(caller);
		if ('status' in who) return this.#refused(caller, who);
		if (sessionId === undefined) return this.#refused(caller, NO_SESSION);
		const found = await this.#find(sessionId, caller, who.principal);
		if ('status' in found) return this.#refused(caller, found);
		if (reason === 'gone') await this.#answered(found.open);
		await this.#close(found.open, reason === 'delete' ? 'ended by the client' : 'the client went away');
		return { status: 200 };
	}

	/** Who has closed its side of a pipe may still read: what it asked for is answered, within the grace. */
	async #answered({ traffic }: Open): Promise<void> {
		const { clock } = this.#options.house;
		const end = clock.now() + BigInt(this.#options.limits.graceMs) * 1_000_000n;
		const waits = () => traffic.flights.all().some(({ ids }) => ids.size > 0);
		while (traffic.client.socket?.gone === false && waits() && clock.now() < end) {
			await new Promise<void>((resolve) => clock.after(ANSWER_POLL_MS, resolve));
		}
	}

	/** No new sessions; holds become tickets. */
	drain(): void {
		this.#draining = true;
		for (const { session } of this.#open.values()) session.hold.shutdown();
	}

	/** Client frames on their way and requests that wait for their server's answer, over all sessions. */
	get inFlight(): number {
		let count = this.#passing;
		for (const { traffic } of this.#open.values()) for (const flight of traffic.flights.all()) count += flight.ids.size;
		return count;
	}

	/** Leaves every session as it is in the store, so that clients of HTTP upstreams can go on after a restart. */
	async close(): Promise<void> {
		this.drain();
		this.#sweep?.();
		// All at once: each child process may take seconds to go.
		await Promise.all(
			[...this.#open.values()].map((open) => {
				const stays = this.#options.bindings.get(open.session.header.id)?.value.upstream !== undefined;
				return stays ? open.traffic.suspend() : this.#close(open, 'the gateway stopped');
			}),
		);
		this.#open.clear();
	}

	// Finding and opening.

	async #identify(caller: Caller): Promise<Admitted | Rejection> {
		if (!this.#options.servers.has(caller.server)) {
			return { status: 404, code: 'ERR_SERVER_UNKNOWN', message: `no server \`${caller.server}\` is configured here` };
		}
		return await identify(caller, this.#options.identity);
	}

	/** Without a session id, only `initialize` opens a session; whatever else comes is refused, on the record. */
	async #first(caller: Caller, principal: Principal, frame: WireFrame): Promise<Found> {
		const read = readFrames(frame.bytes, { limits: this.#options.house.limits, batches: true });
		const proper =
			read.ok &&
			!(read.frames.length === 1 && read.frames[0]?.method === 'initialize' && read.frames[0].kind === 'request');
		if (proper) return NO_SESSION;
		return await this.#start(caller, principal);
	}

	async #start(caller: Caller, principal: Principal): Promise<Found> {
		if (this.#draining) return DRAINING;
		const served = this.#options.servers.get(caller.server)!;
		const place: Place = { principal, server: served.identity };
		const full = this.#full(place);
		if (full !== undefined) return full;
		this.#starting.add(place);
		try {
			return await this.#begin(caller, principal, served);
		} finally {
			this.#starting.delete(place);
		}
	}

	/** No more of this kind at once; those that are being opened are counted too. */
	#full({ principal, server }: Place): Rejection | undefined {
		const all: Place[] = [...[...this.#open.values()].map(({ session }) => session.header), ...this.#starting];
		const mine = all.filter((place) => samePrincipal(place.principal, principal)).length;
		if (mine >= this.#options.limits.sessionsPerPrincipal) {
			return {
				status: 429,
				code: 'ERR_LIMIT_SESSIONS',
				message: `this principal has ${mine} sessions open, which is the limit`,
			};
		}
		const children = all.filter((place) => place.server.transport === 'stdio').length;
		if (server.transport !== 'stdio' || children < this.#options.limits.children) return undefined;
		return {
			status: 429,
			code: 'ERR_LIMIT_CHILDREN',
			message: `${children} server processes run, which is the limit`,
		};
	}

	async #begin(caller: Caller, principal: Principal, served: Served): Promise<Found> {
		const { house, pins } = this.#options;
		const id = randomBytes(16).toString('hex');
		await house.recent.join(principal, id);
		const header: RecordingHeader = {
			version: 1,
			id,
			started_ns: house.clock.now(),
			server: served.identity,
			transport: caller.transport,
			principal,
			pins: pins.of(served.identity.name),
			detectors: house.policy().detector.version,
		};
		try {
			await house.recorder.open(header);
			await this.#options.bindings.put(id, {
				server: served.identity.name,
				issuer: principal.issuer,
				principal: principal.id,
				owner: this.#owner,
			});
		} catch {
			void house.recent.leave(principal, id);
			return {
				status: 503,
				code: 'ERR_RECORD_FAILED',
				message: 'this gateway cannot record at the moment, and without a record nothing goes on',
			};
		}
		publish('session', { id, server: served.identity.name, what: 'opened' });
		return { open: this.#keep(header, new SessionState(header), served, caller.transport) };
	}

	#keep(header: RecordingHeader, state: SessionState, served: Served, transport: ClientTransport): Open {
		const { house, keepAliveMs, limits } = this.#options;
		const session = new LiveSession({ ...header, transport }, state, house);
		const credentials = this.#options.credentials
			?.get(served.identity.name)
			?.of(() => ({ issuer: header.principal.issuer, id: header.principal.id, ...subjectOf(session) }));
		const traffic = new Traffic(session, served.connector, {
			clock: house.clock,
			keepAliveMs,
			streams: limits.streams,
			onOver: (why) => void this.#close(open, why),
			onBinding: async (upstream) => {
				const { server, principal } = header;
				await this.#options.bindings.put(header.id, {
					server: server.name,
					issuer: principal.issuer,
					principal: principal.id,
					upstream,
					owner: this.#owner,
				});
			},
			...(credentials && { credentials }),
			onListed: (tools) => this.#options.pins.see(served.identity.name, header.id, tools),
		});
		const open: Open = { traffic, session, lastNs: house.clock.now() };
		this.#open.set(header.id, open);
		return open;
	}

	/** A session by the id that a client names. Another principal's is unknown (404), like one that never was. */
	async #find(id: string, caller: Caller, principal: Principal): Promise<Found> {
		// Being resumed is not open yet: what is half there must not be used.
		const open = this.#resuming.has(id) ? undefined : this.#open.get(id);
		if (this.#closing.has(id)) return UNKNOWN_SESSION;
		// A gateway that stops only lets go of it: after the restart it goes on.
		if (open?.traffic.over) return this.#draining ? DRAINING : UNKNOWN_SESSION;
		if (open !== undefined) {
			const mine =
				samePrincipal(open.session.header.principal, principal) && open.session.header.server.name === caller.server;
			return mine ? { open } : UNKNOWN_SESSION;
		}
		const row = this.#options.bindings.get(id)?.value;
		if (
			row === undefined ||
			row.server !== caller.server ||
			row.issuer !== principal.issuer ||
			row.principal !== principal.id
		)
			return UNKNOWN_SESSION;
		let resuming = this.#resuming.get(id);
		if (resuming === undefined) {
			resuming = this.#resume(id, row, caller).finally(() => this.#resuming.delete(id));
			this.#resuming.set(id, resuming);
		}
		return await resuming;
	}

	/** After a restart: the facts come from snapshot and record, the upstream from its binding. */
	async #resume(id: string, row: SessionBinding, caller: Caller): Promise<Found> {
		const { reader, house } = this.#options;
		const header = await reader.header(id);
		const served = this.#options.servers.get(row.server);
		if (header === undefined || served === undefined) return UNKNOWN_SESSION;
		const state = await house.snapshots.recall(header, reader);
		if (this.#draining) return DRAINING;
		// First what the record says of it, then is it ours.
		await house.recent.join(header.principal, id, true);
		await this.#options.bindings.put(id, { ...row, owner: this.#owner });
		const open = this.#keep(header, state, served, caller.transport);
		if (row.upstream === undefined) {
			await this.#close(open, 'the server process ended with the gateway');
			return UNKNOWN_SESSION;
		}
		try {
			await this.#goOn(open, row.upstream);
		} catch (error) {
			// The next frame tries again, from the record.
			this.#open.delete(id);
			throw error;
		}
		publish('session', { id, server: row.server, what: 'resumed' });
		return { open };
	}

	async #goOn(open: Open, upstream: Readonly<Record<string, string>>): Promise<void> {
		const { state } = open.session;
		// Their answers stood on connections that are gone with the old process.
		for (const request of [...state.pending('client'), ...state.pending('server')]) {
			state.forget(request.seq);
			await open.session.record([
				{
					type: 'event',
					...open.session.mark(),
					event: 'undelivered',
					of: request.seq,
					detail: { why: 'the gateway was restarted' },
				},
			]);
		}
		await open.session.record([{ type: 'event', ...open.session.mark(), event: 'resumed' }]);
		await open.traffic.open(upstream);
	}

	async #close(open: Open, why: string): Promise<void> {
		const { id, server } = open.session.header;
		if (!this.#open.delete(id)) return;
		this.#closing.add(id);
		await open.traffic.close(why).catch(() => {});
		await open.session
			.record([{ type: 'event', ...open.session.mark(), event: 'closed', detail: { why } }])
			.catch(() => {});
		const { recent, snapshots } = this.#options.house;
		// Before the binding goes: without it nobody looks into the record for what was not written yet.
		await recent.leave(open.session.header.principal, id);
		await Promise.all([this.#options.bindings.remove(id), snapshots.remove(id)]).catch(() => {});
		this.#closing.delete(id);
		publish('session', { id, server: server.name, what: 'closed', why });
	}

	#scheduleSweep(): void {
		const { house, limits } = this.#options;
		this.#sweep = house.clock.after(Math.min(limits.idleMs, 60_000), () => {
			const now = house.clock.now();
			for (const open of [...this.#open.values()]) {
				if (open.traffic.client.socket !== undefined || open.traffic.flights.all().length > 0) continue;
				if (now - open.lastNs > BigInt(limits.idleMs) * 1_000_000n) void this.#close(open, 'idle for too long');
			}
			this.#scheduleSweep();
		});
	}

	#refused(caller: Caller, rejection: Rejection): Rejection {
		publish('refusal', {
			code: rejection.code,
			server: caller.server,
			remote: caller.transport.remote,
			status: rejection.status,
		});
		return rejection;
	}

	async #reject(exchange: Exchange, caller: Caller, rejection: Rejection): Promise<void> {
		await rejectExchange(exchange, this.#refused(caller, rejection)).catch(() => {});
	}
}

const NO_SESSION: Rejection = {
	status: 400,
	code: 'ERR_SESSION_MISSING',
	message: 'send `initialize` first, and its `Mcp-Session-Id` with everything that follows',
};
const DRAINING: Rejection = { status: 503, code: 'ERR_DRAINING', message: 'the gateway is stopping' };
const UNKNOWN_SESSION: Rejection = {
	status: 404,
	code: 'ERR_SESSION_UNKNOWN',
	message: 'no such session: start anew with `initialize`',
};

function samePrincipal(a: Principal, b: Principal): boolean {
	return a.issuer === b.issuer && a.id === b.id;
}

/** Whose token an exchange may show; none: then it is refused. */
function subjectOf({ bearer }: LiveSession): { subject?: SubjectToken } {
	return bearer === undefined ? {} : { subject: bearer };
}

function crossing(caller: Caller): Record<string, string> {
	const headers: Record<string, string> = {};
	for (const name of CROSSING) {
		const value = caller.headers[name];
		if (value !== undefined) headers[name] = value;
	}
	return headers;
}
