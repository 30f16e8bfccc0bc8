import type { Correlated } from '../correlate.ts';
import { type JsonNode, member, text } from '../frame/json.ts';
import type { Judgement } from '../policy/judgement.ts';
import { BOUNDS } from './bounds.ts';
import type { SessionState } from './state.ts';
import type { FrameFacts } from './types.ts';

/**
 * A judgement that would make the facts grow beyond {@link BOUNDS} is a deny with a code of its own. Which labels of it
 * there is room for still stick: nothing that a rule wants remembered is dropped while its frame goes on.
 */
export function withinBounds(
	state: SessionState,
	members: readonly Correlated[],
	judgement: Judgement,
	facts: Pick<FrameFacts, 't' | 'recent'>,
): Judgement {
	const labels = state.fitting(judgement.labels, facts.t, facts.recent?.labels);
	const full = labels !== judgement.labels;
	const over = full ? LABELS : judgement.verdict === 'deny' ? undefined : excess(state, members);
	if (over === undefined) return judgement;
	const { hold: _, ...rest } = judgement;
	return { code: over.code, message: over.message, ...rest, verdict: 'deny', labels };
}

interface Excess {
	readonly code: string;
	/** Without anything of the frame: names are the sender's words. */
	readonly message: string;
}

const LABELS: Excess = {
	code: 'ERR_LIMIT_LABELS',
	message: `rules give more than ${BOUNDS.labels} labels of one scope, or one of more than ${BOUNDS.labelLength} characters`,
};
const CALLED: Excess = {
	code: 'ERR_LIMIT_CALLED_TOOLS',
	message: `more than ${BOUNDS.calledTools} different tools were called in this session, or their names are too long`,
};
const LISTED: Excess = {
	code: 'ERR_LIMIT_LISTED_TOOLS',
	message: `the server lists more than ${BOUNDS.listedTools} tools, or their names and annotations are too long`,
};
const HANDSHAKE: Excess = {
	code: 'ERR_LIMIT_HANDSHAKE',
	message: `a name or version in the handshake, or in the envelope of a request, has more than ${BOUNDS.handshakeText} characters`,
};

function excess(state: SessionState, members: readonly Correlated[]): Excess | undefined {
	const called: string[] = [];
	for (const one of members) {
		const { method, kind, from, frame, protocol, client } = one;
		const said = [protocol, client?.name, client?.version];
		if (said.some((text) => (text?.length ?? 0) > BOUNDS.handshakeText)) return HANDSHAKE;
		if (method === 'tools/call' && kind === 'request' && from === 'client') {
			if (one.tool !== undefined) called.push(one.tool.name);
		} else if (method === 'tools/list' && kind === 'result') {
			if (!state.canList(frame)) return LISTED;
		} else if (method === 'initialize') {
			const info = member(frame.params, 'clientInfo');
			const shaken = [member(info, 'name'), member(info, 'version'), member(frame.result, 'protocolVersion')];
			if (shaken.some(tooLong)) return HANDSHAKE;
		}
	}
	return called.length === 0 || state.canCount(called) ? undefined : CALLED;
}

function tooLong(node: JsonNode | undefined): boolean {
	return (text(node)?.length ?? 0) > BOUNDS.handshakeText;
}
