import type { Clock } from '../clock.ts';
import type { Open, OpenSessions } from './open-sessions.ts';

/** How long a derived session may go without a result of its server, ms: a client that only probed falls back within that. */
const PATIENCE_MS = 10_000;

/**
 * Ends derived sessions that were never of use: a client found by a refused probe that the server speaks an older
 * revision, and goes on in a session of its own. A server process is not kept for that.
 */
export class Probation {
	readonly #sessions: OpenSessions;
	readonly #clock: Clock;
	readonly #watched = new WeakSet<Open>();

	constructor(sessions: OpenSessions, clock: Clock) {
		this.#sessions = sessions;
		this.#clock = clock;
	}

	/** A frame of its client was dealt with. */
	look(open: Open): void {
		if (open.traffic.proven || this.#watched.has(open)) return;
		this.#watched.add(open);
		this.#clock.after(PATIENCE_MS, () => {
			this.#watched.delete(open);
			if (open.traffic.proven || open.traffic.over) return;
			const quiet = this.#clock.now() - open.lastNs >= BigInt(PATIENCE_MS) * 1_000_000n;
			const waits = open.traffic.flights.all().length > 0 || open.session.waits;
			if (quiet && !waits) void this.#sessions.end(open, 'the server answered nothing but refusals');
			else this.look(open);
		});
	}
}
