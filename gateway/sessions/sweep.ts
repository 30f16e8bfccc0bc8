import type { Clock } from '../clock.ts';
import type { OpenSessions } from './open-sessions.ts';

/** Longest time between two looks, ms. */
const EVERY = 60_000;

/** Ends sessions that have said nothing for `idleMs`. A socket or pipe ends with its client, not here. Gives back what stops it. */
export function sweep(sessions: OpenSessions, clock: Clock, idleMs: number): () => void {
	let stop: () => void;
	const schedule = () => {
		stop = clock.after(Math.min(idleMs, EVERY), () => {
			const now = clock.now();
			for (const open of sessions.all()) {
				if (open.traffic.client.socket !== undefined) continue;
				// A stream that is open, or somebody who waits for a human, is a sign of life: its idle time begins after that.
				if (open.traffic.flights.all().length > 0 || open.session.waits) open.lastNs = now;
				else if (now - open.lastNs > BigInt(idleMs) * 1_000_000n) void sessions.end(open, 'idle for too long');
			}
			schedule();
		});
	};
	schedule();
	return () => stop();
}
