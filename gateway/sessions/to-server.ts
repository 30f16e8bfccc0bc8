import type { Frame } from '../../engine/frame/frame.ts';
import type { Passage } from '../gate.ts';
import { UpstreamError } from '../transport/errors.ts';
import type { Exchange } from '../transport/types.ts';
import { cancelledId, endOf } from './ends.ts';
import type { Flight } from './flights.ts';
import type { OwnAnswers } from './own-answers.ts';
import type { Wires } from './wires.ts';

type Forward = Extract<Passage, { do: 'forward' }>;

/** Client → server: what passed the gate goes to the upstream, on a flight of its own. */
export class ToServer {
	readonly #wires: Wires;
	readonly #own: OwnAnswers;

	constructor(wires: Wires, own: OwnAnswers) {
		this.#wires = wires;
		this.#own = own;
	}

	async send(passage: Forward, exchange: Exchange, headers: Readonly<Record<string, string>>): Promise<void> {
		const { session, client, flights, turns, kind } = this.#wires;
		const { message } = passage;
		const first = message.members[0]!;
		if (first.method === 'notifications/cancelled' && (await this.#cancelled(first.frame))) {
			await this.#wires.note('undelivered', passage.seq);
			await exchange.end(undefined, { status: 202 }).catch(() => {});
			return;
		}
		// Asked here, not in a function of its own: nothing may come between the last look and the start of the flight.
		for (let busy = this.#busy(passage); busy !== undefined; busy = this.#busy(passage)) await turns.wait(busy);
		// While it waited for its turn it was cancelled: then the server is not to see it.
		if (passage.requests.length > 0 && !session.state.awaits(passage.seq)) {
			// Its turn is the next one's.
			for (const { id } of passage.requests) turns.free(id);
			await client.end(exchange, undefined, { status: 202 }).catch(() => {});
			return;
		}
		let flight: Flight | undefined;
		try {
			if (this.#wires.over) throw new UpstreamError('ERR_SESSION_CLOSED', 'the session is over', { status: 503 });
			flight = flights.start(exchange, message, passage.seq);
			const upstream = await this.#wires.open();
			client.keepWarm(() => flights.all());
			await upstream.send(passage.bytes, flight.number, headers);
		} catch (error) {
			flight ??= flights.start(exchange, message, passage.seq);
			this.#wires.land(flight);
			await this.#wires.note('undelivered', passage.seq);
			await this.#own.fail(flight, endOf(error));
			return;
		}
		if (passage.requests.length === 0 && kind !== 'http') {
			this.#wires.land(flight);
			await exchange.end(undefined, { status: 202 }).catch(() => {});
		}
		if (first.method === 'notifications/initialized' && client.socket !== undefined) await this.#listenForSocket();
	}

	/** A socket client hears everything on its socket, so the upstream's stand-alone stream is opened for it. */
	async #listenForSocket(): Promise<void> {
		const { kind, client, flights } = this.#wires;
		if (kind !== 'http' || client.socket === undefined) return;
		const upstream = await this.#wires.open();
		const flight = flights.listen(client.socket, false);
		// Servers need not offer one, and the client has not asked for it.
		const status = await upstream.listen(flight.number, {}).catch(() => undefined);
		if (status !== 200) flights.end(flight);
	}

	/** true: the request was held here and is withdrawn; the server never saw it. */
	async #cancelled(frame: Frame): Promise<boolean> {
		const { session } = this.#wires;
		const id = cancelledId(frame);
		if (id === undefined) return false;
		if (session.hold.cancel('client', id)) return true;
		const request = session.state
			.pending('client')
			.find((pending) => pending.id === id && pending.method !== 'initialize');
		if (request !== undefined) {
			session.state.forget(request.seq);
			await session.record([{ type: 'event', ...session.mark(), event: 'cancelled', of: request.seq }]).catch(() => {});
			await this.#letGo(request.seq, id);
		}
		return false;
	}

	/** No answer will come over a pipe to a cancelled request; over HTTP its response ends by itself. */
	async #letGo(seq: number, id: string): Promise<void> {
		const { kind, flights } = this.#wires;
		const flight = kind === 'http' ? undefined : flights.ofRequest(seq);
		if (flight === undefined) return;
		this.#wires.answered(flight, id);
		if (flight.ids.size > 0) return;
		this.#wires.land(flight);
		await flight.exchange.end().catch(() => {});
	}

	/** Only ids in flight upstream serialise: a second request with the same id waits for the first one's answer. */
	#busy(passage: Forward): string | undefined {
		return passage.requests.find(({ id }) => this.#wires.flights.carries(id))?.id;
	}
}
