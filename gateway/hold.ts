import type { Party } from '../engine/frame/frame.ts';
import { splice } from '../engine/mask/splice.ts';
import type { HoldDemand, Judgement } from '../engine/policy/judgement.ts';
import type { EventLine, GatewayLine, RejudgeLine } from '../engine/recording/lines.ts';
import type { Step } from '../engine/step.ts';
import { type Answer, denial, requestAnswer } from './answers.ts';
import { covers } from './approvals/binding.ts';
import type { Approval, ApprovalBroker, HeldCall } from './approvals/types.ts';
import type { Clock } from './clock.ts';
import type { Arrival, Passage } from './gate.ts';
import { votesOf, wordsOf } from './hold-words.ts';
import { withLineBreaks } from './line-breaks.ts';
import { publish } from './telemetry/channels.ts';

/** A held step and how its texts are cleaned. */
export interface HeldStep {
	readonly step: Step;
	readonly arrival: Arrival;
	words(text: string): string;
}

/** The waiting room of one session (step 6 of the order). */
export interface Hold {
	wait(held: HeldStep): Promise<Passage>;
}

/** The session as the waiting room needs it. */
export interface HoldSession {
	readonly subject: { readonly session: string; readonly server: string };
	/** What an approval is bound to (contract §7): principal, server, tool and definition, params. */
	call(step: Step): HeldCall;
	/** The arguments as they would be delivered: masked spans show type and length only. */
	shown(step: Step, bytes: Buffer): string;
	readonly stale: boolean;
	/** Resolves when the facts are what the record says. */
	fresh(): Promise<void>;
	/** The synchronous judgement at a release, under the policy now in force; with the `seq` that it takes. */
	rejudge(step: Step): { readonly judgement: Judgement; readonly line: Omit<RejudgeLine, 'outcome' | 'delivered'> };
	mark(): { readonly seq: number; readonly t: number };
	record(lines: readonly (EventLine | RejudgeLine | GatewayLine)[]): Promise<void>;
	/** It goes on now: an answer may come. */
	released(step: Step): void;
}

export interface HoldSettings {
	/** ms, how long the client is kept waiting before it gets a ticket. */
	readonly holdForMs: number;
	/** ms, when the policy names no timeout. */
	readonly timeoutMs: number;
	/** ms, how long an approval stays usable when the policy does not say. */
	readonly grantForMs: number;
	/** ms between two signs of life on the client's connection. */
	readonly keepAliveMs: number;
}

type End = 'approved' | 'denied' | 'expired' | 'patience' | 'withdrawn' | 'shutdown';

/**
 * Pauses held requests of one session for a human. The wait is bounded; what it ends with is recorded before it is
 * answered. Nothing is executed but through a grant that was used exactly once.
 */
export class WaitingRoom implements Hold {
	readonly #session: HoldSession;
	readonly #broker: ApprovalBroker;
	readonly #clock: Clock;
	readonly #settings: HoldSettings;
	/** Sender and raw request id → how to end each wait: ids of the two sides are not related, and may repeat. */
	readonly #waiting = new Map<string, Set<(end: End) => void>>();
	/** Sender and raw request id → what is here, from the asking on until it has gone on. */
	readonly #stays = new Map<string, Set<Stay>>();
	#closing = false;

	constructor(session: HoldSession, broker: ApprovalBroker, clock: Clock, settings: HoldSettings) {
		this.#session = session;
		this.#broker = broker;
		this.#clock = clock;
		this.#settings = settings;
	}

	async wait(held: HeldStep): Promise<Passage> {
		const key = keyOf(held.step);
		const stay: Stay = { cancelled: false };
		this.#stays.set(key, (this.#stays.get(key) ?? new Set()).add(stay));
		try {
			return await this.#wait(held, stay);
		} finally {
			const others = this.#stays.get(key);
			others?.delete(stay);
			if (others?.size === 0) this.#stays.delete(key);
		}
	}

