import type { Frame, FrameLimits, Party, Refusal } from '../engine/frame/frame.ts';
import { readFrames } from '../engine/frame/read.ts';
import { type Splice, splice } from '../engine/mask/splice.ts';
import type { FrameLine, GatewayLine } from '../engine/recording/lines.ts';
import type { PendingRequest } from '../engine/session/types.ts';
import { type Message, messageOf, type Step } from '../engine/step.ts';
import { type Answer, answersTo, denial, RPC, refusalAnswer } from './answers.ts';
import type { EnvelopeRefusal } from './envelope.ts';
import type { Hold } from './hold.ts';
import { withLineBreaks } from './line-breaks.ts';
import { reportFrame, reportRefusal } from './report.ts';

/** One frame as it came from a wire, on its way through the gate. */
export interface Arrival {
	readonly bytes: Buffer;
	readonly from: Party;
	/** `seq` of the request whose response this stands in, where the transport knows it: by the exchange, or by the id of what was sent. */
	readonly answers?: number | ((id: string | undefined) => number);
	/** Bytes that the next hop cannot carry between tokens (its framing), as a set of characters. */
	readonly breaks: '' | '\r' | '\r\n';
	readonly wire?: FrameLine['wire'];
	/** Why the frames do not go on whatever policy says: their headers say something else, nobody waits for them, … */
	improper?(frames: readonly Frame[]): (EnvelopeRefusal & { readonly silent?: true }) | undefined;
	/** A socket or pipe: there is no status to say something with about a notification or an answer. */
	readonly mute?: boolean;
	/** The client while it waits; absent where nobody does. */
	readonly patience?: Patience;
	/** Called when it is held, which may be for long: what comes behind it need not wait. */
	held?(): void;
}

/** How a client is kept while its call is held. */
export interface Patience {
	/** Something that keeps the connection warm and is no frame. */
	keepAlive(): void;
	/** Calls `fn` when the client has gone away (at once, if it has). */
	onGone(fn: () => void): void;
}

/** What is to be done now; everything in it is on disk already. */
export type Passage =
	| {
			readonly do: 'forward';
			readonly seq: number;
			readonly message: Message;
			readonly bytes: Buffer;
			readonly requests: readonly PendingRequest[];
	  }
	/** It stays here; `answers` go out instead (none: it is dropped). `refused`: the gateway's own doing, not policy's. */
	| {
			readonly do: 'answer';
			readonly seq: number;
			readonly message?: Message;
			readonly answers: readonly Answer[];
			readonly refused?: Refusal;
	  };

/** The session as the gate needs it. */
export interface GateSession {
	/** For 2025-03-26 sessions only. */
	readonly batches: boolean;
	readonly limits: FrameLimits;
	readonly state: Parameters<typeof messageOf>[0];
	/** Are these answers to requests that wait no more? */
	late(frames: readonly Frame[], from: Party, answers: number | undefined): boolean;
	/** Too much at once? Then the refusal for it (contract §4 `limits`). */
	limit(message: Message): Refusal | undefined;
	/** The one synchronous step: next `seq`, facts, judgement, reduction. */
	judge(message: Message): {
		readonly step: Step;
		readonly line: Omit<FrameLine, 'bytes' | 'delivered' | 'wire'>;
		readonly judgeNs: number;
	};
	/** Something could not be recorded: the facts have what the record lacks. */
	readonly stale: boolean;
	/** Resolves when the facts are what the record says. */
	fresh(): Promise<void>;
	/** Names for telemetry. */
	readonly subject: { readonly session: string; readonly server: string; readonly remote: string };
	/** Takes a `seq` for something that is not judged. */
	mark(): { readonly seq: number; readonly t: number };
	/** Durable when it resolves. Rejects when it cannot be recorded. */
	record(lines: readonly (FrameLine | GatewayLine)[]): Promise<void>;
	/** Removes what a text of ours must not show: findings, and values that policy masked. */
	words(text: string, step: Step, bytes: Buffer): string;
	readonly hold: Hold;
}

/** One frame through the gate. The order is the product; `docs/flow.md` follows a call through it. */
export async function pass(arrival: Arrival, session: GateSession): Promise<Passage> {
	while (session.stale) await session.fresh(); // then nothing comes between here and the judgement
	const read = readFrames(arrival.bytes, { limits: session.limits, batches: session.batches }); // 1 frame
	if (!read.ok) return await refuse(arrival, session, read.refusal);

	const answered = requestOf(arrival, read.frames);
	const message = messageOf(session.state, read.frames, arrival.from, answered); // 2 correlate
	if (message === undefined) {
		const late = session.late(read.frames, arrival.from, answered);
		return await refuse(arrival, session, late ? LATE : UNASKED, read.frames);
	}
	const improper = arrival.improper?.(read.frames);
	if (improper !== undefined) return await refuse(arrival, session, improper, read.frames);
	const over = session.limit(message);
	if (over !== undefined) return await refuse(arrival, session, over, read.frames);

	const { step, line, judgeNs } = session.judge(message); // 3 detect, 4 judge: bounded, never throws, gives seq
	const { judgement, seq } = step;
	const splices = withLineBreaks(judgement.splices, arrival.bytes, arrival.breaks);
	const words = (text: string) => session.words(text, step, arrival.bytes);
	const answers = judgement.verdict === 'deny' ? fitting(denial(message, judgement, words), arrival, read.frames) : [];

	const before = performance.now();
	const recorded = await durable(session, [
		{
			...line,
			bytes: arrival.bytes,
			...delivered(judgement.verdict, splices),
			...(arrival.wire && { wire: arrival.wire }),
		},
		...own(session, answers, seq),
	]); // 5 record
	reportFrame(step, session.subject, {
		bytes: arrival.bytes.length,
		recorded,
		judgeNs,
		recordNs: (performance.now() - before) * 1e6,
	});
	if (!recorded) return stay(seq, message, arrival);

	switch (judgement.verdict) {
		case 'deny':
			return { do: 'answer', seq, message, answers };
		case 'hold':
			return await session.hold.wait({ step, arrival, words }).catch(() => stay(seq, message, arrival)); // 6 hold: comes back judged anew
		case 'mask':
		case 'allow':
			return { do: 'forward', seq, message, bytes: splice(arrival.bytes, splices), requests: step.requests }; // 7 forward
	}
}

