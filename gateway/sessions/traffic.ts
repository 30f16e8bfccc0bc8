import { readFrames } from '../../engine/frame/read.ts';
import type { Principal } from '../../engine/session/types.ts';
import { type Passage, pass } from '../gate.ts';
import type { SubjectToken } from '../identity/subject-token.ts';
import type { MirroredHeaders } from '../mirrored-headers.ts';
import type {
	Connector,
	Exchange,
	SseMeta,
	Upstream,
	UpstreamEnd,
	UpstreamEvents,
	WireFrame,
} from '../transport/types.ts';
import type { ClientWire } from './client-wire.ts';
import { UNANSWERED } from './ends.ts';
import type { Flight, Flights } from './flights.ts';
import type { LiveSession } from './live-session.ts';
import { OwnAnswers } from './own-answers.ts';
import { improperOfClient } from './proper.ts';
import { StandaloneStreams } from './standalone-streams.ts';
import { StderrRecord } from './stderr-record.ts';
import { type ServerAt, ToClient } from './to-client.ts';
import { ToServer } from './to-server.ts';
import { type TrafficOptions, Wires } from './wires.ts';

/** What is known of a frame of the client beside its bytes. */
export interface FromClient {
	readonly principal: Principal;
	/** The token that it came with, for credentials towards the server that need one. */
	readonly bearer?: SubjectToken;
	/** Those that may cross to the upstream. */
	readonly headers: Readonly<Record<string, string>>;
	/** What its HTTP headers say of it. */
	readonly mirrored?: MirroredHeaders;
	/** Headers for its first answer (the new session's id). */
	readonly announce?: Readonly<Record<string, string>>;
}

/**
 * The wires of one session: does what the gate's passages say, and nothing on its own account. Every frame in
 * either direction goes through `pass` first.
 */
export class Traffic implements UpstreamEvents {
	readonly session: LiveSession;
	readonly client: ClientWire;
	readonly flights: Flights;
	readonly #wires: Wires;
	readonly #own: OwnAnswers;
	readonly #toServer: ToServer;
	readonly #toClient: ToClient;
	readonly #streams: StandaloneStreams;
	readonly #stderr: StderrRecord;

	constructor(session: LiveSession, connector: Connector, options: TrafficOptions) {
		this.#wires = new Wires(session, connector, options, this);
		this.session = session;
		this.client = this.#wires.client;
		this.flights = this.#wires.flights;
		this.#stderr = new StderrRecord(session);
		this.#own = new OwnAnswers(this.#wires);
		this.#toServer = new ToServer(this.#wires, this.#own);
		this.#toClient = new ToClient(this.#wires, this.#own);
		this.#streams = new StandaloneStreams(this.#wires, this.#toClient);
	}

	/** Its upstream is gone, or it was closed: nothing goes through any more. */
	get over(): boolean {
		return this.#wires.over;
	}

	open(resume?: Readonly<Record<string, string>>): Promise<Upstream> {
		return this.#wires.open(resume);
	}

	/** The server has answered something with a result. */
	get proven(): boolean {
		return this.#wires.proven;
	}

	/** A request with its id would wait for a subscription, which lasts for hours; over HTTP nothing waits for another. */
	blocks(bytes: Buffer): boolean {
		const { kind, flights } = this.#wires;
		if (kind === 'http' || !flights.all().some(({ subscription }) => subscription)) return false;
		const read = readFrames(bytes, { limits: this.session.limits, batches: false });
		const id = read.ok && read.frames[0]?.kind === 'request' ? read.frames[0].id : undefined;
		return flights.subscription(id) !== undefined;
	}

