import type { FrameLimits, Refusal } from '../../engine/frame/frame.ts';
import type { JudgeOptions } from '../../engine/judge.ts';
import type { Policy } from '../../engine/policy/load.ts';
import type { FrameLine, Line, RecordingHeader } from '../../engine/recording/lines.ts';
import { rebuild } from '../../engine/replay.ts';
import type { SessionState } from '../../engine/session/state.ts';
import type { FrameFacts, Principal, Recent } from '../../engine/session/types.ts';
import { type Message, rejudge, type Step, step } from '../../engine/step.ts';
import { paramsDigest } from '../approvals/params-digest.ts';
import type { ApprovalBroker, HeldCall } from '../approvals/types.ts';
import type { Clock } from '../clock.ts';
import type { GateSession } from '../gate.ts';
import { type HoldSession, type HoldSettings, WaitingRoom } from '../hold.ts';
import type { Recorder, SessionReader } from '../record/types.ts';
import { publish } from '../telemetry/channels.ts';
import { cleanText, shownText } from '../words.ts';

/** What all sessions of a gateway share. */
export interface House {
	readonly clock: Clock;
	readonly recorder: Recorder;
	readonly reader: SessionReader;
	readonly broker: ApprovalBroker;
	/** The policy in force now. */
	policy(): Policy;
	readonly judging: JudgeOptions;
	readonly limits: FrameLimits & { readonly inFlight: number };
	readonly hold: HoldSettings;
	readonly recent: RecentFacts;
}

/** `recent` of a principal across sessions (contract §2). */
export interface RecentFacts {
	of(principal: Principal, nowNs: bigint, except?: { readonly server: string; readonly atNs: bigint }): Recent;
	note(principal: Principal, server: string, atNs: bigint, step: Step): void;
	/** After a restart: reads back what the record says of the principal, once. */
	restore(principal: Principal, reader: SessionReader, nowNs: bigint): Promise<void>;
}

/**
 * One session in this process: its facts, its place in the record, its waiting room. Judging and recording only;
 * `Traffic` knows the wires.
 */
export class LiveSession implements GateSession, HoldSession {
	readonly header: RecordingHeader;
	state: SessionState;
	readonly hold: WaitingRoom;
	/** As of the last client frame: groups and scopes can change while a session lives. */
	principal: Principal;
	readonly #house: House;
	/** The facts have what the record lacks: they are to be made anew before anything is judged. */
	stale = false;
	#recovering: Promise<void> | undefined;
	/** `seq` of the client's frames that wait for a human: they count against `limits.inFlight` too. */
	readonly #held = new Set<number>();
	/** Appends on their way to the disk. */
	readonly #appending = new Set<Promise<void>>();
	/** Given so far; the record has them in this order. */
	#seq: number;
	#t: number;

	constructor(header: RecordingHeader, state: SessionState, house: House) {
		this.header = header;
		this.state = state;
		this.principal = header.principal;
		this.#house = house;
		this.#seq = state.seq;
		this.#t = state.t;
		this.hold = new WaitingRoom(this, house.broker, house.clock, house.hold);
	}

	get subject() {
		return { session: this.header.id, server: this.header.server.name, remote: this.header.transport.remote };
	}

	get batches(): boolean {
		return this.state.protocol === '2025-03-26';
	}

	get limits(): FrameLimits {
		return this.#house.limits;
	}

