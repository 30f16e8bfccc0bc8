import type { Frame } from '../../engine/frame/frame.ts';
import { member } from '../../engine/frame/json.ts';
import type { Principal } from '../../engine/session/types.ts';
import { joined, RPC, requestAnswer } from '../answers.ts';
import type { Clock } from '../clock.ts';
import { type Passage, pass } from '../gate.ts';
import type { MirroredHeaders } from '../mirrored-headers.ts';
import { publish } from '../telemetry/channels.ts';
import type { Credentials } from '../transport/credentials.ts';
import { rejectExchange, UpstreamError } from '../transport/errors.ts';
import type {
	Connector,
	Exchange,
	SseMeta,
	Upstream,
	UpstreamEnd,
	UpstreamEvents,
	WireFrame,
} from '../transport/types.ts';
import { Backlog } from './backlog.ts';
import { ClientWire } from './client-wire.ts';
import { cancelledId, endOf, type FailedEnd, NOBODY, NOT_BEGUN, UNANSWERED } from './ends.ts';
import { type Flight, Flights, progressToken } from './flights.ts';
import type { LiveSession } from './live-session.ts';
import { Turns } from './turns.ts';

export interface TrafficOptions {
	readonly clock: Clock;
	/** What its requests to the server are sent with, beside what is configured. */
	readonly credentials?: Credentials;
	/** ms between two signs of life on an open stream */
	readonly keepAliveMs: number;
	/** Stand-alone streams a client may have open. */
	readonly streams: number;
	/** The session is over: its upstream is gone. */
	onOver(why: string): void;
	/** Called once the upstream can be found again after a restart. */
	onBinding(binding: Readonly<Record<string, string>>): Promise<void>;
	/** The client has seen these tool definitions: name → hash. */
	onListed(tools: ReadonlyMap<string, string>): Promise<void>;
}

type Forward = Extract<Passage, { do: 'forward' }>;

/**
 * The wires of one session: does what the gate's passages say, and nothing on its own account. Every frame in
 * either direction goes through `pass` first.
 */
export class Traffic implements UpstreamEvents {
	readonly session: LiveSession;
	readonly flights = new Flights();
	readonly client: ClientWire;
	readonly #connector: Connector;
	readonly #options: TrafficOptions;
	#upstream: Upstream | undefined;
	#opening: Promise<Upstream> | undefined;
	#bound = false;
	#over = false;
	readonly #turns = new Turns();
	readonly #backlog = new Backlog();

	constructor(session: LiveSession, connector: Connector, options: TrafficOptions) {
		this.session = session;
		this.#connector = connector;
		this.#options = options;
		this.client = new ClientWire(session.header.transport, connector.kind, options.clock, options.keepAliveMs);
	}

	/** Its upstream is gone, or it was closed: nothing goes through any more. */
	get over(): boolean {
		return this.#over;
	}