const UNASKED: Refusal = {
	code: 'ERR_ANSWER_UNASKED',
	message: 'this answers no request that is waiting for an answer',
};

/** Dropped, and nobody is told: it crossed with a cancellation, or is said a second time (contract §6 *Correlation*). */
const LATE: Refusal & { readonly silent: true } = {
	code: 'ERR_ANSWER_LATE',
	message: 'its request was answered or cancelled before',
	silent: true,
};

/** `seq` of the request that these can answer, where that is known. */
function requestOf({ answers }: Arrival, frames: readonly Frame[]): number | undefined {
	if (typeof answers !== 'function') return answers;
	const [only, another] = frames;
	const isAnswer = only?.kind === 'result' || only?.kind === 'error';
	return isAnswer && another === undefined ? answers(only.id) : undefined;
}

/** Recorded like everything else, and answered in the words of the protocol. */
async function refuse(
	arrival: Arrival,
	session: GateSession,
	refusal: EnvelopeRefusal & { readonly silent?: true },
	frames: readonly Frame[] = [],
): Promise<Passage> {
	const { seq, t } = session.mark();
	const only = frames.length === 1 && frames[0]?.kind === 'request' ? frames[0].id : undefined;
	const asks = frames.length === 0 || frames.some((frame) => frame.kind === 'request');
	const status = refusal.code.startsWith('ERR_LIMIT_') ? 429 : 400;
	const answers: Answer[] = refusal.silent
		? []
		: arrival.from === 'client'
			? fitting([{ to: 'client', status, bytes: refusalAnswer(refusal, only) }], arrival, frames)
			: asks && frames.length > 0
				? [{ to: 'server', status, bytes: refusalAnswer(refusal, only) }]
				: [];
	const recorded = await durable(session, [
		{
			type: 'frame',
			seq,
			t,
			from: arrival.from,
			bytes: arrival.bytes,
			delivered: null,
			verdict: 'deny',
			code: refusal.code,
			by: 'gateway',
			outcome: 'refused',
			...(arrival.wire && { wire: arrival.wire }),
		},
		...own(session, answers, seq),
	]);
	reportRefusal(refusal, session.subject, status);
	return { do: 'answer', seq, answers: recorded ? answers : [], refused: refusal };
}

/** How delivery differs from receipt, for the record. */
function delivered(verdict: string, splices: readonly Splice[]): Pick<FrameLine, 'delivered' | 'outcome'> {
	if (verdict === 'deny') return { delivered: null, outcome: 'refused' };
	if (verdict === 'hold') return splices.length > 0 ? { delivered: splices } : {};
	return { ...(splices.length > 0 ? { delivered: splices } : {}), outcome: 'forwarded' };
}

/** What the gateway writes itself is in the record before it is on a wire. */
function own(session: GateSession, answers: readonly Answer[], seq: number): GatewayLine[] {
	return answers.flatMap(({ to, bytes }) =>
		bytes === undefined ? [] : [{ type: 'gateway' as const, ...session.mark(), to, answers: seq, bytes }],
	);
}

/** false: it could not be recorded, and then it does not happen (contract §1). */
async function durable(session: GateSession, lines: readonly (FrameLine | GatewayLine)[]): Promise<boolean> {
	try {
		await session.record(lines);
		return true;
	} catch {
		return false;
	}
}

/** What could not be recorded does not go on. */
function stay(seq: number, message: Message, arrival: Arrival): Passage {
	const frames = message.members.map(({ frame }) => frame);
	return { do: 'answer', seq, message, answers: fitting(unrecorded(message), arrival, frames) };
}

/** Elsewhere than on HTTP, who sends a notification or an answer hears nothing of it (contract §1). */
function fitting(answers: Answer[], { from, mute }: Arrival, frames: readonly Frame[]): Answer[] {
	const asks = frames.length === 0 || frames.some((frame) => frame.kind === 'request');
	return mute === true && !asks ? answers.filter(({ to }) => to !== from) : answers;
}

function unrecorded(message: Message): Answer[] {
	const text =
		'Denied: this gateway cannot record at the moment, and what it cannot record it does not forward (ERR_RECORD_FAILED). Try again later.';
	const data = { code: 'ERR_RECORD_FAILED' };
	const status = { request: 503, other: 503 };
	return answersTo(message, RPC.unavailable, text, data, 'the answer could not be recorded', status);
}
