import type { Refusal } from '../../engine/frame/frame.ts';
import { refusedInFlight, type Waiting } from '../../engine/in-flight.ts';
import type { SessionState } from '../../engine/session/state.ts';
import type { Message } from '../../engine/step.ts';
import { isSubscription } from './era.ts';

export interface RequestLimits {
	/** Requests of one side that wait for an answer. */
	readonly inFlight: number;
	/** Subscriptions: they wait for hours, so they have a limit of their own. */
	readonly streams: number;
}

/** Why a message is refused before it is judged. `held`: what waits for a human, which the facts do not count. */
export function overLimit(
	state: SessionState,
	message: Message,
	{ inFlight, streams }: RequestLimits,
	held: Iterable<Waiting>,
): Refusal | undefined {
	const waiting = [...held];
	const open = () => state.pending('client').filter(isSubscription).length;
	if (message.members.some((member) => member.kind === 'request' && isSubscription(member))) {
		const count = open();
		if (count < streams) return undefined;
		return {
			code: 'ERR_LIMIT_STREAMS',
			message: `${count} subscriptions are open in this session, which is the limit`,
		};
	}
	const over = refusedInFlight(state, message, inFlight, waiting);
	const lasting = over === undefined ? 0 : open();
	return lasting === 0 ? over : refusedInFlight(state, message, inFlight + lasting, waiting);
}
