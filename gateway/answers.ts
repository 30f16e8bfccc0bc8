import type { Correlated } from '../engine/correlate.ts';
import type { Judgement, Reason } from '../engine/policy/judgement.ts';
import type { Message } from '../engine/step.ts';
import type { EnvelopeRefusal } from './envelope.ts';
import { ENVELOPE_REVISIONS } from './revisions.ts';

/**
 * What the gateway itself writes. Application error codes stand outside -32768…-32000, which JSON-RPC 2.0 §5.1 and
 * MCP keep for themselves; refusals of what is no proper JSON-RPC use the codes that JSON-RPC has for that.
 */
export const RPC = {
	parse: -32700,
	invalid: -32600,
	params: -32602,
	/** MCP 2026-07-28, "Error Codes": HeaderMismatch, UnsupportedProtocolVersion */
	header: -32020,
	revision: -32022,
	denied: 4030,
	held: 4031,
	refusedByHuman: 4032,
	expired: 4033,
	unavailable: 5030,
} as const;

/** One answer, to whom, and the HTTP status where there is one. No bytes: the status alone. */
export interface Answer {
	readonly to: 'client' | 'server';
	readonly bytes?: Buffer;
	readonly status: number;
}

/** `{"jsonrpc":"2.0","id":…,"error":…}`; `id` is the raw token, `null` where there is none. */
export function rpcError(
	id: string | undefined,
	code: number,
	message: string,
	data?: Readonly<Record<string, unknown>>,
): Buffer {
	const error = { code, message, ...(data === undefined ? {} : { data }) };
	return Buffer.from(`{"jsonrpc":"2.0","id":${id ?? 'null'},"error":${JSON.stringify(error)}}`, 'utf8');
}

/**
 * A tool result that says in words why there is no other (the model can read it and do something else). From 2026-07-28
 * on (`complete`) every result says that it is one.
 */
export function toolError(id: string, text: string, complete = false): Buffer {
	const result = { ...(complete ? { resultType: 'complete' } : {}), content: [{ type: 'text', text }], isError: true };
	return Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":${JSON.stringify(result)}}`, 'utf8');
}

/**
 * The answer to a request that does not go on, in the shape that its sender expects (contract §1 *What a denial
 * looks like*). `data` goes to JSON-RPC errors only.
 */
export function requestAnswer(
	request: Pick<Correlated, 'from' | 'method' | 'protocol'> & { readonly id: string },
	code: number,
	text: string,
	data: Readonly<Record<string, unknown>>,
): Buffer {
	if (request.from === 'client' && request.method === 'tools/call')
		return toolError(request.id, text, request.protocol !== undefined);
	return rpcError(request.id, code, text, data);
}

/** What a frame that the policy denied means for its sender and for whoever waits for it. */
export function denial(message: Message, judgement: Judgement, words: (text: string) => string): Answer[] {
	const text = words(denialText(judgement));
	const data = { code: judgement.code ?? 'ERR_POLICY_DENIED', rules: ruleIds(judgement.reasons) };
	return answersTo(message, RPC.denied, text, data, 'the answer was withheld by policy');
}

/**
 * What everybody is told who waits for a message that does not go on: its sender, and whoever a withheld answer was
 * for. The members of a batch are answered in one.
 */
export function answersTo(
	message: Message,
	code: number,
	text: string,
	data: Readonly<Record<string, unknown>>,
	withheld: string,
	status: { readonly request: number; readonly other: number } = { request: 200, other: 400 },
): Answer[] {
	const sender: Buffer[] = [];
	const waiting: Buffer[] = [];
	for (const member of message.members) {
		if (member.kind === 'request') sender.push(requestAnswer(withId(member), code, text, data));
		else if (member.answers === undefined) continue;
		else if (member.from === 'client') waiting.push(rpcError(member.answers.id, code, withheld, data));
		else
			waiting.push(requestAnswer(member.answers, code, `The server has acted; its answer is withheld. ${text}`, data));
	}
	const answers: Answer[] = [];
	if (sender.length > 0) answers.push({ to: message.from, status: status.request, bytes: joined(sender) });
	else if (message.from === 'client')
		answers.push({ to: 'client', status: status.other, bytes: rpcError(undefined, code, text, data) });
	if (waiting.length > 0) {
		const to = message.from === 'client' ? 'server' : 'client';
		answers.push({ to, status: status.request, bytes: joined(waiting) });
	}
	return answers;
}