	limit(message: Message): Refusal | undefined {
		const asks = message.from === 'client' ? message.members.filter((member) => member.kind === 'request').length : 0;
		const waiting = this.state.pending('client').length + this.#held.size;
		if (asks === 0 || waiting + asks <= this.#house.limits.inFlight) return undefined;
		return {
			code: 'ERR_LIMIT_IN_FLIGHT',
			message: `more than ${this.#house.limits.inFlight} requests of this session are waiting for an answer`,
		};
	}

	judge(message: Message): { step: Step; line: Omit<FrameLine, 'bytes' | 'delivered' | 'wire'>; judgeNs: number } {
		const { seq, t } = this.mark();
		const nowNs = this.header.started_ns + BigInt(t);
		const answers = answered(message);
		const recent = this.#house.recent.of(this.principal, nowNs);
		const facts: FrameFacts = { t, principal: this.principal, recent, ...(answers === undefined ? {} : { answers }) };
		const before = performance.now();
		const done = step(this.#house.policy(), this.state, message, seq, facts, this.#house.judging);
		const judgeNs = (performance.now() - before) * 1e6;
		this.#house.recent.note(this.principal, this.header.server.name, nowNs, done);
		const { judgement } = done;
		if (judgement.verdict === 'hold' && message.from === 'client') this.#held.add(seq);
		return {
			step: done,
			judgeNs,
			line: {
				type: 'frame',
				seq,
				t,
				from: message.from,
				principal: this.principal,
				recent,
				verdict: judgement.verdict,
				reasons: judgement.reasons,
				labels: judgement.labels,
				findings: judgement.findings,
				revision: judgement.revision,
				...(answers === undefined ? {} : { answers }),
				...(judgement.code === undefined ? {} : { code: judgement.code }),
			},
		};
	}

	rejudge(held: Step): ReturnType<HoldSession['rejudge']> {
		const { seq, t } = this.mark();
		const nowNs = this.header.started_ns + BigInt(t);
		const { principal } = held;
		const recent = this.#house.recent.of(principal, nowNs, {
			server: this.header.server.name,
			atNs: this.header.started_ns + BigInt(held.t),
		});
		const facts: FrameFacts = { t, principal, recent };
		const judgement = rejudge(this.#house.policy(), this.state, held.message, held, facts, this.#house.judging);
		for (const label of judgement.labels) this.state.label(label, t);
		return {
			judgement,
			line: {
				type: 'rejudge',
				seq,
				t,
				rejudges: held.seq,
				recent,
				verdict: judgement.verdict,
				reasons: judgement.reasons,
				labels: judgement.labels,
				revision: judgement.revision,
				...(judgement.code === undefined ? {} : { code: judgement.code }),
			},
		};
	}

	/** The frame at `seq` is through the gate, one way or the other. */
	passed(seq: number): void {
		this.#held.delete(seq);
	}

	mark(): { seq: number; t: number } {
		this.#seq++;
		this.#t = Math.max(this.#t, Number(this.#house.clock.now() - this.header.started_ns));
		this.state.advance(this.#seq, this.#t);
		return { seq: this.#seq, t: this.#t };
	}

	/** When some line that changed the facts is not in the record, they are taken from the record anew. */
	async fresh(): Promise<void> {
		this.#recovering ??= this.#recover().finally(() => {
			this.#recovering = undefined;
		});
		await this.#recovering;
	}

	async #recover(): Promise<void> {
		for (;;) {
			// What is on its way to the record belongs to the facts too.
			await Promise.allSettled(this.#appending);
			const seq = this.#seq;
			// The record has where the session was begun from, also when the client has come back from elsewhere.
			const { transport } = this.state.origin;
			const state = await rebuild({ ...this.header, transport }, this.#house.reader.lines(this.header.id));
			// Frames wait for this; a vote, an expiry or a failed delivery does not.
			if (seq !== this.#seq || this.#appending.size > 0) continue;
			state.advance(this.#seq, this.#t);
			this.state = state;
			this.stale = false;
			return;
		}
	}

	async record(lines: readonly Line[]): Promise<void> {
		const appending = this.#house.recorder.append(this.header.id, lines);
		this.#appending.add(appending);
		try {
			await appending;
		} catch (error) {
			this.stale = true;
			publish('trouble', {
				code: 'ERR_RECORD_FAILED',
				message: error instanceof Error ? error.message : String(error),
			});
			throw error;
		} finally {
			this.#appending.delete(appending);
		}
	}

	words(text: string, held: Step, bytes: Buffer): string {
		return cleanText(text, this.#house.policy().detector, bytes, held.judgement.splices);
	}

	released(held: Step): void {
		for (const request of held.requests) this.state.release(request);
	}

	call(held: Step): HeldCall {
		const first = held.message.members[0]!;
		const hash = first.tool === undefined ? undefined : this.state.tool(first.tool.name).definition.hash;
		return {
			principal: held.principal,
			server: this.header.server.name,
			method: first.method,
			paramsDigest: paramsDigest(first.frame.bytes, first.frame.params),
			...(first.tool === undefined ? {} : { tool: first.tool.name }),
			...(hash === undefined ? {} : { definitionHash: hash }),
		};
	}

	shown(held: Step, bytes: Buffer): string {
		const params = held.message.members[0]?.frame.params;
		if (params === undefined) return '';
		return shownText(bytes, params.start, params.end, held.judgement.splices, this.#house.judging.hashKey);
	}
}

/** The one request that all answers in `message` answer; else, when judged again, ids say which. */
function answered(message: Message): number | undefined {
	const seqs = new Set(message.members.map((member) => member.answers?.seq));
	return seqs.size === 1 ? [...seqs][0] : undefined;
}
