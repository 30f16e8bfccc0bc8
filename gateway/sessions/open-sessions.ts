import { randomBytes } from 'node:crypto';
import type { RecordingHeader } from '../../engine/recording/lines.ts';
import { SessionState } from '../../engine/session/state.ts';
import type { ClientTransport, Principal } from '../../engine/session/types.ts';
import { SubjectToken } from '../identity/subject-token.ts';
import { thisProcess } from '../store/process-identity.ts';
import { publish } from '../telemetry/channels.ts';
import type { Caller, Rejection } from '../transport/types.ts';
import { LiveSession } from './live-session.ts';
import type { Served, SessionBinding, SessionsOptions } from './options.ts';
import { bring } from './pin-watch.ts';
import { DRAINING, UNKNOWN_SESSION, UNRECORDED } from './rejections.ts';
import { full, type Place, samePrincipal } from './room.ts';
import { Traffic } from './traffic.ts';

/** A session that is open in this process. */
export interface Open {
	readonly traffic: Traffic;
	readonly session: LiveSession;
	/** Found by its principal and server, not by an id that the client names: 1 the first of them; 0: it is not. */
	readonly derived: number;
	/** When its last frame came, Unix time in ns. */
	lastNs: bigint;
	/** Called when it is over. */
	onEnd?: () => void;
}

/** 128 random bits. */
const ID = /^[0-9a-f]{32}$/;

export type Found = { readonly open: Open } | Rejection;

/** The sessions that are open in this process: how they begin, are found and taken up again, and end. */
export class OpenSessions {
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

	constructor(options: SessionsOptions) {
		this.#options = options;
	}

	get count(): number {
		return this.#open.size;
	}

	all(): Open[] {
		return [...this.#open.values()];
	}

	get(id: string): Open | undefined {
		return this.#open.get(id);
	}

	/** No new ones from here on. */
	drain(): void {
		this.#draining = true;
	}

	async start(caller: Caller, principal: Principal, { derived = 0 } = {}): Promise<Found> {
		if (this.#draining) return DRAINING;
		const served = this.#options.servers.get(caller.server)!;
		const place: Place = { principal, server: served.identity };
		const taken: Place[] = [...this.all().map(({ session }) => session.header), ...this.#starting];
		const none = full(place, taken, this.#options.limits);
		if (none !== undefined) return none;
		this.#starting.add(place);
		try {
			return await this.#begin(caller, principal, served, derived);
		} finally {
			this.#starting.delete(place);
		}
	}

	/** A session by the id that a client names. Another principal's is unknown (404), like one that never was. */
	async find(id: string, caller: Caller, principal: Principal): Promise<Found> {
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
		// What is no id of ours is not looked for: the store has no place for keys of any length.
		const row = ID.test(id) ? this.#options.bindings.get(id)?.value : undefined;
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

	async end(open: Open, why: string): Promise<void> {
		const { id, server } = open.session.header;
		if (!this.#open.delete(id)) return;
		open.onEnd?.();
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

	/** Leaves every session as it is in the store, so that clients of HTTP upstreams can go on after a restart. */
	async leave(): Promise<void> {
		// All at once: each child process may take seconds to go.
		await Promise.all(
			this.all().map((open) => {
				const stays = this.#options.bindings.get(open.session.header.id)?.value.upstream !== undefined;
				return stays ? open.traffic.suspend() : this.end(open, 'the gateway stopped');
			}),
		);
		this.#open.clear();
	}

	async #begin(caller: Caller, principal: Principal, served: Served, derived: number): Promise<Found> {
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
			await this.#options.bindings.put(id, this.#binding(header, derived));
		} catch {
			void house.recent.leave(principal, id);
			return UNRECORDED;
		}
		publish('session', { id, server: served.identity.name, what: 'opened' });
		return { open: this.#keep(header, new SessionState(header), served, caller.transport, derived) };
	}

	#binding({ server, principal }: RecordingHeader, derived: number): SessionBinding {
		return {
			server: server.name,
			issuer: principal.issuer,
			principal: principal.id,
			...(derived > 0 ? { derived } : {}),
			owner: this.#owner,
		};
	}

	#keep(
		header: RecordingHeader,
		state: SessionState,
		served: Served,
		transport: ClientTransport,
		derived: number,
	): Open {
		const { house, keepAliveMs, limits } = this.#options;
		const session = new LiveSession({ ...header, transport }, state, house);
		const { issuer, id } = header.principal;
		const credentials = this.#options.credentials?.get(served.identity.name)?.of((on) => {
			// With each frame the token that it came with: others of the same principal may be allowed less. What is the
			// gateway's own in this session goes out under the last one.
			const subject = on instanceof SubjectToken ? on : session.bearer;
			return { issuer, id, ...(subject && { subject }) };
		});
		const traffic = new Traffic(session, served.connector, {
			clock: house.clock,
			keepAliveMs,
			streams: limits.streams,
			derived: derived > 0,
			onOver: (why) => void this.end(open, why),
			onBinding: (upstream) => this.#options.bindings.put(header.id, { ...this.#binding(header, derived), upstream }),
			...(credentials && { credentials }),
			onListed: (tools, whole) => this.#options.pins.see(served.identity.name, header.id, tools, whole),
		});
		const open: Open = { traffic, session, derived, lastNs: house.clock.now() };
		this.#open.set(header.id, open);
		return open;
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
		const open = this.#keep(header, state, served, caller.transport, row.derived ?? 0);
		if (row.upstream === undefined) {
			await this.end(open, 'the connection to its server ended with the gateway');
			return UNKNOWN_SESSION;
		}
		try {
			await bring(open.session, this.#options.pins.rows(row.server));
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
			open.session.forget(request.seq);
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
}
