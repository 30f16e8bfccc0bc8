import type { WebSocket } from 'ws';
import type { Clock } from '../../clock.ts';

/** ms between pings: less than what proxies between the two ends cut silent connections after. */
const pingEvery = 25_000;

/**
 * Pings the other end (RFC 6455 §5.5.2) and cuts a connection whose last ping had no answer: it would never be told
 * by TCP alone that nobody is there. Returns how to stop.
 */
export function heartbeat(socket: WebSocket, clock: Clock): () => void {
	let answered = true;
	socket.on('pong', () => {
		answered = true;
	});
	const beat = () => {
		if (!answered) {
			socket.terminate();
			return;
		}
		answered = false;
		if (socket.readyState === socket.OPEN) socket.ping();
		stop = clock.after(pingEvery, beat);
	};
	let stop = clock.after(pingEvery, beat);
	return () => stop();
}
