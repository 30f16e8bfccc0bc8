import type { Frame } from '../../engine/frame/frame.ts';
import type { PendingRequest } from '../../engine/session/types.ts';
import type { Message } from '../../engine/step.ts';
import { cancelledId } from './ends.ts';
import { isModern } from './era.ts';
import type { OwnAnswers } from './own-answers.ts';
import type { Wires } from './wires.ts';

/**
 * A client gives a request up: by saying so, or from 2026-07-28 on by leaving the response (basic/patterns/cancellation).
 * How it says so is translated for the server's transport, what it means is not.
 */
export class Cancellations {
	readonly #wires: Wires;
	readonly #own: OwnAnswers;

	constructor(wires: Wires, own: OwnAnswers) {
		this.#wires = wires;
		this.#own = own;
	}

	/** Something of the client passed; perhaps it cancels. true: it does nothing else, and goes no further. */
	async heard({ members }: Message): Promise<boolean> {
		let kept = false;
		for (const { frame, kind, method } of members)
			if (kind === 'notification' && method === 'notifications/cancelled') kept = await this.#cancelled(frame);
		return kept && members.length === 1;
	}

	async #cancelled(frame: Frame): Promise<boolean> {
		const { session, kind } = this.#wires;
		const id = cancelledId(frame);
		if (id === undefined) return false;
		// Several clients may share a derived session, with equal ids: over HTTP only leaving cancels there.
		if (this.#wires.derived) return true;
		if (session.hold.cancel('client', id)) return true;
		const request = session.state
			.pending('client')
			.find((pending) => pending.id === id && pending.method !== 'initialize');
		if (request === undefined) return false;
		const flight = this.#wires.flights.ofRequest(request.seq);
		// The members of a batch are cancelled one by one.
		if (flight !== undefined && flight.ids.size === 1) flight.cancelled = true;
		await this.#forget(request);
		// A server over HTTP hears of it by the end of the exchange.
		const ends = kind === 'http' && isModern(request);
		if (flight === undefined || (kind === 'http' && !ends)) return false;
		if (ends) this.#wires.abandon(flight.number);
		// No answer will come any more.
		this.#wires.answered(flight, id);
		if (flight.ids.size === 0) {
			this.#wires.land(flight);
			await flight.exchange.end().catch(() => {});
		}
		return ends;
	}

	/** Whoever waits for the answer to this request has gone away. */
	async left(request: PendingRequest): Promise<void> {
		const { session, kind, flights } = this.#wires;
		if (!session.state.awaits(request.seq)) return;
		const flight = flights.ofRequest(request.seq);
		if (flight !== undefined) flight.cancelled = true;
		await this.#forget(request);
		// One that waits for its turn finds out when it comes.
		if (flight === undefined) return;
		if (kind === 'http') this.#wires.abandon(flight.number);
		else if (flight.sent) await this.#own.cancel(request);
		this.#wires.land(flight);
	}

	async #forget({ seq }: PendingRequest): Promise<void> {
		const { session } = this.#wires;
		session.forget(seq);
		await session.record([{ type: 'event', ...session.mark(), event: 'cancelled', of: seq }]).catch(() => {});
	}
}
