import { identityIn } from '../frame/era.ts';
import type { Frame, Party } from '../frame/frame.ts';
import { type JsonNode, member, text } from '../frame/json.ts';
import type { Label } from '../policy/judgement.ts';
import { Asked, type Asker } from './asked.ts';
import { BOUNDS } from './bounds.ts';
import { type CallCounts, Calls } from './calls.ts';
import type { Effect, Spoken } from './effect.ts';
import { Labels } from './labels.ts';
import { Requests } from './requests.ts';
import { type SessionSnapshot, SNAPSHOT_VERSION } from './snapshot.ts';
import { Tasks } from './tasks.ts';
import { ListedTools, type ToolDefinition } from './tools.ts';
import type { ClientIdentity, PendingRequest, Recent, SessionOrigin } from './types.ts';

/**
 * The facts of one session: a reducer over its frames and their judgements. O(1) a frame, and bounded (`BOUNDS`)
 * however long the session. No clock and no transport: everything comes with the frame, so the same recording always
 * gives the same facts. `snapshot` and `resume` put it aside and go on with it.
 */
export class SessionState {
	readonly origin: SessionOrigin;
	/** The last `seq` given; the first frame of a session is 1. */
	seq = 0;
	/** ns since start of the last line. */
	t = 0;
	client: ClientIdentity | undefined;
	protocol: string | undefined;
	/** Of the last envelope that a client sent. */
	#envelope: Spoken = {};
	#labels = new Labels();
	#principalLabels = new Labels();
	#calls = new Calls();
	#requests = new Requests();
	#tools: ListedTools;
	#tasks = new Tasks();
	#asked = new Asked();

	constructor(origin: SessionOrigin) {
		this.origin = origin;
		this.client = origin.client;
		this.protocol = origin.protocol;
		this.#tools = new ListedTools(origin.pins);
	}

	/**
	 * A state that goes on exactly as the one that `snapshot` was taken of. `origin`: of the same session.
	 */
	static resume(origin: SessionOrigin, snapshot: SessionSnapshot): SessionState {
		const state = new SessionState(origin);
		state.seq = snapshot.seq;
		state.t = snapshot.t;
		state.client = snapshot.client;
		state.protocol = snapshot.protocol;
		state.#envelope = snapshot.envelope ?? {};
		state.#labels = Labels.from(snapshot.labels);
		state.#principalLabels = Labels.from(snapshot.principal_labels);
		state.#calls = Calls.from(snapshot.calls);
		state.#requests = Requests.from(snapshot.requests);
		state.#tools = ListedTools.from(snapshot.tools, origin.pins);
		state.#tasks = Tasks.from(snapshot.tasks);
		state.#asked = Asked.from(snapshot.asked);
		for (const [name, hash] of snapshot.pins) state.#tools.repin(name, hash);
		return state;
	}

