import type { Message } from '../../engine/step.ts';
import { cancelledId } from './ends.ts';
import type { Wires } from './wires.ts';

/**
 * `notifications/cancelled` of the server for requests of its own: nobody's answer is awaited any more, and their ids
 * are free. true: the only one was held here, so the client never saw it and need not hear of this.
 */
export async function takenBack({ session }: Wires, { members }: Message): Promise<boolean> {
	let held = false;
	for (const { frame, method, kind } of members) {
		const id = kind === 'notification' && method === 'notifications/cancelled' ? cancelledId(frame) : undefined;
		if (id === undefined) continue;
		held = session.hold.cancel('server', id);
		for (const request of session.state.pending('server').filter((pending) => pending.id === id)) {
			session.forget(request.seq);
			await session.record([{ type: 'event', ...session.mark(), event: 'cancelled', of: request.seq }]).catch(() => {});
		}
	}
	return held && members.length === 1;
}
