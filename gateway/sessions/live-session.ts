import type { Frame, FrameLimits, Party, Refusal } from '../../engine/frame/frame.ts';
import { type Waiting, waitingIn } from '../../engine/in-flight.ts';
import type { JudgeOptions } from '../../engine/judge.ts';
import { splice } from '../../engine/mask/splice.ts';
import type { Policy } from '../../engine/policy/load.ts';
import type { FrameLine, Line, RecordingHeader } from '../../engine/recording/lines.ts';
import type { SessionState } from '../../engine/session/state.ts';
import type { FrameFacts, Principal } from '../../engine/session/types.ts';
import { type Message, rejudge, type Step, step } from '../../engine/step.ts';
import { paramsDigest } from '../approvals/params-digest.ts';
import type { ApprovalBroker, HeldCall } from '../approvals/types.ts';
import type { Clock } from '../clock.ts';
import type { GateSession } from '../gate.ts';
import { type HoldSession, type HoldSettings, WaitingRoom } from '../hold.ts';
import type { SubjectToken } from '../identity/subject-token.ts';
import type { Recorder, SessionReader } from '../record/types.ts';
import { publish } from '../telemetry/channels.ts';
import { cleanText, shownText } from '../words.ts';
import { answered } from './answered.ts';
import { Finished } from './finished.ts';
import type { RecentFacts } from './recent-facts.ts';
import type { Noted } from './recent-noted.ts';
import { overLimit, type RequestLimits } from './request-limits.ts';
import { type CandidateSource, Shadow } from './shadow.ts';
import type { Snapshots } from './snapshots.ts';
import { ToolHeaders } from './tool-headers.ts';

/** What all sessions of a gateway share. */
export interface House {
	readonly clock: Clock;
	readonly recorder: Recorder;
	readonly reader: SessionReader;
	readonly broker: ApprovalBroker;
	/** The policy in force now. */
	policy(): Policy;
	/** Judged beside it, recorded, never enforced. */
	readonly candidate?: CandidateSource;
	readonly judging: JudgeOptions;
	readonly limits: FrameLimits & RequestLimits;
	readonly hold: HoldSettings;
	readonly recent: RecentFacts;
	readonly snapshots: Snapshots;
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
	/** The token that its last client frame came with, for credentials towards the server that need one. */
	bearer: SubjectToken | undefined;
	readonly #house: House;
	/** The facts have what the record lacks: they are to be made anew before anything is judged. */
	stale = false;
	#recovering: Promise<void> | undefined;
	/** Frames that wait for a human: the requests in them count as in flight too. */
	readonly #held = new Map<number, Waiting>();
	/** The session under the candidate policy, if there is one. */
	readonly #shadow: Shadow | undefined;
	/** Appends on their way to the disk. */
	readonly #appending = new Set<Promise<void>>();
	readonly toolHeaders = new ToolHeaders();
	readonly #finished = new Finished();
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
		// Only from its first frame on: what came before is not among the candidate's facts.
		const { candidate } = house;
		if (candidate !== undefined && state.seq === 0) this.#shadow = new Shadow(candidate, header, house.judging);
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

	late(frames: readonly Frame[], from: Party, answers: number | undefined): boolean {
		return this.#finished.has(frames, from, answers);
	}

	/** What stands at `seq` did not get through, or nobody waits for its answer any more. */
	forget(seq: number): void {
		for (const request of this.state.pendingAt(seq)) this.#finished.add(request);
		this.state.forget(seq);
	}

	/** Some frame waits for a human. */
	get waits(): boolean {
		return this.#held.size > 0;
	}

	limit(message: Message): Refusal | undefined {
		return overLimit(this.state, message, this.#house.limits, this.#held.values());
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
		this.#note(seq, nowNs, done);
		for (const { answers } of message.members) if (answers !== undefined) this.#finished.add(answers);
		const { judgement } = done;
		if (judgement.verdict === 'hold') this.#held.set(seq, waitingIn(message));
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
		// Its call was counted when it came.
		this.#note(seq, nowNs, { message: { from: held.message.from, members: [] }, judgement });
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

	#note(seq: number, atNs: bigint, noted: Noted): void {
		const { id, principal, server } = this.header;
		this.#house.recent.note(principal, { session: id, seq, server: server.name, atNs }, noted);
	}

	/** What would be delivered now of a message that has passed; null: nothing. Changes nothing. */
	wouldDeliver(message: Message, at: { readonly seq: number; readonly t: number }): Buffer | null {
		const recent = this.#house.recent.of(this.principal, this.header.started_ns + BigInt(this.#t));
		const facts: FrameFacts = { t: this.#t, principal: this.principal, recent };
		const judged = rejudge(this.#house.policy(), this.state, message, at, facts, this.#house.judging);
		if (judged.verdict === 'deny' || judged.verdict === 'hold') return null;
		return splice(message.members[0]!.frame.bytes, judged.splices);
	}

	/** Pins come into force while the session lives. Durable when it resolves. */
	async repin(pins: readonly (readonly [tool: string, hash: string])[]): Promise<void> {
		const at = this.mark();
		for (const [tool, hash] of pins) this.state.repin(tool, hash);
		await this.record([{ type: 'event', ...at, event: 'pinned', detail: { pins: Object.fromEntries(pins) } }]);
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
			const state = await this.#house.snapshots.recall({ ...this.header, transport }, this.#house.reader);
			// Frames wait for this; a vote, an expiry or a failed delivery does not.
			if (seq !== this.#seq || this.#appending.size > 0) continue;
			state.advance(this.#seq, this.#t);
			this.state = state;
			this.stale = false;
			return;
		}
	}

	async record(lines: readonly Line[]): Promise<void> {
		// here every line comes by once, in the order of the record
		const told = this.#shadow?.follow(lines) ?? lines;
		const appending = this.#house.recorder.append(this.header.id, told);
		this.#appending.add(appending);
		this.#snapshot();
		try {
			await appending;
		} catch (error) {
			this.stale = true;
			this.#shadow?.lose();
			publish('trouble', {
				code: 'ERR_RECORD_FAILED',
				message: error instanceof Error ? error.message : String(error),
			});
			throw error;
		} finally {
			this.#appending.delete(appending);
		}
	}

	/**
	 * Now and then: all that changed the facts so far is on its way to the record, and counts once it is there. Not while
	 * something is held, or its release could not be understood without what came before.
	 */
	#snapshot(): void {
		const { snapshots } = this.#house;
		if (this.stale || this.#held.size > 0 || !snapshots.isDue(this.state)) return;
		const save = snapshots.take(this.state);
		void Promise.all(this.#appending).then(
			() => (this.stale ? undefined : save()),
			() => {},
		);
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