	/** One frame of the client. */
	async fromClient(frame: WireFrame, exchange: Exchange, from: FromClient): Promise<Passage> {
		const { session, client } = this;
		session.principal = from.principal;
		if (from.announce !== undefined) client.announce(exchange, from.announce);
		const passage = await pass(
			{
				bytes: frame.bytes,
				from: 'client',
				breaks: this.#wires.kind === 'stdio' ? '\r\n' : '',
				patience: { keepAlive: () => client.warm(exchange), onGone: (fn) => exchange.onGone(fn) },
				...(frame.wire && { wire: frame.wire }),
				...(client.socket === undefined ? {} : { mute: true }),
				improper: (frames) => {
					// Again here, where nothing comes between it and the judgement: its principal may call with another token meanwhile.
					session.principal = from.principal;
					return improperOfClient(frames, from.mirrored, session.toolHeaders.declared, () =>
						session.state.pending('server'),
					);
				},
			},
			session,
		);
		session.passed(passage.seq);
		if (passage.do === 'answer') await this.#own.toClient(passage, exchange);
		else await this.#toServer.send(passage, exchange, from);
		return passage;
	}

	/** Policy or pins have changed: is the list of tools that the client has another one by that? */
	relist(): Promise<void> {
		return this.#toClient.lists.check();
	}

	/** GET on Streamable HTTP. */
	listen(exchange: Exchange, headers: Readonly<Record<string, string>>, bearer?: SubjectToken): Promise<void> {
		return this.#streams.listen(exchange, headers, bearer);
	}

	/** Ends the session's wires. The record gets its closing line from the caller. */
	async close(why: string): Promise<void> {
		this.#wires.over = true;
		this.client.stop();
		this.session.hold.shutdown();
		for (const flight of this.flights.all()) {
			this.flights.end(flight);
			if (flight.standalone) await flight.exchange.end().catch(() => {});
			else await this.#own.fail(flight, { ok: false, status: 503, code: 'ERR_SESSION_CLOSED', message: why });
			// Whoever waits for one of its ids finds out that the session is over.
			this.#wires.land(flight);
		}
		for (const { seq } of this.#wires.backlog.take()) await this.#wires.undelivered(seq);
		this.client.socket?.disconnect(why);
		const upstream = await this.#wires.opened();
		await upstream?.close();
		await this.#stderr.close();
	}

	/** Lets go of the wires without ending the session: it is to go on after a restart. */
	async suspend(): Promise<void> {
		this.#wires.over = true;
		this.client.stop();
		for (const flight of this.flights.all()) {
			this.flights.end(flight);
			this.#wires.abandon(flight.number);
			if (flight.standalone) await flight.exchange.end().catch(() => {});
			else
				await this.#own.fail(flight, {
					ok: false,
					status: 503,
					code: 'ERR_DRAINING',
					message: 'the gateway stopped before the server answered',
				});
		}
	}

	// What the upstream says (UpstreamEvents).

	/** Resolves when the next frame may come: one that is held for a human does not keep others waiting. */
	frame(frame: WireFrame, at: ServerAt): Promise<void> {
		return new Promise((resolve, reject) => {
			this.#toClient.frame(frame, at, resolve).then(resolve, reject);
		});
	}

	framing(meta: SseMeta, at: { exchange?: number }): void {
		this.#toClient.framing(meta, at);
	}

	done(number: number, end: UpstreamEnd): void {
		const flight = this.flights.get(number);
		if (flight === undefined) return;
		this.#wires.land(flight);
		const finish = async () => {
			if (!end.ok) await this.#own.fail(flight, end);
			else if (this.#unanswered(flight)) await this.#own.fail(flight, UNANSWERED);
			else if (flight.standalone || flight.seq !== undefined) await flight.exchange.end();
			else await flight.exchange.end(undefined, { status: 202 });
		};
		void finish().catch(() => {});
	}

	/** A stream without event ids ended, and nobody can come back to it for the answer. */
	#unanswered(flight: Flight): boolean {
		if (flight.seq === undefined || flight.marks.length > 0) return false;
		return this.session.state.awaits(flight.seq);
	}

	stderr(line: string): void {
		this.#stderr.note(line);
	}

	closed(why: string): void {
		if (this.over) return;
		this.#wires.over = true;
		const flights = this.flights.all();
		void (async () => {
			for (const flight of flights) {
				this.#wires.land(flight);
				if (flight.standalone) await flight.exchange.end().catch(() => {});
				else await this.#own.fail(flight, { ok: false, status: 502, code: 'ERR_UPSTREAM_CLOSED', message: why });
			}
			this.#wires.options.onOver(why);
		})();
	}
}