/** Several answers in one piece are a batch. */
export function joined(answers: readonly Buffer[]): Buffer {
	return answers.length === 1 ? answers[0]! : Buffer.from(`[${answers.map(String).join(',')}]`, 'utf8');
}

/** The gateway's own refusal of something that is not proper, unambiguous protocol. */
export function refusalAnswer(refusal: EnvelopeRefusal, id?: string): Buffer {
	const { code, message, requested } = refusal;
	// Only what an envelope can name: which older ones its server speaks, `initialize` says.
	const revisions = code === 'ERR_PROTOCOL_UNSUPPORTED' ? { supported: [...ENVELOPE_REVISIONS], requested } : {};
	return rpcError(id, RPC_OF_REFUSAL.get(code) ?? RPC.invalid, `Refused: ${message}.`, { code, ...revisions });
}

/** What is not named here is an invalid request. */
const RPC_OF_REFUSAL: ReadonlyMap<string, number> = new Map([
	['ERR_FRAME_JSON', RPC.parse],
	['ERR_FRAME_UTF8', RPC.parse],
	['ERR_ENVELOPE_INCOMPLETE', RPC.params],
	['ERR_HEADER_CONTRADICTS', RPC.header],
	['ERR_HEADER_MISSING', RPC.header],
	['ERR_PROTOCOL_UNSUPPORTED', RPC.revision],
]);

/** In the rule's words, which rule, and what to do. */
export function denialText(judgement: Judgement): string {
	const denies = judgement.reasons.filter((reason) => reason.set === 'deny');
	if (denies.length > 0) {
		const said = denies.map((reason) => `${reason.message} (rule ${reason.rule})`).join('; ');
		return `Denied by policy: ${said}. Change the request, or ask an operator of this gateway for an exception to the rule.`;
	}
	const code = judgement.code ?? 'ERR_POLICY_DENIED';
	if (code === 'ERR_HOLD_IMPOSSIBLE') {
		const holds = judgement.reasons.filter((reason) => reason.set === 'hold').map((reason) => reason.rule);
		return `Denied: rule ${holds.join(', ')} wants a human to approve this, but messages of this kind cannot wait (${code}). Ask an operator of this gateway.`;
	}
	if (code === 'ERR_MASK_PROTECTED') {
		const masks = judgement.reasons.filter((reason) => reason.set === 'mask').map((reason) => reason.rule);
		return `Denied: rule ${[...new Set(masks)].join(', ')} masks a secret that stands in a member which the protocol needs as it is, such as an id or a cursor (${code}). Take the secret out of it.`;
	}
	if (judgement.misfit !== undefined) {
		const { pointer, rules } = judgement.misfit;
		return `Denied: what rule ${rules.join(', ')} masks at ${pointer} does not fit the output schema of the tool any more (${code}). Ask an operator of this gateway for a mask that does.`;
	}
	if (code.startsWith('ERR_EMBEDDED_')) {
		return `Denied: ${judgement.message ?? 'what stands within this message cannot be judged'} (${code}).`;
	}
	if (code === 'ERR_HOLD_CHANGED') {
		return `Denied: what this call needs has changed since it was approved (${code}). Nothing was executed. Repeat it to ask again.`;
	}
	if (code.startsWith('ERR_LIMIT_')) {
		return `Denied: there is no room for what policy has to remember of this message (${code}). Start a new session, or ask an operator of this gateway.`;
	}
	return `Denied: the policy could not be evaluated for this message (${code}), and what cannot be judged does not pass. Ask an operator of this gateway.`;
}

export function ruleIds(reasons: readonly Reason[]): string[] {
	return [...new Set(reasons.filter((reason) => reason.set !== 'warn').map((reason) => reason.rule))];
}

function withId(member: Correlated): Parameters<typeof requestAnswer>[0] {
	const { from, method, protocol } = member;
	return { from, method, id: member.frame.id ?? 'null', ...(protocol === undefined ? {} : { protocol }) };
}