	/** Everything that is to be known to go on, as plain JSON. */
	snapshot(): SessionSnapshot {
		return {
			version: SNAPSHOT_VERSION,
			session: this.origin.id,
			seq: this.seq,
			t: this.t,
			...(this.client === undefined ? {} : { client: this.client }),
			...(this.protocol === undefined ? {} : { protocol: this.protocol }),
			...(this.#envelope.protocol === undefined ? {} : { envelope: this.#envelope }),
			labels: this.#labels.entries(this.t),
			principal_labels: this.#principalLabels.entries(this.t),
			calls: this.#calls.snapshot(this.t),
			requests: this.#requests.snapshot(),
			tools: this.#tools.snapshot(),
			tasks: this.#tasks.snapshot(),
			asked: this.#asked.snapshot(),
			pins: this.#tools.pinsSnapshot(),
		};
	}

	/**
	 * What a frame without an envelope of its own is spoken in, and by whom: as the handshake said; where there was none,
	 * as the last envelope of the session.
	 */
	get spoken(): Spoken {
		if (this.protocol === undefined && this.client === undefined) return this.#envelope;
		return {
			...(this.client === undefined ? {} : { client: this.client }),
			...(this.protocol === undefined ? {} : { protocol: this.protocol }),
		};
	}

	/** The labels in force at `t`, sorted. */
	labels(t: number): readonly string[] {
		return this.#labels.at(t);
	}

	/** Labels of scope `principal` that this session gave and that are in force at `t`. */
	principalLabels(t: number): readonly string[] {
		return this.#principalLabels.at(t);
	}

	/** `session.calls` of the input, for a frame at `t`; without `self`, a call that was counted already. */
	calls(t: number, self?: { readonly t: number; readonly tool?: string }): CallCounts {
		return this.#calls.at(t, self);
	}

	/** `recent` as far as this session alone knows it: for recordings that lack the fact. */
	ownRecent(t: number): Recent {
		const { total, last_minute } = this.#calls.at(t);
		return {
			labels: this.principalLabels(t),
			calls: { total, last_minute, by_server: total === 0 ? {} : { [this.origin.server.name]: total } },
		};
	}

	/** `tool.definition` and annotations for a call of `name`. */
	tool(name: string): { readonly definition: ToolDefinition; readonly annotations?: string } {
		return this.#tools.definition(name);
	}

	/** JSON text of the `outputSchema` of a listed tool. */
	outputSchema(name: string): string | undefined {
		return this.#tools.outputSchema(name);
	}

	/** The same of a tool as `frame` lists it, which has not changed the facts yet. */
	shownTool(frame: Frame, node: JsonNode): ReturnType<ListedTools['shown']> {
		return this.#tools.shown(frame, node);
	}

	/** The request of `requester` that made the task with this id. */
	taskRequest(requester: Party, id: string): PendingRequest | undefined {
		return this.#tasks.request(requester, id);
	}

	/** What was asked for under this key, to be answered within a frame that `asker` describes. */
	asked(asker: Asker, key: string): { readonly method: string; readonly params: Buffer | undefined } | undefined {
		return this.#asked.find(asker, key);
	}

	/** Tool name → definition hash, as this session's lists showed them. */
	listedTools(): ReadonlyMap<string, string> {
		return this.#tools.hashes();
	}

	/** Hash of the definition of `tool` that is pinned for this session now. */
	pin(tool: string): string | undefined {
		return this.#tools.pin(tool);
	}

	/** A pin came into force: an operator accepted a definition, or another session showed the tool first. */
	repin(tool: string, hash: string): void {
		this.#tools.repin(tool, hash);
	}

	/** The pending request that an answer of `from` belongs to: by `seq` where the transport knows it, else by raw id, oldest first. */
	correlate(from: Party, id: string | undefined, answers?: number): PendingRequest | undefined {
		return this.#requests.answeredBy(from, id, answers);
	}

	/** Requests of `from` that have no answer yet. */
	pending(from: Party): PendingRequest[] {
		return this.#requests.of(from);
	}

	/** How many requests of `from` have no answer yet. */
	waiting(from: Party): number {
		return this.#requests.count(from);
	}

	/** What all requests without an answer hold, bytes. */
	get waitingBytes(): number {
		return this.#requests.bytes;
	}

	/** Requests with this `seq` that have no answer yet: several of a batch. */
	pendingAt(seq: number): readonly PendingRequest[] {
		return this.#requests.at(seq);
	}

	/** Whether some request with this `seq` has no answer yet. */
	awaits(seq: number): boolean {
		return this.#requests.at(seq).length > 0;
	}

	/** Whether calls of all these tools can be counted by name. */
	canCount(tools: Iterable<string>): boolean {
		return this.#calls.fits(tools);
	}

	/** Whether the tools that `frame`, a result of `tools/list`, shows can all be remembered. */
	canList(frame: Frame): boolean {
		return this.#tools.fits(frame);
	}

	/**
	 * Those of `labels` for which there is room at `t`; the same array if there is for all. `recent`: the principal's
	 * labels, where they are known as a fact.
	 */
	fitting(labels: readonly Label[], t: number, recent?: readonly string[]): readonly Label[] {
		if (labels.length === 0) return labels;
		const fresh = { session: new Set<string>(), principal: new Set<string>() };
		const count = {
			session: this.#labels.at(t).length,
			principal: recent?.length ?? this.#principalLabels.at(t).length,
		};
		const inForce = {
			session: (label: string) => this.#labels.has(label, t),
			principal: (label: string) => recent?.includes(label) ?? this.#principalLabels.has(label, t),
		};
		const fits = ({ label, scope }: Label): boolean => {
			if (label.length > BOUNDS.labelLength) return false;
			if (fresh[scope].has(label) || inForce[scope](label)) return true;
			if (count[scope] + fresh[scope].size >= BOUNDS.labels) return false;
			fresh[scope].add(label);
			return true;
		};
		const kept = labels.filter(fits);
		return kept.length === labels.length ? labels : kept;
	}

	/** Takes the next `seq` and lets one frame change the facts. */
	apply(effect: Effect): void {
		this.seq = Math.max(this.seq, effect.seq);
		this.t = Math.max(this.t, effect.t);
		if (effect.answers !== undefined && !this.#requests.answer(effect.answers, effect.seq)) return;
		for (const label of effect.labels) this.label(label, effect.t);
		if (effect.method === 'tools/call' && effect.kind === 'request' && effect.from === 'client') {
			if (effect.denied) this.#calls.deny();
			if (effect.counts) this.#calls.count(effect.t, effect.tool?.name);
		}
		if (effect.kind === 'request' && effect.goesOn) this.#await(effect);
		if (effect.denied) return;
		if (effect.protocol !== undefined && effect.from === 'client' && effect.answers === undefined) {
			this.#envelope = { protocol: effect.protocol, ...(effect.client === undefined ? {} : { client: effect.client }) };
		}
		if (effect.task !== undefined && effect.answers !== undefined) this.#tasks.make(effect.task, effect.answers);
		for (const asked of effect.asks ?? []) this.#asked.ask(asked);
		// One with an envelope begins nothing: its revision has no handshake, and says with each request who speaks.
		if (effect.method === 'initialize' && effect.protocol === undefined) this.#handshake(effect);
		if (effect.method === 'tools/list' && effect.kind === 'result') this.#tools.list(effect.frame);
	}

	/** A held request was let go (at its release or under a grant): an answer may come now. */
	release(request: PendingRequest): void {
		this.#requests.add(request);
	}

	/** What stands at `seq` did not get through: cancelled, or the peer is gone. */
	forget(seq: number): void {
		this.#requests.forget(seq);
	}

	/** Lets a label stick from `t` on. */
	label(label: Label, t: number): void {
		const labels = label.scope === 'principal' ? this.#principalLabels : this.#labels;
		labels.set(label.label, t, label.forNs);
	}

	/** A line that is no frame took a `seq`. */
	advance(seq: number, t: number): void {
		this.seq = Math.max(this.seq, seq);
		this.t = Math.max(this.t, t);
	}

	#await(effect: Effect): void {
		if (effect.frame.id === undefined || effect.method === undefined) return;
		this.#requests.add({
			seq: effect.seq,
			from: effect.from,
			id: effect.frame.id,
			method: effect.method,
			...(effect.params === undefined ? {} : { params: effect.params }),
			...(effect.tool === undefined ? {} : { tool: effect.tool }),
			...(effect.protocol === undefined ? {} : { protocol: effect.protocol }),
			...(effect.client === undefined ? {} : { client: effect.client }),
		});
	}

	#handshake(effect: Effect): void {
		if (effect.kind === 'request') {
			this.client = identityIn(member(effect.frame.params, 'clientInfo')) ?? this.client;
		} else if (effect.kind === 'result') {
			this.protocol = text(member(effect.frame.result, 'protocolVersion')) ?? this.protocol;
		}
	}
}
