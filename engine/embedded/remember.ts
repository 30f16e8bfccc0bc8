import type { Correlated } from '../correlate.ts';
import { type JsonNode, member, text } from '../frame/json.ts';
import type { Effect } from '../session/effect.ts';
import type { SessionState } from '../session/state.ts';
import { EmbeddedRefused } from './embedded.ts';
import { embeddedIn } from './find.ts';

/**
 * What a frame that goes on makes the session remember, so that what stands in later frames can be judged: the task
 * that a request became, and what a server asks for within a result.
 */
export function remembered(state: SessionState, carrier: Correlated): Pick<Effect, 'task' | 'asks'> {
	const { kind, method, frame, answers } = carrier;
	if (kind !== 'result' && kind !== 'notification') return {};
	const asks = found(state, carrier).flatMap(({ asked }) => asked ?? []);
	const task = answers === undefined || method.startsWith('tasks/') ? undefined : taskMade(frame.result);
	return { ...(task === undefined ? {} : { task }), ...(asks.length === 0 ? {} : { asks }) };
}

function found(state: SessionState, carrier: Correlated): ReturnType<typeof embeddedIn> {
	try {
		return embeddedIn(state, carrier);
	} catch (thrown) {
		// Such a frame is denied; one that is recorded as delivered by an engine that did not look asks for nothing.
		if (thrown instanceof EmbeddedRefused) return [];
		throw thrown;
	}
}

/** The id of the task that a request was answered with: `task` in 2025-11-25, the result itself in the extension. */
function taskMade(result: JsonNode | undefined): string | undefined {
	const flat = text(member(result, 'resultType')) === 'task' ? text(member(result, 'taskId')) : undefined;
	return (flat ?? text(member(member(result, 'task'), 'taskId')))?.toWellFormed();
}
