import { readFrames } from '../../engine/frame/read.ts';
import type { Principal } from '../../engine/session/types.ts';
import { mirroredIn } from '../mirrored-headers.ts';
import { publish } from '../telemetry/channels.ts';
import { rejectExchange, UpstreamError } from '../transport/errors.ts';
import { unknownVersion } from '../transport/http/rejections.ts';
import type { Caller, Exchange, Front, Rejection, WireFrame } from '../transport/types.ts';
import { DerivedSessions } from './derived-sessions.ts';
import { eraOf } from './era.ts';
import { type Admitted, identify } from './identify.ts';
import { Leases } from './leases.ts';
import { type Found, type Open, OpenSessions } from './open-sessions.ts';
import type { SessionsOptions } from './options.ts';
import { watchPins } from './pin-watch.ts';
import { Probation } from './probation.ts';
import { NO_SESSION, UNKNOWN_SESSION } from './rejections.ts';
import { stepUp } from './step-up.ts';
import { sweep } from './sweep.ts';

export type { Bindings, Served, SessionBinding, SessionsOptions } from './options.ts';

/** Headers of the client that reach the upstream (contract §6). */
const CROSSING = ['accept', 'mcp-protocol-version', 'last-event-id', 'traceparent', 'tracestate'];

/** How often a session that is to end looks whether calls are still in flight, ms. */
const ANSWER_POLL_MS = 10;

/** The front door: who calls, which session is it, and then everything goes through that session's gate. */
export class Sessions implements Front {
	readonly #options: SessionsOptions;
	readonly #sessions: OpenSessions;
	readonly #derived: DerivedSessions;
	readonly #probation: Probation;
	readonly #leases: Leases;
	readonly #stopSweep: () => void;
	readonly #stopPins: () => void;
	/** Client frames that are being dealt with; held ones among them. */
	#passing = 0;

