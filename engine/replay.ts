import type { Scanned } from './frame/frame.ts';
import { RECORDED_LIMITS } from './frame/limits.ts';
import { readFrames } from './frame/read.ts';
import type { JudgeOptions } from './judge.ts';
import { splice } from './mask/splice.ts';
import type { Judgement } from './policy/judgement.ts';
import { DEFAULT_LIMITS } from './policy/limits.ts';
import type { Policy } from './policy/load.ts';
import type { FrameLine, Line, RecordingHeader, RejudgeLine } from './recording/lines.ts';
import { repinned } from './session/repinned.ts';
import { SessionState } from './session/state.ts';
import type { FrameFacts } from './session/types.ts';
import { apply, type Message, messageOf, rejudge, requestsOf, step } from './step.ts';

/** How one recorded frame comes out under a policy. */
export interface Replayed {
	readonly line: FrameLine;
	/** Present when this is a judgement at a release: then `line` is the frame that was held. */
	readonly rejudge?: RejudgeLine;
	/**
	 * `judged`; `kept`: the gateway itself refused it, which no policy changes; `unreached`: it answers a request that
	 * this policy would not have forwarded.
	 */
	readonly status: 'judged' | 'kept' | 'unreached';
	readonly judgement?: Judgement;
	/** What would be delivered under this judgement; null: nothing. Absent unless judged. */
	readonly delivered?: Buffer | null;
	/** The input document that was evaluated lacked `recent`: it was derived from this session alone. */
	readonly derived?: true;
	/** Names of the tools that it calls, or that the call it answers is of. Absent: of none, or nobody knows. */
	readonly tools?: readonly string[];
}

/** What a recorded frame reads as: the same for every policy that judges it. */
export function readRecorded(line: FrameLine): Scanned {
	return readFrames(line.bytes, { limits: RECORDED_LIMITS, batches: true });
}

/** The options of a replay with what nobody says. */
export function replayOptions(options: ReplayOptions = {}): JudgeOptions {
	return {
		hashKey: options.hashKey ?? NO_KEY,
		inputLimit: options.inputLimit ?? 64 * 1024 * 1024,
		fuel: options.fuel ?? PATIENCE * DEFAULT_LIMITS.fuel,
	};
}

/** The policy, or how to find the one that judged a line (by its recorded revision). */
export type PolicySource = Policy | ((revision: string | undefined) => Promise<Policy>);

export type ReplayOptions = Partial<JudgeOptions>;

/** Outcomes that depend on how much was there to use, not on what the policy says. */
const CUTS: ReadonlySet<string> = new Set(['ERR_EVALUATION_FUEL', 'ERR_EVALUATION_MEMORY']);

/** Times the usual: what ended when it was recorded ends, though it may take a little more fuel. */
const PATIENCE = 2;

/** Without the store's own key, equal values still get equal tags, which is all that comparing two policies needs. */
const NO_KEY = Buffer.alloc(32);

/**
 * Judges a recorded session again, frame by frame, with the facts that were recorded and the state that follows
 * from the policy being judged (contract §2, §3). Votes and outcomes stay as they were.
 */
export async function* replay(
	header: RecordingHeader,
	lines: Iterable<Line> | AsyncIterable<Line>,
	policy: PolicySource,
	options: ReplayOptions = {},
): AsyncGenerator<Replayed> {
	const rerun = new Rerun(header, replayOptions(options));
	for await (const line of lines) {
		const judged = line.type === 'rejudge' || (line.type === 'frame' && line.by !== 'gateway');
		const replayed = rerun.next(line, judged ? await policyFor(policy, line.revision) : undefined);
		if (replayed !== undefined) yield replayed;
	}
}

async function policyFor(source: PolicySource, revision: string | undefined): Promise<Policy> {
	return typeof source === 'function' ? await source(revision) : source;
}

interface Held {
	readonly line: FrameLine;
	readonly message: Message;
	readonly forwardable: boolean;
}

/**
 * A recorded session under another policy, line by line in the order of `seq`: the facts follow from what that policy
 * says, as far as the recording goes with it.
 */
export class Rerun {
	readonly #header: RecordingHeader;
	readonly #state: SessionState;
	readonly #options: JudgeOptions;
	/** `seq` of requests that this policy would not have let go and the recording may have, and the tools they call. */
	readonly #stopped = new Map<number, readonly string[]>();
	readonly #held = new Map<number, Held>();

