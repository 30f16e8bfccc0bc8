import type { FrameLimits, Party, Refusal } from './frame/frame.ts';
import { readFrames } from './frame/read.ts';
import { refusedInFlight } from './in-flight.ts';
import type { JudgeOptions } from './judge.ts';
import { splice } from './mask/splice.ts';
import type { HoldDemand, Judgement } from './policy/judgement.ts';
import type { Policy } from './policy/load.ts';
import { SessionState } from './session/state.ts';
import type { FrameFacts, Principal, Recent, ServerIdentity, SessionOrigin } from './session/types.ts';
import { messageOf, rejudge, type Step, step } from './step.ts';

/** A principal (contract §2) whose lists may be left out when they are empty. */
export type Caller = Pick<Principal, 'id' | 'kind' | 'issuer'> & Partial<Principal>;

/** What is known of a session from its start. */
export interface SessionOptions extends Pick<SessionOrigin, 'pins'> {
	/** Seeds what is random in Rego, together with `seq`: unique, and the same when the session is judged again. */
	readonly id: string;
	/** Unix time, ns. The engine has no clock. */
	readonly startedNs: bigint;
	/** Its name, or all that rules may ask of it; the transport is `stdio` and there are no labels if only the name is known. */
	readonly server: string | ServerIdentity;
	/** Who the client is, unless a frame says otherwise; default `anonymous`. */
	readonly principal?: Caller;
	/** How the client came; default stdio. */
	readonly transport?: SessionOrigin['transport'];
}

/** One frame as it came from a wire, with what its bytes do not say. */
export interface ReceivedFrame {
	readonly from: Party;
	/** One JSON-RPC message (a batch too, in a session of 2025-03-26). Copied: the caller may use the memory again. */
	readonly bytes: Uint8Array;
	/** ns since `startedNs`; a time before that of an earlier frame counts as that one's. */
	readonly t: number;
	/** Default: that of the session. Groups and scopes can change while a session lives. */
	readonly principal?: Caller;
	/** `seq` of the request that this answers, where the transport knows it; else its id tells. */
	readonly answers?: number;
	/** What the principal did lately in all sessions; default: in this one. */
	readonly recent?: Recent;
}

/** What is to become of a frame. */
export interface Judged extends Judgement {
	/** Its number in the session, from 1. What `answers` refers to. */
	readonly seq: number;
	/** What goes to the other side, masks applied; null: nothing does (`deny`), or not before it is released (`hold`). */
	readonly delivered: Buffer | null;
	/** The policy was not asked: the frame is not readable, answers nothing, or too many wait. `code` says which. */
	readonly refused?: Refusal;
}

interface SessionSettings extends JudgeOptions {
	readonly limits: FrameLimits;
	readonly inFlight: number;
}

/**
 * The frames of one session, judged in their order. The facts that rules see (labels, counts, listed tools, which request
 * an answer belongs to) follow from the frames and verdicts so far, and are bounded.
 *
 * Nothing in a frame makes it throw: what cannot be read is a deny with `refused`, what cannot be judged one with a `code`.
 */
export class EngineSession {
	readonly #policy: Policy;
	readonly #settings: SessionSettings;
	readonly #state: SessionState;
	readonly #held = new WeakMap<Judged, { readonly step: Step; readonly bytes: Buffer }>();