	async #wait(held: HeldStep, stay: Stay): Promise<Passage> {
		const { step } = held;
		const terms = step.judgement.hold;
		if (terms === undefined) throw new TypeError('only a held step can wait');
		// An identical call that waits, was approved and not used, or was denied lately comes back in its state.
		const { approval } = await this.#broker.request({
			...this.#session.call(step),
			session: this.#session.subject.session,
			seq: step.seq,
			demands: cleaned(terms.demands, held),
			shown: this.#session.shown(step, held.arrival.bytes),
			timeoutNs: terms.timeoutNs ?? this.#settings.timeoutMs * 1e6,
			grantNs: terms.grantNs ?? this.#settings.grantForMs * 1e6,
		});
		if (approval.state === 'approved') return await this.#release(held, approval, 'grant-used', stay);
		if (approval.state === 'denied') return await this.#answer(held, 'denied', approval);
		await this.#event(step, 'held', { approval: approval.id });
		this.#publish(approval, 'pending');
		held.arrival.held?.();
		const end = stay.cancelled ? 'withdrawn' : await this.#decision(held, approval);
		const now = (await this.#broker.get(approval.id)) ?? approval;
		if (end === 'approved') return await this.#release(held, now, 'approved', stay);
		return await this.#answer(held, end, now);
	}

	/** `notifications/cancelled` of `from` for its request that waits here: it is withdrawn. true if it was one. */
	cancel(from: Party, id: string): boolean {
		const key = `${from} ${id}`;
		const stays = this.#stays.get(key);
		for (const stay of stays ?? []) stay.cancelled = true;
		for (const end of [...(this.#waiting.get(key) ?? [])]) end('withdrawn');
		return stays !== undefined;
	}

	/** Does a request of `from` with this id wait here? */
	waits(from: Party, id: string): boolean {
		return this.#stays.has(`${from} ${id}`);
	}

	/** The gateway stops: whoever waits gets a ticket now, and so does whoever is held from now on. */
	shutdown(): void {
		this.#closing = true;
		for (const end of [...this.#waiting.values()].flatMap((ends) => [...ends])) end('shutdown');
	}

	#decision(held: HeldStep, approval: Approval): Promise<End> {
		const { from } = held.step.message;
		const key = keyOf(held.step);
		return new Promise((resolve) => {
			const undo: (() => void)[] = [];
			const end = (why: End) => {
				for (const fn of undo.splice(0)) fn();
				const others = this.#waiting.get(key);
				others?.delete(end);
				if (others?.size === 0) this.#waiting.delete(key);
				resolve(why);
			};
			if (this.#closing) return resolve('shutdown');
			this.#waiting.set(key, (this.#waiting.get(key) ?? new Set()).add(end));
			// A server's request has nobody who would repeat it with a ticket, so it waits as long as the approval lives.
			if (from === 'client') undo.push(this.#clock.after(this.#settings.holdForMs, () => end('patience')));
			const warm = () => {
				held.arrival.patience?.keepAlive();
				undo.push(this.#clock.after(this.#settings.keepAliveMs, warm));
			};
			undo.push(this.#clock.after(this.#settings.keepAliveMs, warm));
			const look = (now: Approval | undefined) => {
				if (now === undefined || now.state === 'pending') return;
				// Used by an identical call that was quicker: this one finds that out at its release, and asks anew.
				end(now.state === 'used' ? 'approved' : now.state);
			};
			undo.push(this.#broker.watch(approval.id, look));
			// It may have been decided between the asking and the watching.
			this.#broker.get(approval.id).then(look, () => {});
			// Leaving is cancelling from 2026-07-28 on; before, the approval lives on and leaves a grant for the repeated call.
			const modern = held.step.message.members[0]!.protocol !== undefined;
			held.arrival.patience?.onGone(() => end(modern ? 'withdrawn' : 'patience'));
		});
	}

	/** Approved, or under a grant: the grant used up, judged again, recorded, and only then on its way. */
	async #release(held: HeldStep, approval: Approval, how: 'approved' | 'grant-used', stay: Stay): Promise<Passage> {
		const { step, arrival } = held;
		// One approval lets one call pass. Another one was quicker, so this one asks anew.
		if (!(await this.#broker.use(approval.id))) return await this.#wait(held, stay);
		while (this.#session.stale) await this.#session.fresh();
		if (stay.cancelled) return await this.#left(step, approval, 'withdrawn');
		const { judgement, line } = this.#session.rejudge(step);
		const settled = judgement.verdict === 'hold' && covers(approval, cleaned(judgement.hold?.demands ?? [], held));
		if (judgement.verdict === 'deny' || (judgement.verdict === 'hold' && !settled)) {
			const changed: Judgement =
				judgement.verdict === 'deny' ? judgement : { ...judgement, verdict: 'deny', code: 'ERR_HOLD_CHANGED' };
			const answers = denial(step.message, changed, held.words);
			await this.#session.record([
				{ ...line, delivered: null, outcome: 'refused' },
				this.#decided(step, approval, how),
				...this.#own(answers, step.seq),
			]);
			return { do: 'answer', seq: step.seq, message: step.message, answers };
		}
		const splices = withLineBreaks(judgement.splices, arrival.bytes, arrival.breaks);
		await this.#session.record([
			{ ...line, ...(splices.length > 0 ? { delivered: splices } : {}), outcome: 'released' },
			this.#decided(step, approval, how),
		]);
		if (stay.cancelled) return await this.#left(step, approval, 'undelivered');
		this.#publish(approval, how === 'approved' ? 'released' : 'used');
		this.#session.released(step);
		return {
			do: 'forward',
			seq: step.seq,
			message: step.message,
			bytes: splice(arrival.bytes, splices),
			requests: step.requests,
		};
	}

	/** Cancelled while it was let go: it does not go on. */
	async #left(step: Step, approval: Approval, event: 'withdrawn' | 'undelivered'): Promise<Passage> {
		await this.#event(step, event, { approval: approval.id });
		this.#publish(approval, 'withdrawn');
		return { do: 'answer', seq: step.seq, message: step.message, answers: [] };
	}

	async #answer(held: HeldStep, end: Exclude<End, 'approved'>, approval: Approval): Promise<Passage> {
		const { step } = held;
		const request = step.requests[0]!;
		if (end === 'withdrawn') {
			await this.#broker.withdraw(approval.id, { session: this.#session.subject.session, seq: step.seq });
			await this.#event(step, 'withdrawn', { approval: approval.id });
			this.#publish(approval, end);
			return { do: 'answer', seq: step.seq, message: step.message, answers: [] };
		}
		const { code, rpc, text } = wordsOf(end, approval, step.judgement.hold?.demands ?? []);
		const bytes = requestAnswer(request, rpc, held.words(text), { code, ticket: approval.id });
		const answers: Answer[] = [{ to: step.message.from, status: 200, bytes }];
		const event = end === 'patience' || end === 'shutdown' ? 'ticket' : end;
		await this.#session.record([
			{
				type: 'event',
				...this.#session.mark(),
				event,
				of: step.seq,
				detail: { approval: approval.id, ...(end === 'denied' ? { votes: votesOf(approval) } : {}) },
			},
			...this.#own(answers, step.seq),
		]);
		this.#publish(approval, event);
		return { do: 'answer', seq: step.seq, message: step.message, answers };
	}

	/** Who approved, whatever the judgement at the release then said. */
	#decided(step: Step, approval: Approval, event: 'approved' | 'grant-used'): EventLine {
		const detail = { approval: approval.id, votes: votesOf(approval) };
		return { type: 'event', ...this.#session.mark(), event, of: step.seq, detail };
	}

	async #event(step: Step, event: EventLine['event'], detail: Record<string, unknown>): Promise<void> {
		await this.#session.record([{ type: 'event', ...this.#session.mark(), event, of: step.seq, detail }]);
	}

	#own(answers: readonly Answer[], seq: number): GatewayLine[] {
		return answers.flatMap(({ to, bytes }) =>
			bytes === undefined ? [] : [{ type: 'gateway' as const, ...this.#session.mark(), to, answers: seq, bytes }],
		);
	}

	#publish(approval: Approval, state: string): void {
		publish('approval', {
			id: approval.id,
			state,
			server: this.#session.subject.server,
			...(approval.tool === undefined ? {} : { tool: approval.tool }),
			waitedNs: Number(this.#clock.now() - approval.created),
		});
	}
}

/** A held request while it is here. */
interface Stay {
	/** Its sender has taken it back. */
	cancelled: boolean;
}

function keyOf({ message }: Step): string {
	return `${message.from} ${message.members[0]!.frame.id}`;
}

/** Approvers read the messages too: no value that policy masks stands in them. */
function cleaned(demands: readonly HoldDemand[], held: HeldStep): HoldDemand[] {
	return demands.map((demand) => ({ ...demand, message: held.words(demand.message) }));
}
