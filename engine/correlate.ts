import { envelopeOf, identityIn } from './frame/era.ts';
import type { Frame, Party } from './frame/frame.ts';
import { member, text } from './frame/json.ts';
import { policyText } from './frame/policy-text.ts';
import type { InputFrame } from './input/build.ts';
import type { SessionState } from './session/state.ts';
import type { CalledTool, PendingRequest } from './session/types.ts';

/** A frame that knows which request it answers, if it answers one, and its parts as policy sees them. */
export interface Correlated extends InputFrame {
	readonly frame: Frame;
	readonly answers?: PendingRequest;
}

/**
 * Which request does this frame answer? By the exchange where the transport knows it (`answers`, a `seq`), else by
 * the raw id token (contract §6 *Correlation*). Undefined: an answer that nobody asked for.
 */
export function correlate(state: SessionState, frame: Frame, from: Party, answers?: number): Correlated | undefined {
	const parts = texts(frame);
	if (frame.kind === 'request' || frame.kind === 'notification') {
		const method = frame.method ?? '';
		const tool = method === 'tools/call' ? calledTool(frame) : undefined;
		const envelope = envelopeOf(frame);
		const client = identityIn(envelope?.clientInfo);
		return {
			frame,
			from,
			kind: frame.kind,
			method,
			...parts,
			...(tool === undefined ? {} : { tool }),
			...(envelope === undefined ? {} : { protocol: envelope.protocol.toWellFormed() }),
			...(client === undefined ? {} : { client }),
		};
	}
	const request = state.correlate(from, frame.id, answers);
	if (request === undefined) return undefined;
	return {
		frame,
		from,
		kind: frame.kind,
		method: request.method,
		answers: request,
		...parts,
		...(request.params === undefined ? {} : { params: request.params }),
		...(request.tool === undefined ? {} : { tool: request.tool }),
		...(request.protocol === undefined ? {} : { protocol: request.protocol }),
		...(request.client === undefined ? {} : { client: request.client }),
	};
}

function texts(frame: Frame): Pick<InputFrame, 'params' | 'result' | 'error'> {
	return {
		...(frame.params === undefined ? {} : { params: policyText(frame, frame.params) }),
		...(frame.result === undefined ? {} : { result: policyText(frame, frame.result) }),
		...(frame.error === undefined ? {} : { error: policyText(frame, frame.error) }),
	};
}

function calledTool(frame: Frame): CalledTool | undefined {
	const name = text(member(frame.params, 'name'));
	if (name === undefined) return undefined;
	const args = member(frame.params, 'arguments');
	return { name, ...(args === undefined ? {} : { arguments: policyText(frame, args) }) };
}