	constructor(header: RecordingHeader, options: JudgeOptions) {
		this.#header = header;
		this.#state = new SessionState(header);
		this.#options = options;
	}

	/** What comes of this line. `policy`: absent only where none says anything, at what the gateway did itself. */
	next(line: Line, policy: Policy | undefined, read?: Scanned): Replayed | undefined {
		if (line.type === 'frame') {
			return line.by === 'gateway' || policy === undefined ? this.keep(line) : this.frame(line, policy, read);
		}
		if (line.type === 'rejudge') return policy === undefined ? undefined : this.rejudge(line, policy);
		this.other(line);
		return undefined;
	}

	keep(line: FrameLine): Replayed {
		this.#state.advance(line.seq, line.t);
		return { line, status: 'kept' };
	}

	/** `read`: the frame's bytes, where somebody has read them already. */
	frame(line: FrameLine, policy: Policy, read: Scanned = readRecorded(line)): Replayed {
		if (!read.ok) return this.keep(line);
		const message = messageOf(this.#state, read.frames, line.from, line.answers);
		if (message === undefined) {
			this.#state.advance(line.seq, line.t);
			// Nobody asked for it under this policy: because the request was stopped, or in the recording already.
			const tools = line.answers === undefined ? undefined : this.#stopped.get(line.answers);
			const asked = line.answers !== undefined ? this.#stopped.delete(line.answers) : this.#stopped.size > 0;
			const status = asked || line.verdict !== undefined ? 'unreached' : 'kept';
			return { line, status, ...(tools === undefined || tools.length === 0 ? {} : { tools }) };
		}
		const facts = this.#facts(line, line);
		const wentOn = wentOnIn(line);
		const done = step(policy, this.#state, message, line.seq, facts, {
			...this.#optionsFor(line, policy),
			recorded: { held: line.verdict === 'hold', wentOn },
		});
		const { verdict } = done.judgement;
		if (done.requests.length > 0) {
			// What the recording did not let go either has no answer in it.
			const stops =
				(verdict === 'deny' && (wentOn || line.verdict === 'hold')) ||
				(verdict === 'hold' && !wentOn && line.verdict !== 'hold');
			if (stops) this.#stopped.set(line.seq, toolsOf(message));
		}
		// One that the recording releases is pending from its release on; see `rejudge`.
		if (line.verdict === 'hold') this.#held.set(line.seq, { line, message, forwardable: verdict !== 'deny' });
		return this.#result(line, message, done.judgement, line.recent === undefined);
	}