	constructor(policy: Policy, settings: SessionSettings, options: SessionOptions) {
		const { id, startedNs, server, principal, transport = { kind: 'stdio', remote: '' }, pins } = options;
		this.#policy = policy;
		this.#settings = settings;
		this.#state = new SessionState({
			id,
			started_ns: startedNs,
			server: typeof server === 'string' ? { name: server, labels: [], transport: 'stdio' } : server,
			transport,
			principal: principalOf(principal),
			...(pins === undefined ? {} : { pins }),
		});
	}

	/**
	 * Judges the next frame of the session, and lets the verdict change the facts.
	 *
	 * @throws {RangeError} when `t` is no whole number of ns from 0 on
	 */
	frame(received: ReceivedFrame): Judged {
		const { from, answers } = received;
		const bytes = Buffer.from(received.bytes);
		const { seq, t } = this.#next(received.t);
		const state = this.#state;
		const read = readFrames(bytes, { limits: this.#settings.limits, batches: state.protocol === '2025-03-26' });
		if (!read.ok) return this.#refuse(seq, t, read.refusal);
		const message = messageOf(state, read.frames, from, answers);
		if (message === undefined) return this.#refuse(seq, t, UNASKED);
		const over = refusedInFlight(state, message, this.#settings.inFlight);
		if (over !== undefined) return this.#refuse(seq, t, over);
		const principal = received.principal ? principalOf(received.principal) : state.origin.principal;
		const done = step(this.#policy, state, message, seq, factsOf(t, principal, received.recent), this.#settings);
		const { verdict, splices } = done.judgement;
		const goes = verdict === 'allow' || verdict === 'mask';
		const judged: Judged = { ...done.judgement, seq, delivered: goes ? splice(bytes, splices) : null };
		if (verdict === 'hold') this.#held.set(judged, { step: done, bytes });
		return judged;
	}

	/**
	 * Lets a held frame go on, after somebody approved it: judges it again, with the facts as they are now. Still `hold` and
	 * with `delivered`: it asks for what it asked for then, and that was approved. Asks it for more: `ERR_HOLD_CHANGED`.
	 *
	 * @param judged what `frame` gave when it was held; it can be released once
	 * @throws {TypeError} when that is not held, or no longer
	 */
	release(judged: Judged, at: Pick<ReceivedFrame, 't' | 'recent'>): Judged {
		const held = this.#held.get(judged);
		if (held === undefined) throw new TypeError('only what is held can be released, and once');
		const { seq, t } = this.#next(at.t);
		this.#held.delete(judged);
		const state = this.#state;
		state.advance(seq, t);
		const { message, principal, requests } = held.step;
		const facts = factsOf(t, principal, at.recent);
		const again = rejudge(this.#policy, state, message, held.step, facts, this.#settings);
		for (const label of again.labels) state.label(label, t);
		if (again.verdict === 'deny') return { ...again, seq, delivered: null };
		if (!covered(held.step.judgement.hold?.demands ?? [], again.hold?.demands ?? [])) {
			return { ...again, verdict: 'deny', code: CHANGED.code, message: CHANGED.message, seq, delivered: null };
		}
		for (const request of requests) state.release(request);
		return { ...again, seq, delivered: splice(held.bytes, again.splices) };
	}

	/** No answer to the request at `seq` will come: it was cancelled, or the other side is gone. Else it waits for one. */
	forget(seq: number): void {
		this.#state.forget(seq);
	}

	#next(t: number): { readonly seq: number; readonly t: number } {
		if (!Number.isSafeInteger(t) || t < 0) throw new RangeError('`t` is a whole number of ns since `startedNs`');
		return { seq: this.#state.seq + 1, t: Math.max(t, this.#state.t) };
	}

	#refuse(seq: number, t: number, refused: Refusal): Judged {
		this.#state.advance(seq, t);
		const { code, message } = refused;
		const nothing = { reasons: [], labels: [], findings: [], splices: [] };
		return {
			verdict: 'deny',
			code,
			message,
			...nothing,
			revision: this.#policy.revision,
			seq,
			delivered: null,
			refused,
		};
	}
}

/** As in the gateway (`gateway/gate.ts`). */
const UNASKED: Refusal = {
	code: 'ERR_ANSWER_UNASKED',
	message: 'this answers no request that is waiting for an answer',
};

const CHANGED: Refusal = {
	code: 'ERR_HOLD_CHANGED',
	message: 'at its release the policy demands something that nobody was asked',
};

/** Whether every demand was among those that somebody was asked. */
function covered(asked: readonly HoldDemand[], demands: readonly HoldDemand[]): boolean {
	const known = new Set(asked.map((demand) => JSON.stringify(demand)));
	return demands.every((demand) => known.has(JSON.stringify(demand)));
}

function principalOf(caller: Caller = ANONYMOUS): Principal {
	return { groups: [], scopes: [], claims: {}, ...caller };
}

/** As the gateway knows a client without a token (`gateway/identity/principals.ts`). */
const ANONYMOUS: Caller = { id: 'anonymous', kind: 'anonymous', issuer: 'sluice' };

function factsOf(t: number, principal: Principal, recent: Recent | undefined): FrameFacts {
	return { t, principal, ...(recent === undefined ? {} : { recent }) };
}
