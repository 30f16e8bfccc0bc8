import type { Correlated } from '../../engine/correlate.ts';
import type { Frame } from '../../engine/frame/frame.ts';
import { member } from '../../engine/frame/json.ts';
import { RESERVED_META } from '../../engine/frame/members.ts';
import type { PendingRequest } from '../../engine/session/types.ts';
import { type Arrival, type Passage, pass } from '../gate.ts';
import type { SseMeta, WireFrame } from '../transport/types.ts';
import { cancelledId, NOT_BEGUN, UNANSWERED } from './ends.ts';
import { type Addressed, type Flight, progressToken } from './flights.ts';
import { ListChanges } from './list-changes.ts';
import { listedIn } from './listed-in.ts';
import type { OwnAnswers } from './own-answers.ts';
import { improperOfServer } from './proper.ts';
import { takenBack } from './taken-back.ts';
import { token } from './token.ts';
import type { Wires } from './wires.ts';

type Forward = Extract<Passage, { do: 'forward' }>;

/** How a frame of the server came: see `UpstreamEvents.frame`. */
export interface ServerAt {
	readonly exchange?: number;
	readonly sse?: SseMeta;
	readonly streaming: boolean;
	readonly status?: number;
}

/** Server → client: what the server says goes through the gate, and to the exchange that it belongs to. */
export class ToClient {
	readonly #wires: Wires;
	readonly #own: OwnAnswers;
	readonly lists: ListChanges;

	constructor(wires: Wires, own: OwnAnswers) {
		this.#wires = wires;
		this.#own = own;
		this.lists = new ListChanges(wires);
	}