	rejudge(line: RejudgeLine, policy: Policy): Replayed | undefined {
		const held = this.#held.get(line.rejudges);
		this.#held.delete(line.rejudges);
		this.#state.advance(line.seq, line.t);
		if (held === undefined) return undefined;
		// Under this policy there is nothing to release: it was denied as it arrived.
		if (!held.forwardable) return { line: held.line, status: 'unreached', rejudge: line, ...named(held.message) };
		const facts = this.#facts(held.line, line, line.recent);
		const judgement = rejudge(policy, this.#state, held.message, held.line, facts, this.#optionsFor(line, policy));
		for (const label of judgement.labels) this.#state.label(label, line.t);
		if (line.outcome === 'released') {
			if (judgement.verdict === 'deny') this.#stopped.set(held.line.seq, toolsOf(held.message));
			else this.#release(held, line);
		}
		return { ...this.#result(held.line, held.message, judgement, held.line.recent === undefined), rejudge: line };
	}

	/** What the gateway wrote and what people did: takes a `seq`; some of it means that no answer will come. */
	other(line: Exclude<Line, FrameLine | RejudgeLine>): void {
		settle(this.#state, line);
		const over = unheldBy(line);
		if (over !== undefined) this.#held.delete(over);
	}

	/**
	 * A limit is no part of the policy: what was too large for it then is so now, and nothing else is. What its own policy
	 * could not finish then is not finished now; how much fuel a frame takes is not the same to the unit each time.
	 */
	#optionsFor(line: { readonly code?: string; readonly revision?: string }, policy: Policy): JudgeOptions {
		if (line.code === 'ERR_EVALUATION_INPUT_SIZE') return { ...this.#options, inputLimit: 0 };
		if (line.code !== undefined && CUTS.has(line.code) && line.revision === policy.revision)
			return { ...this.#options, cut: line.code };
		return this.#options;
	}

	#release(held: Held, line: RejudgeLine): void {
		for (const request of requestsOf(held.message, held.line.seq)) this.#state.release(request);
		this.#state.advance(line.seq, line.t);
	}

	#facts(frame: FrameLine, at: { readonly t: number }, recent = frame.recent): FrameFacts {
		return {
			t: Math.max(at.t, this.#state.t),
			principal: frame.principal ?? this.#header.principal,
			...(recent === undefined ? {} : { recent }),
			...(frame.answers === undefined ? {} : { answers: frame.answers }),
		};
	}

	#result(line: FrameLine, message: Message, judgement: Judgement, derived: boolean): Replayed {
		const { splices, verdict } = judgement;
		const delivered = verdict === 'deny' ? null : splice(line.bytes, splices);
		return { line, status: 'judged', judgement, delivered, ...(derived ? { derived: true } : {}), ...named(message) };
	}
}

function named(message: Message): Pick<Replayed, 'tools'> {
	const tools = toolsOf(message);
	return tools.length === 0 ? {} : { tools };
}

const NO_TOOLS: readonly string[] = [];

function toolsOf({ members }: Message): readonly string[] {
	const [only, another] = members;
	if (another === undefined) return only?.tool === undefined ? NO_TOOLS : [only.tool.name];
	return members.flatMap(({ tool }) => (tool === undefined ? [] : [tool.name]));
}

/** Did the recording let this frame go to the other side? */
function wentOnIn(line: FrameLine): boolean {
	if (line.outcome !== undefined)
		return line.outcome === 'forwarded' || line.outcome === 'released' || line.outcome === 'undelivered';
	return line.verdict === undefined || line.verdict === 'allow' || line.verdict === 'mask';
}

/**
 * The facts of a session as its record left them, without judging anything again: how a gateway goes on with a
 * session after a restart. `from`: the facts as of an earlier `seq`, when nothing was held; then `lines` are those
 * after it. It is changed, and given back.
 */
export async function rebuild(
	header: RecordingHeader,
	lines: Iterable<Line> | AsyncIterable<Line>,
	from?: SessionState,
): Promise<SessionState> {
	const state = from ?? new SessionState(header);
	const held = new Map<number, Message>();
	for await (const line of lines) {
		state.advance(line.seq, line.t);
		if (line.type === 'frame' && line.by !== 'gateway') {
			const read = readFrames(line.bytes, { limits: RECORDED_LIMITS, batches: true });
			const message = read.ok ? messageOf(state, read.frames, line.from, line.answers) : undefined;
			if (message === undefined) continue;
			apply(state, message, line.seq, line.t, { verdict: line.verdict ?? 'allow', labels: line.labels ?? [] });
			if (line.verdict === 'hold') held.set(line.seq, message);
		} else if (line.type === 'rejudge') {
			for (const label of line.labels) state.label(label, line.t);
			const message = held.get(line.rejudges);
			held.delete(line.rejudges);
			if (message !== undefined && line.outcome === 'released') {
				for (const request of requestsOf(message, line.rejudges)) state.release(request);
			}
		} else if (line.type !== 'frame') {
			settle(state, line);
			const over = unheldBy(line);
			if (over !== undefined) held.delete(over);
		}
	}
	return state;
}

/** What is neither frame nor judgement: some of it means that a request will have no answer, or has had ours. */
function settle(state: SessionState, line: Exclude<Line, FrameLine | RejudgeLine>): void {
	state.advance(line.seq, line.t);
	if (line.type === 'gateway') {
		if (line.answers !== undefined) state.forget(line.answers);
	} else if (line.event === 'pinned') {
		for (const [tool, hash] of repinned(line)) state.repin(tool, hash);
	} else if (line.of !== undefined && OVER.has(line.event)) {
		state.forget(line.of);
	}
}

/** `seq` of the held frame that will not be let go any more: no judgement at a release will come. */
function unheldBy(line: Exclude<Line, FrameLine | RejudgeLine>): number | undefined {
	return line.type === 'event' && UNHELD.has(line.event) ? line.of : undefined;
}

const OVER: ReadonlySet<string> = new Set(['cancelled', 'undelivered', 'withdrawn']);
const UNHELD: ReadonlySet<string> = new Set(['denied', 'ticket', 'expired', 'withdrawn']);