	async open(resume?: Readonly<Record<string, string>>): Promise<Upstream> {
		if (this.#upstream !== undefined) return this.#upstream;
		this.#opening ??= this.#connector.open(this, resume, this.#options.credentials);
		this.#upstream = await this.#opening.finally(() => {
			this.#opening = undefined;
		});
		return this.#upstream;
	}

	/** One frame of the client. `announce`: headers for its first answer (the new session's id). */
	async fromClient(
		frame: WireFrame,
		exchange: Exchange,
		principal: Principal,
		headers: Readonly<Record<string, string>>,
		announce?: Readonly<Record<string, string>>,
		mirrored?: MirroredHeaders,
	): Promise<Passage> {
		this.session.principal = principal;
		if (announce !== undefined) this.client.announce(exchange, announce);
		const passage = await pass(
			{
				bytes: frame.bytes,
				from: 'client',
				breaks: this.#connector.kind === 'stdio' ? '\r\n' : '',
				patience: { keepAlive: () => this.client.warm(exchange), onGone: (fn) => exchange.onGone(fn) },
				...(frame.wire && { wire: frame.wire }),
				...(this.client.socket === undefined ? {} : { mute: true }),
				...(mirrored && { mirrored }),
			},
			this.session,
		);
		this.session.passed(passage.seq);
		if (passage.do === 'answer') await this.#answerClient(passage, exchange);
		else await this.#toServer(passage, exchange, headers);
		return passage;
	}

	/** GET on Streamable HTTP. */
	async listen(exchange: Exchange, headers: Readonly<Record<string, string>>): Promise<void> {
		const open = this.flights.all().filter((flight) => flight.standalone);
		if (this.#connector.kind !== 'http' ? open.length > 0 : open.length >= this.#options.streams) {
			const code = this.#connector.kind !== 'http' ? 'ERR_STREAM_OPEN' : 'ERR_LIMIT_STREAMS';
			const status = this.#connector.kind !== 'http' ? 409 : 429;
			await rejectExchange(exchange, {
				status,
				code,
				message: 'this session has a stand-alone stream open already',
			}).catch(() => {});
			return;
		}
		const upstream = await this.open();
		this.#resumes(upstream, headers['last-event-id']);
		const flight = this.flights.listen(exchange, headers['last-event-id'] !== undefined);
		exchange.onGone(() => {
			upstream.abandon(flight.number);
			this.flights.end(flight);
		});
		this.client.keepWarm(() => this.flights.all());
		const status = await upstream.listen(flight.number, headers).catch((error) => {
			this.flights.end(flight);
			throw error;
		});
		if (status !== 200) {
			this.flights.end(flight);
			await rejectExchange(exchange, {
				status,
				code: 'ERR_UPSTREAM_STREAM',
				message: 'the server offers no stand-alone stream',
			}).catch(() => {});
			return;
		}
		exchange.stream();
		await this.#flushBacklog(flight);
	}

	/** A client comes back to a stream: the old connection is given up, or the server would find the stream in use. Its request still waits. */
	#resumes(upstream: Upstream, lastEventId: string | undefined): void {
		const left = lastEventId === undefined ? undefined : this.flights.left(lastEventId);
		if (left === undefined) return;
		upstream.abandon(left.number);
		this.#land(left);
	}

	/** Ends the session's wires. The record gets its closing line from the caller. */
	async close(why: string): Promise<void> {
		this.#over = true;
		this.client.stop();
		this.session.hold.shutdown();
		for (const flight of this.flights.all()) {
			this.flights.end(flight);
			if (flight.standalone) await flight.exchange.end().catch(() => {});
			else await this.#fail(flight, { ok: false, status: 503, code: 'ERR_SESSION_CLOSED', message: why });
			// Whoever waits for one of its ids finds out that the session is over.
			this.#land(flight);
		}
		for (const { seq } of this.#backlog.take()) await this.#undelivered(seq);
		this.client.socket?.disconnect(why);
		const upstream = this.#upstream ?? (await this.#opening?.catch(() => undefined));
		await upstream?.close();
	}

	/** Lets go of the wires without ending the session: it is to go on after a restart. */
	async suspend(): Promise<void> {
		this.#over = true;
		this.client.stop();
		for (const flight of this.flights.all()) {
			this.flights.end(flight);
			this.#upstream?.abandon(flight.number);
			if (flight.standalone) await flight.exchange.end().catch(() => {});
			else
				await this.#fail(flight, {
					ok: false,
					status: 503,
					code: 'ERR_DRAINING',
					message: 'the gateway stopped before the server answered',
				});
		}
	}

	// What the upstream says (UpstreamEvents).

	/** Resolves when the next frame may come: one that is held for a human does not keep others waiting. */
	frame(
		frame: WireFrame,
		at: { exchange?: number; sse?: SseMeta; streaming: boolean; status?: number },
	): Promise<void> {
		return new Promise((resolve, reject) => {
			this.#fromServer(frame, at, resolve).then(resolve, reject);
		});
	}

	async #fromServer(
		frame: WireFrame,
		at: { exchange?: number; sse?: SseMeta; streaming: boolean; status?: number },
		held: () => void,
	): Promise<void> {
		const flight = at.exchange === undefined ? undefined : this.flights.get(at.exchange);
		if (flight !== undefined && at.sse?.id !== undefined) this.flights.mark(flight, at.sse.id);
		if (!at.streaming && flight !== undefined && !flight.standalone) this.client.closing(flight.exchange);
		// On an exchange only its own request can be answered; on a resumed stream, any that is waiting.
		const answers = at.exchange === undefined || flight?.resumed === true ? undefined : (flight?.seq ?? -1);
		const passage = await pass(
			{
				bytes: frame.bytes,
				from: 'server',
				breaks: this.client.breaks(at.streaming, flight?.exchange),
				held,
				...(answers === undefined ? {} : { answers }),
				...(frame.wire && { wire: frame.wire }),
			},
			this.session,
		);
		this.session.passed(passage.seq);
		await this.#bind();
		if (passage.do === 'forward' && this.#takesBack(passage)) return await this.#note('undelivered', passage.seq);
		if (
			passage.do === 'forward' &&
			passage.message.members.some((m) => m.method === 'tools/list' && m.kind === 'result')
		) {
			await this.#options.onListed(this.session.state.listedTools()).catch(() => {});
		}
		if (passage.do === 'forward') await this.#toClient(passage, flight, at);
		else await this.#withhold(passage, flight, at);
	}

	framing(meta: SseMeta, at: { exchange?: number }): void {
		const flight = at.exchange === undefined ? this.flights.standalone() : this.flights.get(at.exchange);
		if (flight === undefined || this.client.socket !== undefined) return;
		if (meta.id !== undefined) this.flights.mark(flight, meta.id);
		this.client.commit(flight.exchange);
		flight.exchange.send(Buffer.alloc(0), { ...meta, empty: true }).catch(() => {});
	}

	done(number: number, end: UpstreamEnd): void {
		const flight = this.flights.get(number);
		if (flight === undefined) return;
		this.#land(flight);
		const finish = async () => {
			if (!end.ok) await this.#fail(flight, end);
			else if (this.#unanswered(flight)) await this.#fail(flight, UNANSWERED);
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
		publish('stderr', { server: this.session.header.server.name, line });
	}

	closed(why: string): void {
		if (this.#over) return;
		this.#over = true;
		const flights = this.flights.all();
		void (async () => {
			for (const flight of flights) {
				this.#land(flight);
				if (flight.standalone) await flight.exchange.end().catch(() => {});
				else await this.#fail(flight, { ok: false, status: 502, code: 'ERR_UPSTREAM_CLOSED', message: why });
			}
			this.#options.onOver(why);
		})();
	}

	// Client → server.

	async #toServer(passage: Forward, exchange: Exchange, headers: Readonly<Record<string, string>>): Promise<void> {
		const { message } = passage;
		const first = message.members[0]!;
		if (first.method === 'notifications/cancelled' && (await this.#cancelled(first.frame))) {
			await this.#note('undelivered', passage.seq);
			await exchange.end(undefined, { status: 202 }).catch(() => {});
			return;
		}
		// Asked here, not in a function of its own: nothing may come between the last look and the start of the flight.
		for (let busy = this.#busy(passage); busy !== undefined; busy = this.#busy(passage)) await this.#turns.wait(busy);
		// While it waited for its turn it was cancelled: then the server is not to see it.
		if (passage.requests.length > 0 && !this.session.state.awaits(passage.seq)) {
			// Its turn is the next one's.
			for (const { id } of passage.requests) this.#turns.free(id);
			await this.client.end(exchange, undefined, { status: 202 }).catch(() => {});
			return;
		}
		let flight: Flight | undefined;
		try {
			if (this.#over) throw new UpstreamError('ERR_SESSION_CLOSED', 'the session is over', { status: 503 });
			flight = this.flights.start(exchange, message, passage.seq);
			const upstream = await this.open();
			this.client.keepWarm(() => this.flights.all());
			await upstream.send(passage.bytes, flight.number, headers);
		} catch (error) {
			flight ??= this.flights.start(exchange, message, passage.seq);
			this.#land(flight);
			await this.#note('undelivered', passage.seq);
			await this.#fail(flight, endOf(error));
			return;
		}
		if (passage.requests.length === 0 && this.#connector.kind !== 'http') {
			this.#land(flight);
			await exchange.end(undefined, { status: 202 }).catch(() => {});
		}
		if (first.method === 'notifications/initialized' && this.client.socket !== undefined) await this.#listenForSocket();
	}

	/** A socket client hears everything on its socket, so the upstream's stand-alone stream is opened for it. */
	async #listenForSocket(): Promise<void> {
		if (this.#connector.kind !== 'http' || this.client.socket === undefined) return;
		const upstream = await this.open();
		const flight = this.flights.listen(this.client.socket, false);
		// Servers need not offer one, and the client has not asked for it.
		const status = await upstream.listen(flight.number, {}).catch(() => undefined);
		if (status !== 200) this.flights.end(flight);
	}

	/** true: the server cancels a request of its own that was held here; the client never saw it. */
	#takesBack({ message }: Forward): boolean {
		const first = message.members[0]!;
		const id = first.method === 'notifications/cancelled' ? cancelledId(first.frame) : undefined;
		return id !== undefined && this.session.hold.cancel('server', id);
	}

	/** true: the request was held here and is withdrawn; the server never saw it. */
	async #cancelled(frame: Frame): Promise<boolean> {
		const id = cancelledId(frame);
		if (id === undefined) return false;
		if (this.session.hold.cancel('client', id)) return true;
		const request = this.session.state
			.pending('client')
			.find((pending) => pending.id === id && pending.method !== 'initialize');
		if (request !== undefined) {
			this.session.state.forget(request.seq);
			await this.session
				.record([{ type: 'event', ...this.session.mark(), event: 'cancelled', of: request.seq }])
				.catch(() => {});
			await this.#letGo(request.seq, id);
		}
		return false;
	}

	/** No answer will come over a pipe to a cancelled request; over HTTP its response ends by itself. */
	async #letGo(seq: number, id: string): Promise<void> {
		const flight = this.#connector.kind === 'http' ? undefined : this.flights.ofRequest(seq);
		if (flight === undefined) return;
		this.#answered(flight, id);
		if (flight.ids.size > 0) return;
		this.#land(flight);
		await flight.exchange.end().catch(() => {});
	}

	/** Only ids in flight upstream serialise: a second request with the same id waits for the first one's answer. */
	#busy(passage: Forward): string | undefined {
		return passage.requests.find(({ id }) => this.flights.carries(id))?.id;
	}

	#land(flight: Flight): void {
		this.flights.end(flight);
		for (const id of flight.ids) this.#turns.free(id);
		flight.ids.clear();
	}

	// Server → client.

	async #toClient(
		passage: Forward,
		at: Flight | undefined,
		how: { sse?: SseMeta; streaming: boolean; status?: number },
	): Promise<void> {
		const { message, bytes } = passage;
		const answered = message.members.filter((m) => m.answers !== undefined);
		const seq = answered[0]?.answers?.seq;
		const own = seq === undefined ? undefined : this.flights.ofRequest(seq);
		const flight = at ?? own ?? (seq === undefined ? this.#unsolicited(message.members[0]!) : undefined);
		const exchange = flight?.exchange ?? this.client.socket;
		if (exchange === undefined) {
			const lost = this.#backlog.add({ seq: passage.seq, bytes });
			if (lost !== undefined) await this.#undelivered(lost.seq);
			return;
		}
		try {
			if (own !== undefined) for (const m of answered) this.#answered(own, m.answers!.id);
			const last =
				seq !== undefined && flight !== undefined && !flight.standalone && (flight.ids.size === 0 || !how.streaming);
			const stillborn = message.members[0]!.kind === 'error' && this.client.withdraw(exchange);
			// What the server streams goes on as a stream, also when it is one event: its id would have no place in a body.
			if (how.streaming || !last) this.client.commit(exchange);
			if (last) await this.client.end(exchange, bytes, how);
			else await exchange.send(bytes, how.sse);
			if (last && this.#connector.kind !== 'http' && flight !== undefined) this.#land(flight);
			if (stillborn) this.#options.onOver(NOT_BEGUN);
		} catch {
			await this.#undelivered(passage.seq);
		}
	}

	/** What is denied or refused stays here: somebody else is told, or a stream keeps its place without it. */
	async #withhold(
		passage: Extract<Passage, { do: 'answer' }>,
		at: Flight | undefined,
		how: { sse?: SseMeta; streaming: boolean },
	): Promise<void> {
		for (const answer of passage.answers) {
			if (answer.bytes === undefined) continue;
			if (answer.to === 'server') {
				await this.#tellServer(answer.bytes, passage.seq);
				continue;
			}
			const asked = passage.message?.members.find((m) => m.answers !== undefined)?.answers;
			const flight = at ?? (asked === undefined ? undefined : this.flights.ofRequest(asked.seq));
			const own = asked === undefined ? undefined : this.flights.ofRequest(asked.seq);
			if (own !== undefined && asked !== undefined) this.#answered(own, asked.id);
			const exchange = flight?.exchange ?? this.client.socket;
			if (exchange === undefined) continue;
			const stillborn = this.client.withdraw(exchange);
			if (how.streaming) this.client.commit(exchange);
			if (flight?.standalone) await exchange.send(answer.bytes, how.sse).catch(() => {});
			else await this.client.end(exchange, answer.bytes, how).catch(() => {});
			if (flight !== undefined && !flight.standalone && this.#connector.kind !== 'http') this.#land(flight);
			if (stillborn) this.#options.onOver(NOT_BEGUN);
			return;
		}
		if (at === undefined || this.client.socket !== undefined) return;
		if (how.streaming && how.sse?.id !== undefined) {
			this.client.commit(at.exchange);
			await at.exchange.send(Buffer.alloc(0), { ...how.sse, empty: true }).catch(() => {});
		} else if (!how.streaming && at.seq !== undefined) {
			await this.#fail(at, UNANSWERED);
		}
	}

	#answered(flight: Flight, id: string): void {
		flight.ids.delete(id);
		this.#turns.free(id);
	}

	#unsolicited(first: {
		frame: { bytes: Buffer; params?: Parameters<typeof member>[0] };
		method: string;
	}): Flight | undefined {
		if (this.client.socket !== undefined) return undefined;
		const own = first.method === 'notifications/progress' ? member(first.frame.params, 'progressToken') : undefined;
		const token =
			own === undefined
				? progressToken(first.frame.bytes, first.frame.params)
				: first.frame.bytes.toString('utf8', own.start, own.end);
		return this.flights.forUnsolicited(token);
	}

	async #flushBacklog(flight: Flight): Promise<void> {
		for (const { seq, bytes } of this.#backlog.take())
			await flight.exchange.send(bytes).catch(() => this.#undelivered(seq));
	}

	// Answers of our own; all of them are in the record already, or are put there first.

	async #answerClient(passage: Extract<Passage, { do: 'answer' }>, exchange: Exchange): Promise<void> {
		const ours = passage.answers.find((answer) => answer.to === 'client');
		for (const answer of passage.answers)
			if (answer.to === 'server' && answer.bytes !== undefined) await this.#tellServer(answer.bytes, passage.seq);
		// A new session that gets no further than this is none: its id is not announced.
		this.client.withdraw(exchange);
		await this.client.end(exchange, ours?.bytes, { status: ours?.status ?? 202 }).catch(() => {});
	}

	/** `seq`: of the frame that it is about. */
	async #tellServer(bytes: Buffer, seq: number): Promise<void> {
		try {
			const upstream = await this.open();
			const flight = this.flights.start(NOBODY);
			await upstream.send(bytes, flight.number, {});
			this.flights.end(flight);
		} catch {
			// The server is gone: nobody waits for this any more, but the record says that it was told.
			await this.#undelivered(seq);
		}
	}

	async #fail(flight: Flight, end: FailedEnd): Promise<void> {
		const waiting = flight.seq === undefined ? [] : this.session.state.pendingAt(flight.seq);
		if (waiting.length === 0) {
			// On a socket this would be a message that nobody asked for.
			if (this.client.socket !== undefined) return;
			await rejectExchange(flight.exchange, end).catch(() => {});
			return;
		}
		const text = `${end.message} (${end.code}). Whether the server acted on this request is not known.`;
		const bytes = joined(waiting.map((request) => requestAnswer(request, RPC.unavailable, text, { code: end.code })));
		const { seq } = waiting[0]!;
		this.session.state.forget(seq);
		const recorded = await this.session
			.record([{ type: 'gateway', ...this.session.mark(), to: 'client', answers: seq, bytes }])
			.then(
				() => true,
				() => false,
			);
		const stillborn = this.client.withdraw(flight.exchange);
		// What the server refused with a status keeps it (contract §6); where it said nothing, there is only our answer.
		const status = end.status === 404 || end.code === 'ERR_UPSTREAM_STATUS' ? end.status : 200;
		const { headers } = end;
		if (recorded)
			await this.client.end(flight.exchange, bytes, { status, ...(headers && { headers }) }).catch(() => {});
		else await flight.exchange.end(undefined, { status: 503 }).catch(() => {});
		if (stillborn) this.#options.onOver(NOT_BEGUN);
	}

	async #undelivered(seq: number): Promise<void> {
		this.session.state.forget(seq);
		await this.#note('undelivered', seq);
	}

	async #note(event: 'undelivered', of: number): Promise<void> {
		const { session } = this;
		await session.record([{ type: 'event', ...session.mark(), event, of }]).catch(() => {}); // 8 deliver outcome
	}

	/** Stored before the client hears of the session, so that it can be found again after a restart. */
	async #bind(): Promise<void> {
		const binding = this.#upstream?.binding;
		if (this.#bound || binding === undefined) return;
		this.#bound = true;
		await this.#options.onBinding(binding);
	}
}