	/** `held`: called when it waits for a human; what comes behind it need not. */
	async frame(frame: WireFrame, at: ServerAt, held: () => void): Promise<void> {
		const { session, client, flights, derived } = this.#wires;
		const flight = at.exchange === undefined ? undefined : flights.get(at.exchange);
		if (flight !== undefined && at.sse?.id !== undefined) flights.mark(flight, at.sse.id);
		if (!at.streaming && flight !== undefined && !flight.standalone) client.closing(flight.exchange);
		const answers = this.#answers(at, flight);
		const passage = await pass(
			{
				bytes: frame.bytes,
				from: 'server',
				breaks: client.breaks(at.streaming, flight?.exchange),
				held,
				improper: (frames) => {
					// Several tokens of one principal may share a session: what answers a request is judged as for who asked.
					const asker = flight ?? (typeof answers === 'function' ? flights.answeredBy(frames[0]?.id) : undefined);
					if (asker?.principal !== undefined) session.principal = asker.principal;
					return improperOfServer(frames, {
						mayAsk: !derived && flight?.modern !== true,
						live: (progress) => flights.awaitsProgress(progress, flight),
						asked: (id) => session.state.pending('server').filter((request) => request.id === id),
						held: (id) => session.hold.waits('server', id),
					});
				},
				...(answers === undefined ? {} : { answers }),
				...(frame.wire && { wire: frame.wire }),
			},
			session,
		);
		session.passed(passage.seq);
		await this.#wires.bind();
		if (passage.do === 'forward' && (await takenBack(this.#wires, passage.message)))
			return await this.#wires.note('undelivered', passage.seq);
		if (passage.do === 'forward') await this.#learn(passage, flight);
		if (passage.do === 'forward') await this.#deliver(passage, flight, at);
		else await this.#withhold(passage, flight, at);
		if (passage.do === 'forward') await this.#name(passage);
	}

	/**
	 * A server may refuse a request without its id (JSON-RPC 2.0 §5), which on an HTTP exchange says enough. On a socket
	 * or pipe nobody would know what that answers: a client that looks which era a server speaks would wait in vain.
	 */
	async #name({ message }: Forward): Promise<void> {
		if (this.#wires.client.socket === undefined) return;
		for (const { kind, frame, answers } of message.members)
			if (kind === 'error' && answers !== undefined && frame.id !== answers.id) await this.#own.name(answers);
	}

	/** On an exchange only its own request can be answered; on a resumed stream any that waits; on a pipe what was sent on it. */
	#answers(at: ServerAt, flight: Flight | undefined): Arrival['answers'] {
		const { kind, flights, turns } = this.#wires;
		if (at.exchange !== undefined) return flight?.resumed === true ? undefined : (flight?.seq ?? -1);
		if (kind === 'http') return undefined;
		return (id) => {
			const asked = flights.answeredBy(id);
			// The answer to a cancelled request: its id is free now.
			if (asked === undefined && id !== undefined) turns.settle(id);
			return asked?.seq ?? -1;
		};
	}

	/** What the client is shown now, and what that says of the server. */
	async #learn(passage: Forward, flight: Flight | undefined): Promise<void> {
		const { message } = passage;
		const listed = listedIn(message);
		this.lists.learn(passage, flight, listed);
		const { session, flights, options } = this.#wires;
		const results = message.members.filter((member) => member.kind === 'result');
		if (results.length > 0) this.#wires.proven = true;
		for (const { frame, answers } of results) {
			const flight = answers === undefined ? undefined : flights.ofRequest(answers.seq);
			if (flight !== undefined && member(frame.result, 'task') !== undefined) flights.goesOn(flight);
		}
		if (listed === undefined) return;
		for (const { frame, method } of results) if (method === 'tools/list') session.toolHeaders.see(frame);
		await options.onListed(listed.tools, listed.whole).catch(() => {});
	}

	/** SSE framing without a frame. */
	framing(meta: SseMeta, at: { exchange?: number }): void {
		const { client, flights } = this.#wires;
		const flight = at.exchange === undefined ? flights.standalone() : flights.get(at.exchange);
		if (flight === undefined || client.socket !== undefined) return;
		if (meta.id !== undefined) flights.mark(flight, meta.id);
		client.commit(flight.exchange);
		flight.exchange.send(Buffer.alloc(0), { ...meta, empty: true }).catch(() => {});
	}

	/** A stream that opened gets what waited for one. */
	async flush(flight: Flight): Promise<void> {
		for (const { seq, bytes } of this.#wires.backlog.take())
			await flight.exchange.send(bytes).catch(() => this.#wires.undelivered(seq));
	}

	async #deliver(passage: Forward, at: Flight | undefined, how: ServerAt): Promise<void> {
		const { client, flights, kind, options } = this.#wires;
		const { message, bytes } = passage;
		const first = message.members[0]!;
		const answered = message.members.filter((m) => m.answers !== undefined);
		const seq = answered[0]?.answers?.seq;
		const own = seq === undefined ? undefined : flights.ofRequest(seq);
		const torn =
			first.method === 'notifications/cancelled' ? flights.subscription(cancelledId(first.frame)) : undefined;
		const flight = at ?? own ?? torn ?? (seq === undefined ? this.#unsolicited(first) : undefined);
		const exchange = flight?.exchange ?? client.socket;
		if (exchange === undefined) return await this.#keep(passage);
		if (own !== undefined) for (const m of answered) this.#wires.answered(own, m.answers!.id);
		const last =
			seq !== undefined && flight !== undefined && !flight.standalone && (flight.ids.size === 0 || !how.streaming);
		try {
			const stillborn = first.kind === 'error' && client.withdraw(exchange);
			// What the server streams goes on as a stream, also when it is one event: its id would have no place in a body.
			if (how.streaming || !last) client.commit(exchange);
			if (last) await client.end(exchange, bytes, kind === 'http' ? how : { ...how, ...statusOf(first) });
			else await exchange.send(bytes, how.sse);
			for (const m of answered) await this.#astray(m.answers!, flight);
			if (torn !== undefined) await this.#tearDown(torn);
			if (stillborn) options.onOver(NOT_BEGUN);
		} catch {
			await this.#wires.undelivered(passage.seq);
		} finally {
			// Over HTTP the end of its response follows. Also where the client is gone: nothing else would end it.
			if (last && kind !== 'http') this.#wires.land(flight);
		}
	}

	/** An answer that came in one piece with that to another request, and went where that one belongs: nothing more comes here. */
	async #astray({ seq, id }: PendingRequest, went: Flight | undefined): Promise<void> {
		const own = this.#wires.flights.ofRequest(seq);
		if (own === undefined || own === went || !own.ids.has(id)) return;
		this.#wires.answered(own, id);
		if (own.ids.size > 0) return;
		this.#wires.land(own);
		await this.#own.fail(own, UNANSWERED);
	}

	/** Nobody is there for it now: a client of a session opens a stream later, one of the era without sessions does not. */
	async #keep({ seq, bytes }: Forward): Promise<void> {
		const { backlog, derived } = this.#wires;
		const lost = derived ? { seq } : backlog.add({ seq, bytes });
		if (lost !== undefined) await this.#wires.undelivered(lost.seq);
	}

	/** The server has ended a subscription: no answer will come (MCP 2026-07-28, "Cancellation"). */
	async #tearDown(flight: Flight): Promise<void> {
		const { session, kind } = this.#wires;
		if (flight.seq === undefined || !session.state.awaits(flight.seq)) return;
		session.forget(flight.seq);
		await session.record([{ type: 'event', ...session.mark(), event: 'cancelled', of: flight.seq }]).catch(() => {});
		// Over HTTP the end of its response follows.
		if (kind === 'http') return;
		this.#wires.land(flight);
		await flight.exchange.end();
	}

