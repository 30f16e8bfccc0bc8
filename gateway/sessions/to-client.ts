import { member } from '../../engine/frame/json.ts';
import { type Passage, pass } from '../gate.ts';
import type { SseMeta, WireFrame } from '../transport/types.ts';
import { cancelledId, NOT_BEGUN, UNANSWERED } from './ends.ts';
import { type Flight, progressToken } from './flights.ts';
import { ListChanges } from './list-changes.ts';
import { listedIn } from './listed-in.ts';
import type { OwnAnswers } from './own-answers.ts';
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
		const { session, client, flights } = this.#wires;
		const flight = at.exchange === undefined ? undefined : flights.get(at.exchange);
		if (flight !== undefined && at.sse?.id !== undefined) flights.mark(flight, at.sse.id);
		if (!at.streaming && flight !== undefined && !flight.standalone) client.closing(flight.exchange);
		// On an exchange only its own request can be answered; on a resumed stream, any that is waiting.
		const answers = at.exchange === undefined || flight?.resumed === true ? undefined : (flight?.seq ?? -1);
		const passage = await pass(
			{
				bytes: frame.bytes,
				from: 'server',
				breaks: client.breaks(at.streaming, flight?.exchange),
				held,
				...(answers === undefined ? {} : { answers }),
				...(frame.wire && { wire: frame.wire }),
			},
			session,
		);
		session.passed(passage.seq);
		await this.#wires.bind();
		if (passage.do === 'forward' && this.#takesBack(passage)) return await this.#wires.note('undelivered', passage.seq);
		if (passage.do === 'forward') await this.#learn(passage, flight);
		if (passage.do === 'forward') await this.#deliver(passage, flight, at);
		else await this.#withhold(passage, flight, at);
	}

	/** What the client is shown now, and what that says of the server. */
	async #learn(passage: Forward, flight: Flight | undefined): Promise<void> {
		const { message } = passage;
		this.lists.learn(passage, flight);
		const { session, options } = this.#wires;
		const results = message.members.filter((member) => member.kind === 'result');
		if (results.length > 0) this.#wires.proven = true;
		const lists = results.filter((member) => member.method === 'tools/list');
		for (const { frame } of lists) session.toolHeaders.see(frame);
		const listed = lists.length === 0 ? undefined : listedIn(message);
		if (listed !== undefined) await options.onListed(listed.tools, listed.whole).catch(() => {});
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
		const { client, flights, backlog, kind, options } = this.#wires;
		const { message, bytes } = passage;
		const answered = message.members.filter((m) => m.answers !== undefined);
		const seq = answered[0]?.answers?.seq;
		const own = seq === undefined ? undefined : flights.ofRequest(seq);
		const flight = at ?? own ?? (seq === undefined ? this.#unsolicited(message.members[0]!) : undefined);
		const exchange = flight?.exchange ?? client.socket;
		if (exchange === undefined) {
			const lost = backlog.add({ seq: passage.seq, bytes });
			if (lost !== undefined) await this.#wires.undelivered(lost.seq);
			return;
		}
		try {
			if (own !== undefined) for (const m of answered) this.#wires.answered(own, m.answers!.id);
			const last =
				seq !== undefined && flight !== undefined && !flight.standalone && (flight.ids.size === 0 || !how.streaming);
			const stillborn = message.members[0]!.kind === 'error' && client.withdraw(exchange);
			// What the server streams goes on as a stream, also when it is one event: its id would have no place in a body.
			if (how.streaming || !last) client.commit(exchange);
			if (last) await client.end(exchange, bytes, how);
			else await exchange.send(bytes, how.sse);
			if (last && kind !== 'http' && flight !== undefined) this.#wires.land(flight);
			if (stillborn) options.onOver(NOT_BEGUN);
		} catch {
			await this.#wires.undelivered(passage.seq);
		}
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

	/** true: the server cancels a request of its own that was held here; the client never saw it. */
	#takesBack({ message }: Forward): boolean {
		const first = message.members[0]!;
		const id = first.method === 'notifications/cancelled' ? cancelledId(first.frame) : undefined;
		return id !== undefined && this.#wires.session.hold.cancel('server', id);
	}

	#unsolicited(first: {
		frame: { bytes: Buffer; params?: Parameters<typeof member>[0] };
		method: string;
	}): Flight | undefined {
		if (this.#wires.client.socket !== undefined) return undefined;
		const own = first.method === 'notifications/progress' ? member(first.frame.params, 'progressToken') : undefined;
		const token =
			own === undefined
				? progressToken(first.frame.bytes, first.frame.params)
				: first.frame.bytes.toString('utf8', own.start, own.end);
		return this.#wires.flights.forUnsolicited(token);
	}
}
