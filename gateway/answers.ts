import type { Correlated } from '../engine/correlate.ts';
import type { Refusal } from '../engine/frame/frame.ts';
import type { Judgement, Reason } from '../engine/policy/judgement.ts';
import type { Message } from '../engine/step.ts';

/**
 * What the gateway itself writes. Application error codes stand outside -32768…-32000, which JSON-RPC 2.0 §5.1 and
 * MCP keep for themselves; refusals of what is no proper JSON-RPC use the codes that JSON-RPC has for that.
 */
export const RPC = {
	parse: -32700,
	invalid: -32600,
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

/** A tool result that says in words why there is no other (the model can read it and do something else). */
export function toolError(id: string, text: string): Buffer {
	const result = { content: [{ type: 'text', text }], isError: true };
	return Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":${JSON.stringify(result)}}`, 'utf8');
}

/**
 * The answer to a request that does not go on, in the shape that its sender expects (contract §1 *What a denial
 * looks like*). `data` goes to JSON-RPC errors only.
 */
export function requestAnswer(
	request: Pick<Correlated, 'from' | 'method'> & { readonly id: string },
	code: number,
	text: string,
	data: Readonly<Record<string, unknown>>,
): Buffer {
	if (request.from === 'client' && request.method === 'tools/call') return toolError(request.id, text);
	return rpcError(request.id, code, text, data);
}

/** What a frame that the policy denied means for its sender and for whoever waits for it. */
export function denial(message: Message, judgement: Judgement, words: (text: string) => string): Answer[] {
	const text = words(denialText(judgement));
	const data = { code: judgement.code ?? 'ERR_POLICY_DENIED', rules: ruleIds(judgement.reasons) };
	const first = message.members[0]!;
	if (message.members.length > 1) {
		const answers = message.members
			.filter((m) => m.kind === 'request')
			.map((m) => requestAnswer(withId(m), RPC.denied, text, data));
		if (answers.length === 0)
			return message.from === 'client'
				? [{ to: 'client', status: 400, bytes: rpcError(undefined, RPC.denied, text, data) }]
				: [];
		return [{ to: message.from, status: 200, bytes: Buffer.from(`[${answers.map(String).join(',')}]`, 'utf8') }];
	}
	switch (first.kind) {
		case 'request':
			return [{ to: message.from, status: 200, bytes: requestAnswer(withId(first), RPC.denied, text, data) }];
		case 'notification':
			return message.from === 'client'
				? [{ to: 'client', status: 400, bytes: rpcError(undefined, RPC.denied, text, data) }]
				: [];
		default:
			return deniedAnswer(first, text, data);
	}
}

function deniedAnswer(answer: Correlated, text: string, data: Readonly<Record<string, unknown>>): Answer[] {
	const asked = answer.answers;
	if (asked === undefined) return [];
	if (answer.from === 'client') {
		return [
			{ to: 'client', status: 400, bytes: rpcError(undefined, RPC.denied, text, data) },
			{ to: 'server', status: 200, bytes: rpcError(asked.id, RPC.denied, 'the answer was withheld by policy', data) },
		];
	}
	const withheld = `The server has acted; its answer is withheld. ${text}`;
	return [{ to: 'client', status: 200, bytes: requestAnswer(asked, RPC.denied, withheld, data) }];
}

/** The gateway's own refusal of something that is not proper, unambiguous protocol. */
export function refusalAnswer(refusal: Refusal, id?: string): Buffer {
	const code = refusal.code === 'ERR_FRAME_JSON' || refusal.code === 'ERR_FRAME_UTF8' ? RPC.parse : RPC.invalid;
	return rpcError(id, code, `Refused: ${refusal.message}.`, { code: refusal.code });
}

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
	if (code === 'ERR_HOLD_CHANGED') {
		return `Denied: what this call needs has changed since it was approved (${code}). Nothing was executed. Repeat it to ask again.`;
	}
	return `Denied: the policy could not be evaluated for this message (${code}), and what cannot be judged does not pass. Ask an operator of this gateway.`;
}

export function ruleIds(reasons: readonly Reason[]): string[] {
	return [...new Set(reasons.filter((reason) => reason.set !== 'warn').map((reason) => reason.rule))];
}

function withId(member: Correlated): { from: Correlated['from']; method: string; id: string } {
	return { from: member.from, method: member.method, id: member.frame.id ?? 'null' };
}