	/** What is denied or refused stays here: somebody else is told, or a stream keeps its place without it. */
	async #withhold(
		passage: Extract<Passage, { do: 'answer' }>,
		at: Flight | undefined,
		how: { sse?: SseMeta; streaming: boolean },
	): Promise<void> {
		const { client, flights, kind, options } = this.#wires;
		for (const answer of passage.answers) {
			if (answer.bytes === undefined) continue;
			if (answer.to === 'server') {
				await this.#own.toServer(answer.bytes, passage.seq);
				continue;
			}
			const asked = passage.message?.members.find((m) => m.answers !== undefined)?.answers;
			const flight = at ?? (asked === undefined ? undefined : flights.ofRequest(asked.seq));
			const own = asked === undefined ? undefined : flights.ofRequest(asked.seq);
			if (own !== undefined && asked !== undefined) this.#wires.answered(own, asked.id);
			const exchange = flight?.exchange ?? client.socket;
			if (exchange === undefined) continue;
			const stillborn = client.withdraw(exchange);
			if (how.streaming) client.commit(exchange);
			if (flight?.standalone) await exchange.send(answer.bytes, how.sse).catch(() => {});
			else await client.end(exchange, answer.bytes, how).catch(() => {});
			if (flight !== undefined && !flight.standalone && kind !== 'http') this.#wires.land(flight);
			if (stillborn) options.onOver(NOT_BEGUN);
			return;
		}
		if (at === undefined || client.socket !== undefined) return;
		if (how.streaming && how.sse?.id !== undefined) {
			client.commit(at.exchange);
			await at.exchange.send(Buffer.alloc(0), { ...how.sse, empty: true }).catch(() => {});
		} else if (!how.streaming && at.seq !== undefined) {
			await this.#own.fail(at, UNANSWERED);
		}
	}

	/** Where what answers nothing goes; undefined: to the socket, or nobody is there for it. */
	#unsolicited({ frame, method }: Correlated): Flight | undefined {
		if (this.#wires.client.socket !== undefined) return undefined;
		return this.#wires.flights.forUnsolicited(addressed(frame, method));
	}
}

/** The HTTP status that an error has where its server has none to give (MCP 2026-07-28, Streamable HTTP). */
function statusOf({ frame, kind, method, protocol }: Correlated): { status?: number } {
	const code = kind === 'error' && protocol !== undefined ? member(frame.error, 'code') : undefined;
	if (code?.type !== 'number') return {};
	// Every server of that era knows this method: one that does not is older, and its client is to find that out.
	if (code.raw === '-32601') return { status: method === 'server/discover' ? 400 : 404 };
	return ['-32020', '-32021', '-32022'].includes(code.raw) ? { status: 400 } : {};
}

/** Whom a request or notification of the server is for. */
function addressed({ bytes, params }: Frame, method: string): Addressed {
	const named = token(bytes, member(member(params, '_meta'), `${RESERVED_META}subscriptionId`));
	if (named !== undefined) return { subscription: named };
	const progress =
		method === 'notifications/progress' ? token(bytes, member(params, 'progressToken')) : progressToken(bytes, params);
	return progress === undefined ? {} : { progress };
}
