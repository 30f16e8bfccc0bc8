import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Caller, Rejection } from '../types.ts';

/** What a ticket stands for: who asked for it, and the server it is for. The credential is checked again when it is used. */
type Holder = Omit<Caller, 'headers' | 'transport'>;

/** ms that a ticket can be used in (contract §6). */
export const ticketFor = 30_000;

/** Tickets that are out at once; whoever could make more would fill the memory with them. */
const most = 4_096;

/**
 * Single-use tickets for WebSocket clients that cannot send a header. They are in this process's memory alone, by
 * their hash, so that nothing that reads it later can use one.
 */
export class Tickets {
	readonly #clock: Clock;
	/** By SHA-256, oldest first. */
	readonly #open = new Map<string, { readonly holder: Holder; readonly endsNs: bigint }>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** A new ticket for the one who calls, for the server that was called. */
	make({ headers: _headers, transport: _transport, ...holder }: Caller): string | Rejection {
		this.#forget();
		if (this.#open.size >= most) return tooMany;
		const ticket = randomBytes(24).toString('base64url');
		this.#open.set(hash(ticket), { holder, endsNs: this.#clock.now() + BigInt(ticketFor) * 1_000_000n });
		return ticket;
	}

	/** Who holds this ticket; it is used up by that, also where it is for another server. */
	use(ticket: string, server: string): Holder | Rejection {
		const key = hash(ticket);
		const found = this.#open.get(key);
		this.#open.delete(key);
		if (found === undefined || found.holder.server !== server || found.endsNs <= this.#clock.now())
			return unknownTicket;
		return found.holder;
	}

	#forget(): void {
		const now = this.#clock.now();
		for (const [key, { endsNs }] of this.#open) {
			if (endsNs > now) return;
			this.#open.delete(key);
		}
	}
}

function hash(ticket: string): string {
	return createHash('sha256').update(ticket).digest('base64url');
}

const unknownTicket: Rejection = {
	status: 401,
	code: 'ERR_TICKET_UNKNOWN',
	message: 'this ticket is unknown, used or expired; POST to `/ws/<server>/ticket` for a new one',
};
const tooMany: Rejection = {
	status: 429,
	code: 'ERR_LIMIT_TICKETS',
	message: `${most} tickets are out, which is the limit; they end by themselves`,
	headers: { 'retry-after': String(ticketFor / 1000) },
};