	constructor(options: SessionsOptions) {
		this.#options = options;
		this.#sessions = new OpenSessions(options);
		this.#derived = new DerivedSessions(this.#sessions, options.bindings);
		this.#probation = new Probation(this.#sessions, options.house.clock);
		this.#leases = new Leases(this.#sessions, options.house.clock);
		this.#stopSweep = sweep(this.#sessions, options.house.clock, options.limits.idleMs);
		this.#stopPins = watchPins(
			this.#sessions,
			options.pins,
			() => options.house.policy().revision,
			options.house.clock,
		);
	}

	get count(): number {
		return this.#sessions.count;
	}

	async frame(caller: Caller, sessionId: string | undefined, frame: WireFrame, exchange: Exchange): Promise<void> {
		this.#passing++;
		try {
			const who = await this.#identify(caller);
			if ('status' in who) return await this.#reject(exchange, caller, who);
			const short = stepUp(who, caller, frame.bytes, this.#options.identity, this.#options.house.limits);
			if (short !== undefined) return await this.#reject(exchange, caller, short, who.principal, frame.bytes);
			const found = await this.#sessionOf(caller, sessionId, frame, who.principal);
			if ('status' in found) return await this.#reject(exchange, caller, found, who.principal, frame.bytes);
			const { open, begins = false } = found;
			open.lastNs = this.#options.house.clock.now();
			open.session.bearer = who.subject;
			this.#leases.passing(exchange, who, open);
			const passage = await open.traffic.fromClient(frame, exchange, {
				principal: who.principal,
				...(who.subject && { bearer: who.subject }),
				headers: crossing(caller),
				...(caller.transport.kind === 'http' ? { mirrored: mirroredIn(caller.headers) } : {}),
				...(begins ? { announce: { 'mcp-session-id': open.session.header.id } } : {}),
			});
			if (begins && passage.do === 'answer') await this.#sessions.end(open, 'refused');
			if (open.derived > 0) this.#probation.look(open);
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
			this.#leases.passed(exchange);
			this.#passing--;
		}
	}

	async attach(caller: Caller, exchange: Exchange): Promise<{ session: string } | Rejection> {
		const who = await this.#identify(caller);
		if ('status' in who) return this.#refused(caller, who);
		const opened = await this.#sessions.start(caller, who.principal);
		if ('status' in opened) return this.#refused(caller, opened, who.principal);
		opened.open.traffic.client.socket = exchange;
		this.#leases.note(exchange, who);
		return { session: opened.open.session.header.id };
	}

	async admit(caller: Caller, sessionId: string | undefined): Promise<Rejection | undefined> {
		const who = await this.#identify(caller);
		if ('status' in who) return this.#refused(caller, who);
		const found = sessionId === undefined ? undefined : await this.#sessions.find(sessionId, caller, who.principal);
		return found !== undefined && 'status' in found ? this.#refused(caller, found, who.principal) : undefined;
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
			if (sessionId === undefined) return await this.#reject(exchange, caller, NO_SESSION, who.principal);
			const found = await this.#named(sessionId, caller, who.principal);
			if ('status' in found) return await this.#reject(exchange, caller, found, who.principal);
			found.open.session.bearer = who.subject;
			this.#leases.note(exchange, who);
			const resume = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
			await found.open.traffic.listen(exchange, { ...crossing(caller), ...resume }, who.subject);
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
		if (reason === 'gone') return await this.#left(sessionId);
		const who = await this.#identify(caller);
		if ('status' in who) return this.#refused(caller, who);
		if (sessionId === undefined) return this.#refused(caller, NO_SESSION, who.principal);
		const found = await this.#named(sessionId, caller, who.principal);
		if ('status' in found) return this.#refused(caller, found, who.principal);
		await this.#sessions.end(found.open, 'ended by the client');
		return { status: 200 };
	}

	/** A wire that is gone needs no credential any more: one that has expired meanwhile must not keep its session open. */
	async #left(sessionId: string | undefined): Promise<{ status: number }> {
		const open = this.#sessions.get(sessionId ?? '');
		if (open === undefined) return { status: 404 };
		await this.#answered(open);
		await this.#sessions.end(open, 'the client went away');
		return { status: 200 };
	}

	/** Who has closed its side of a pipe may still read: what it asked for is answered, within the grace. */
	async #answered({ traffic }: Open): Promise<void> {
		const { clock } = this.#options.house;
		const end = clock.now() + BigInt(this.#options.limits.graceMs) * 1_000_000n;
		const waits = () => traffic.flights.inFlight > 0;
		while (traffic.client.socket?.gone === false && waits() && clock.now() < end) {
			await new Promise<void>((resolve) => clock.after(ANSWER_POLL_MS, resolve));
		}
	}

	/** No new sessions; holds become tickets. */
	drain(): void {
		this.#sessions.drain();
		for (const { session } of this.#sessions.all()) session.hold.shutdown();
	}

	/** Client frames on their way and requests that wait for their server's answer, over all sessions. */
	get inFlight(): number {
		let count = this.#passing;
		for (const { traffic } of this.#sessions.all()) count += traffic.flights.inFlight;
		return count;
	}

	/** Leaves every session as it is in the store, so that clients of HTTP upstreams can go on after a restart. */
	async close(): Promise<void> {
		this.drain();
		this.#stopSweep();
		this.#leases.stop();
		this.#stopPins();
		await this.#sessions.leave();
	}

	async #identify(caller: Caller): Promise<Admitted | Rejection> {
		if (!this.#options.servers.has(caller.server)) {
			return { status: 404, code: 'ERR_SERVER_UNKNOWN', message: `no server \`${caller.server}\` is configured here` };
		}
		return await identify(caller, this.#options.identity);
	}

	/** `begins`: it was opened for this frame, which is its handshake. */
	async #sessionOf(
		caller: Caller,
		sessionId: string | undefined,
		frame: WireFrame,
		principal: Principal,
	): Promise<{ readonly open: Open; readonly begins?: boolean } | Rejection> {
		if (caller.transport.kind === 'http') {
			const era = eraOf(frame.bytes, caller.headers['mcp-protocol-version'], this.#options.house.limits);
			if (era === 'unknown') return unknownVersion;
			// A session id has no meaning there (MCP 2026-07-28, "Earlier Streamable HTTP Revisions").
			if (era === 'envelope')
				return await this.#derived.find(caller, principal, ({ traffic }) => !traffic.blocks(frame.bytes));
		}
		if (sessionId !== undefined) return await this.#named(sessionId, caller, principal);
		const found = await this.#first(caller, principal, frame);
		return 'open' in found ? { ...found, begins: true } : found;
	}

	/** By the id that a client names; a derived session has none that could be named. */
	async #named(id: string, caller: Caller, principal: Principal): Promise<Found> {
		const found = await this.#sessions.find(id, caller, principal);
		return 'open' in found && found.open.derived > 0 ? UNKNOWN_SESSION : found;
	}

	/** Without a session id, only `initialize` opens a session; whatever else comes is refused, on the record. */
	async #first(caller: Caller, principal: Principal, frame: WireFrame): Promise<Found> {
		const read = readFrames(frame.bytes, { limits: this.#options.house.limits, batches: true });
		const proper =
			read.ok &&
			!(read.frames.length === 1 && read.frames[0]?.method === 'initialize' && read.frames[0].kind === 'request');
		if (proper) return NO_SESSION;
		return await this.#sessions.start(caller, principal);
	}

	#refused(caller: Caller, rejection: Rejection, principal?: Principal, bytes?: Buffer): Rejection {
		const { code, status } = rejection;
		const what = { code, status, server: caller.server, remote: caller.transport.remote };
		publish('refusal', { ...what, ...(principal && { recorded: true }) });
		if (principal !== undefined) this.#options.refusals?.refused({ ...what, principal, ...(bytes && { bytes }) });
		return rejection;
	}

	async #reject(
		exchange: Exchange,
		caller: Caller,
		rejection: Rejection,
		principal?: Principal,
		bytes?: Buffer,
	): Promise<void> {
		await rejectExchange(exchange, this.#refused(caller, rejection, principal, bytes)).catch(() => {});
	}
}

function crossing(caller: Caller): Record<string, string> {
	const headers: Record<string, string> = {};
	for (const name of CROSSING) {
		const value = caller.headers[name];
		if (value !== undefined) headers[name] = value;
	}
	return headers;
}
