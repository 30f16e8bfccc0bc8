import { type Correlated, correlate } from './correlate.ts';
import { remembered } from './embedded/remember.ts';
import type { Frame, Party } from './frame/frame.ts';
import { type JudgeOptions, judge } from './judge.ts';
import type { Judgement, Reason, Verdict } from './policy/judgement.ts';
import type { Policy } from './policy/load.ts';
import type { SessionState } from './session/state.ts';
import type { FrameFacts, PendingRequest, Principal } from './session/types.ts';
import { withinBounds } from './session/within-bounds.ts';

/** What came in one piece, correlated. More than one member only in a 2025-03-26 batch. */
export interface Message {
	readonly from: Party;
	readonly members: readonly Correlated[];
}

/** How a message was judged and when. */
export interface Step {
	readonly seq: number;
	/** ns since the session's start */
	readonly t: number;
	/** As of then: a later judgement of the same message is about the same caller. */
	readonly principal: Principal;
	readonly message: Message;
	readonly judgement: Judgement;
	/** The requests in it as they are pending once they go on; empty when it has none. */
	readonly requests: readonly PendingRequest[];
}

export interface StepOptions extends JudgeOptions {
	/**
	 * When judging again: did the recording let this frame go? A frame held now counts as a call only then, or if it
	 * was held then too. Undefined: live, a held call counts.
	 */
	readonly recorded?: { readonly held: boolean; readonly wentOn: boolean };
}

/** Correlates every member of `frames`; undefined if one of them answers nothing. */
export function messageOf(
	state: SessionState,
	frames: readonly Frame[],
	from: Party,
	answers?: number,
): Message | undefined {
	const members: Correlated[] = [];
	for (const frame of frames) {
		const correlated = correlate(state, frame, from, answers);
		if (correlated === undefined) return undefined;
		members.push(correlated);
	}
	return { from, members };
}

/**
 * The one synchronous step of contract §1 *Order*: gives `seq`, reads the facts, judges, lets the verdict change the
 * facts. Nothing else may come between.
 */
export function step(
	policy: Policy,
	state: SessionState,
	message: Message,
	seq: number,
	facts: FrameFacts,
	options: StepOptions,
): Step {
	const ahead: (string | undefined)[] = [];
	const judgements = message.members.map((member) => {
		const counted = ahead.length === 0 ? member : { ...member, ahead: [...ahead] };
		if (isCall(member)) ahead.push(member.tool?.name);
		return judge(policy, state, counted, seq, facts, options);
	});
	const judgement = withinBounds(state, message.members, merge(judgements), facts);
	const requests = apply(state, message, seq, facts.t, judgement, options.recorded);
	return { seq, t: facts.t, principal: facts.principal, message, judgement, requests };
}

/** Lets a judgement that is already known change the facts: the reducing half of `step`, and how a session is rebuilt from its record. */
export function apply(
	state: SessionState,
	message: Message,
	seq: number,
	t: number,
	judgement: Pick<Judgement, 'verdict' | 'labels'>,
	recorded?: StepOptions['recorded'],
): PendingRequest[] {
	const { verdict } = judgement;
	const goes = verdict === 'allow' || verdict === 'mask';
	const heldButWent = verdict === 'hold' && recorded?.wentOn === true;
	for (const [i, member] of message.members.entries()) {
		state.apply({
			seq,
			t,
			frame: member.frame,
			from: member.from,
			kind: member.kind,
			method: member.method,
			labels: i === 0 ? judgement.labels : [],
			denied: verdict === 'deny',
			counts: goes || (verdict === 'hold' && (recorded === undefined || recorded.held || recorded.wentOn)),
			goesOn: goes || heldButWent,
			...(member.params === undefined ? {} : { params: member.params }),
			...(member.tool === undefined ? {} : { tool: member.tool }),
			...(member.protocol === undefined ? {} : { protocol: member.protocol }),
			...(member.client === undefined ? {} : { client: member.client }),
			...(member.answers === undefined ? {} : { answers: member.answers }),
			...(verdict === 'deny' ? {} : remembered(state, member)),
		});
	}
	return requestsOf(message, seq);
}

/**
 * Judges a held message again, at its release or at the use of a grant: under `policy`, with the facts as they are
 * now, its own call left out of the counts (contract §7). Changes nothing.
 */
export function rejudge(
	policy: Policy,
	state: SessionState,
	message: Message,
	held: { readonly seq: number; readonly t: number },
	facts: FrameFacts,
	options: JudgeOptions,
): Judgement {
	const judgements = message.members.map((member) => {
		return judge(policy, state, isCall(member) ? { ...member, countedAt: held.t } : member, held.seq, facts, options);
	});
	return withinBounds(state, message.members, merge(judgements), facts);
}

/** What `session.calls` counts (contract §2). */
function isCall({ method, kind, from }: Correlated): boolean {
	return method === 'tools/call' && kind === 'request' && from === 'client';
}

/** The requests of a message as they are pending once it goes on. */
export function requestsOf(message: Message, seq: number): PendingRequest[] {
	return message.members.filter((member) => member.kind === 'request').map((member) => requestOf(member, seq));
}

function requestOf(member: Correlated, seq: number): PendingRequest {
	return {
		seq,
		from: member.from,
		id: member.frame.id ?? '',
		method: member.method,
		...(member.params === undefined ? {} : { params: member.params }),
		...(member.tool === undefined ? {} : { tool: member.tool }),
		...(member.protocol === undefined ? {} : { protocol: member.protocol }),
		...(member.client === undefined ? {} : { client: member.client }),
	};
}

const ORDER: readonly Verdict[] = ['deny', 'hold', 'mask', 'allow'];

/** One verdict for a batch: the strongest; a held member refuses it, since it cannot be sent in parts (contract §1). */
function merge(judgements: readonly Judgement[]): Judgement {
	const first = judgements[0]!;
	if (judgements.length === 1) return first;
	const strongest = ORDER.find((verdict) => judgements.some((j) => j.verdict === verdict)) ?? 'deny';
	const reasons: Reason[] = judgements.flatMap((j) => [...j.reasons]);
	const failed = judgements.find((j) => j.code !== undefined);
	const code = failed?.code ?? (strongest === 'hold' ? 'ERR_HOLD_IMPOSSIBLE' : undefined);
	return {
		verdict: strongest === 'hold' ? 'deny' : strongest,
		reasons,
		labels: judgements.flatMap((j) => [...j.labels]),
		findings: judgements.flatMap((j) => [...j.findings]),
		splices: judgements.flatMap((j) => [...j.splices]).sort((a, b) => a.start - b.start),
		revision: first.revision,
		...(code === undefined ? {} : { code }),
		...(failed?.message === undefined ? {} : { message: failed.message }),
	};
}
