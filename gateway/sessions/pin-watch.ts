import type { Clock } from '../clock.ts';
import { publish } from '../telemetry/channels.ts';
import type { LiveSession } from './live-session.ts';
import type { OpenSessions } from './open-sessions.ts';
import type { Pin } from './pin-rows.ts';
import type { Pins } from './pins.ts';

/** Time between two looks, ms: what an operator accepts in another process is in force within a second. */
const EVERY = 400;

/**
 * Brings pins that change while sessions are open into them, and has clients told whose list of tools is another one
 * by that, or by a new policy (`policy`: the revision in force). Gives back what stops it.
 */
export function watchPins(sessions: OpenSessions, pins: Pins, policy: () => string, clock: Clock): () => void {
	/** The stamp whose pins a session has. */
	const has = new WeakMap<LiveSession, string>();
	/** Under which policy and pins a session was looked at. */
	const lists = new WeakMap<LiveSession, string>();
	let stop: () => void;
	let over = false;
	const look = async () => {
		await pinsNow();
		const revision = policy();
		for (const open of sessions.all()) {
			const { session, traffic } = open;
			const key = `${revision} ${pins.stamp(session.header.server.name)}`;
			const before = lists.get(session);
			if (before === key || traffic.over || session.stale) continue;
			if (before !== undefined) await traffic.relist().catch(() => {});
			lists.set(session, key);
		}
	};
	const pinsNow = async () => {
		const servers = Map.groupBy(sessions.all(), ({ session }) => session.header.server.name);
		for (const [server, open] of servers) {
			const stamp = pins.stamp(server);
			// What a session has in memory may not be what its record says: first that, then this.
			const behind = open.filter(({ session }) => has.get(session) !== stamp && !session.stale);
			if (stamp === undefined || behind.length === 0) continue;
			const rows = pins.rows(server);
			for (const { session, traffic } of behind) {
				if (traffic.over) continue;
				await bring(session, rows).then(
					() => has.set(session, stamp),
					() => {},
				);
			}
		}
	};
	const schedule = () => {
		stop = clock.after(EVERY, () => {
			// A store that cannot be read or written now is looked at again next time.
			void look()
				.catch((error: unknown) => publish('trouble', { code: 'ERR_PINS_WATCH', message: String(error) }))
				.then(() => (over ? undefined : schedule()));
		});
	};
	schedule();
	return () => {
		over = true;
		stop();
	};
}

/** Lets the pins of the session's server (`rows`) be in force from here on, as an event in its record. */
export async function bring(session: LiveSession, rows: ReadonlyMap<string, Pin>): Promise<void> {
	const { state, header } = session;
	const changed = [...rows].filter(([tool, { hash, session: by, accepted }]) => {
		// A tool that this session showed first is new in it, until somebody says that it is good.
		return state.pin(tool) !== hash && (accepted !== undefined || by !== header.id);
	});
	if (changed.length > 0) await session.repin(changed.map(([tool, { hash }]) => [tool, hash]));
}
