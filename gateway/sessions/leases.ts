import type { Clock } from '../clock.ts';
import type { Exchange } from '../transport/types.ts';
import type { Admitted } from './identify.ts';
import type { Open, OpenSessions } from './open-sessions.ts';

/** Between two looks, ms: a stream ends at most this long after its credential (contract §6: within 60 s). */
const EVERY = 15_000;

/**
 * What is open is open on somebody's credential. When that one has expired or was revoked, so does the stream end that
 * it opened: a socket with its session, a stream of HTTP alone, since its session may go on with a newer token.
 */
export class Leases {
	readonly #of = new WeakMap<Exchange, Admitted>();
	/** Exchanges whose frame is on its way, held for a human perhaps. */
	readonly #passing = new Map<Exchange, Open>();
	readonly #sessions: OpenSessions;
	readonly #clock: Clock;
	#timer: (() => void) | undefined;

	constructor(sessions: OpenSessions, clock: Clock) {
		this.#sessions = sessions;
		this.#clock = clock;
		this.#schedule();
	}

	/** `exchange` is open because of this credential, the latest that came on it. */
	note(exchange: Exchange, who: Admitted): void {
		if (who.expires !== undefined || who.holds !== undefined) this.#of.set(exchange, who);
	}

	/** A frame came on `exchange`, and is on its way until `passed`. */
	passing(exchange: Exchange, who: Admitted, open: Open): void {
		this.note(exchange, who);
		if (open.traffic.client.socket === undefined && this.#of.has(exchange)) this.#passing.set(exchange, open);
	}

	passed(exchange: Exchange): void {
		this.#passing.delete(exchange);
	}

	stop(): void {
		this.#timer?.();
	}

	#schedule(): void {
		this.#timer = this.#clock.after(EVERY, () => {
			for (const open of this.#sessions.all()) this.#look(open);
			for (const [exchange, open] of this.#passing) this.#cutIfEnded(open, exchange);
			this.#schedule();
		});
	}

	#look(open: Open): void {
		const { socket } = open.traffic.client;
		if (socket !== undefined) {
			const why = this.#ended(socket);
			if (why !== undefined) void this.#sessions.end(open, why);
			return;
		}
		for (const { exchange, seq } of open.traffic.flights.all()) this.#cutIfEnded(open, exchange, seq);
	}

	/** `seq`: of the request that waits for its answer on it. */
	#cutIfEnded({ session }: Open, exchange: Exchange, seq?: number): void {
		const why = exchange.gone ? undefined : this.#ended(exchange);
		if (why === undefined) return;
		this.#of.delete(exchange);
		const about = seq === undefined ? {} : { of: seq };
		const line = { type: 'event', ...session.mark(), event: 'disconnected', ...about, detail: { why } } as const;
		// Whether it can be recorded or not, it ends.
		void session
			.record([line])
			.catch(() => {})
			.then(() => exchange.disconnect(why));
	}

	/** Why the credential counts no more. */
	#ended(exchange: Exchange): string | undefined {
		const who = this.#of.get(exchange);
		if (who === undefined) return undefined;
		if (who.expires !== undefined && who.expires <= this.#clock.now())
			return 'the credential of the client has expired';
		return who.holds?.() === false ? 'the credential of the client was revoked' : undefined;
	}
}
