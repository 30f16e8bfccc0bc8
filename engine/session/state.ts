import { createHash } from 'node:crypto';
import type { Frame, Kind, Party } from '../frame/frame.ts';
import { type JsonNode, member, text } from '../frame/json.ts';
import { policyText } from '../frame/policy-text.ts';
import type { Label } from '../policy/judgement.ts';
import { Requests } from './requests.ts';
import type { ClientIdentity, Recent, SessionOrigin } from './types.ts';
import { Window } from './window.ts';

const MINUTE_NS = 60_000_000_000;

/** A request that went on and has not been answered yet. */
export interface PendingRequest {
	readonly seq: number;
	readonly from: Party;
	/** The id token as written. */
	readonly id: string;
	readonly method: string;
	/** The params as policy saw them: they are present on the answer too. */
	readonly params?: Buffer;
	readonly tool?: CalledTool;
}

/** The tool that a `tools/call` names. */
export interface CalledTool {
	readonly name: string;
	/** JSON text of `params.arguments`. */
	readonly arguments?: Buffer;
}

/** A tool as this session's `tools/list` showed it. */
interface ListedTool {
	readonly hash: string;
	/** As this session listed it first: without an older pin, a later change is one against this. */
	readonly first: string;
	/** JSON text of `annotations`. */
	readonly annotations?: string;
}

/** `tool.definition` of the input. */
export interface ToolDefinition {
	readonly hash?: string;
	readonly status: 'new' | 'same' | 'changed' | 'unlisted';
}

/** What one frame does to the facts, decided by its own verdict at its `seq` (contract §1, *Order*). */
export interface Effect {
	readonly seq: number;
	readonly t: number;
	readonly frame: Frame;
	readonly from: Party;
	readonly kind: Kind;
	readonly method?: string;
	readonly params?: Buffer;
	readonly tool?: CalledTool;
	readonly labels: readonly Label[];
	/** The policy denied it. */
	readonly denied: boolean;
	/** It counts as a call: not denied, and (when judged again) not held where the recording did not let it go. */
	readonly counts: boolean;
	/** It is on its way to the other party, so an answer may come. A held request is not, until it is released. */
	readonly goesOn: boolean;
	/** The request that this frame answers. */
	readonly answers?: PendingRequest;
}

/**
 * The facts of one session: a reducer over its frames and their judgements. O(1) a frame. No clock and no
 * transport: everything comes with the frame, so the same recording always gives the same facts.
 */
export class SessionState {
	readonly origin: SessionOrigin;
	/** The last `seq` given; the first frame of a session is 1. */
	seq = 0;
	/** ns since start of the last line. */
	t = 0;
	client: ClientIdentity | undefined;
	protocol: string | undefined;
	#labels = new Map<string, number>();
	#principalLabels = new Map<string, number>();
	#total = 0;
	#denied = 0;
	#byTool = new Map<string, number>();
	readonly #lastMinute = new Window<number>();
	readonly #requests = new Requests();
	#tools = new Map<string, ListedTool>();

	constructor(origin: SessionOrigin) {
		this.origin = origin;
		this.client = origin.client;
		this.protocol = origin.protocol;
	}

	/** The labels in force at `t`, sorted. */
	labels(t: number): string[] {
		return inForce(this.#labels, t);
	}

	/** Labels of scope `principal` that this session gave and that are in force at `t`. */
	principalLabels(t: number): string[] {
		return inForce(this.#principalLabels, t);
	}

	/** `session.calls` of the input, for a frame at `t`; without `self`, a call that was counted already. */
	calls(
		t: number,
		self?: { readonly t: number; readonly tool?: string },
	): { total: number; last_minute: number; by_tool: Record<string, number>; denied: number } {
		const byTool = Object.fromEntries(this.#byTool);
		const recent = this.#lastMinute.since(t - MINUTE_NS);
		if (self === undefined) return { total: this.#total, last_minute: recent, by_tool: byTool, denied: this.#denied };
		if (self.tool !== undefined && byTool[self.tool] !== undefined) {
			byTool[self.tool]! -= 1;
			if (byTool[self.tool] === 0) delete byTool[self.tool];
		}
		const last = self.t > t - MINUTE_NS ? recent - 1 : recent;
		return { total: this.#total - 1, last_minute: last, by_tool: byTool, denied: this.#denied };
	}

	/** `recent` as far as this session alone knows it: for recordings that lack the fact. */
	ownRecent(t: number): Recent {
		return {
			labels: this.principalLabels(t),
			calls: {
				total: this.#total,
				last_minute: this.#lastMinute.since(t - MINUTE_NS),
				by_server: this.#total === 0 ? {} : { [this.origin.server.name]: this.#total },
			},
		};
	}

	/** `tool.definition` and annotations for a call of `name`. */
	tool(name: string): { readonly definition: ToolDefinition; readonly annotations?: string } {
		const listed = this.#tools.get(name);
		if (listed === undefined) return { definition: { status: 'unlisted' } };
		const pins = this.origin.pins;
		const pin = pins !== undefined && Object.hasOwn(pins, name) ? pins[name] : undefined;
		const status = (pin ?? listed.first) !== listed.hash ? 'changed' : pin === undefined ? 'new' : 'same';
		return {
			definition: { hash: listed.hash, status },
			...(listed.annotations === undefined ? {} : { annotations: listed.annotations }),
		};
	}

	/** Tool name → definition hash, as this session's lists showed them. */
	listedTools(): ReadonlyMap<string, string> {
		return new Map([...this.#tools].map(([name, tool]) => [name, tool.hash]));
	}

	/** The pending request that an answer of `from` belongs to: by `seq` where the transport knows it, else by raw id, oldest first. */
	correlate(from: Party, id: string | undefined, answers?: number): PendingRequest | undefined {
		return this.#requests.answeredBy(from, id, answers);
	}

	/** Requests of `from` that have no answer yet. */
	pending(from: Party): PendingRequest[] {
		return this.#requests.of(from);
	}

	/** Whether some request with this `seq` has no answer yet. */
	awaits(seq: number): boolean {
		return this.#requests.awaits(seq);
	}

	/** Takes the next `seq` and lets one frame change the facts. */
	apply(effect: Effect): void {
		this.seq = Math.max(this.seq, effect.seq);
		this.t = Math.max(this.t, effect.t);
		if (effect.answers !== undefined && !this.#requests.answer(effect.answers, effect.seq)) return;
		for (const label of effect.labels) this.label(label, effect.t);
		if (effect.method === 'tools/call' && effect.kind === 'request' && effect.from === 'client') this.#call(effect);
		if (effect.kind === 'request' && effect.goesOn) this.#await(effect);
		if (effect.denied) return;
		if (effect.method === 'initialize') this.#handshake(effect);
		if (effect.method === 'tools/list' && effect.kind === 'result') this.#list(effect.frame);
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
		const until = label.forNs === undefined ? Number.POSITIVE_INFINITY : t + label.forNs;
		const map = label.scope === 'principal' ? this.#principalLabels : this.#labels;
		map.set(label.label, Math.max(map.get(label.label) ?? 0, until));
	}

	/** A line that is no frame took a `seq`. */
	advance(seq: number, t: number): void {
		this.seq = Math.max(this.seq, seq);
		this.t = Math.max(this.t, t);
	}

	#call(effect: Effect): void {
		if (effect.denied) this.#denied++;
		if (!effect.counts) return;
		this.#total++;
		this.#lastMinute.add(effect.t);
		const name = effect.tool?.name;
		if (name !== undefined) this.#byTool.set(name, (this.#byTool.get(name) ?? 0) + 1);
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
		});
	}

	#handshake(effect: Effect): void {
		if (effect.kind === 'request') {
			const info = member(effect.frame.params, 'clientInfo');
			const name = text(member(info, 'name'));
			const version = text(member(info, 'version')) ?? '';
			// The policy's parser knows no lone surrogates: it sees U+FFFD, as everywhere (contract §1).
			if (name !== undefined) this.client = { name: name.toWellFormed(), version: version.toWellFormed() };
		} else if (effect.kind === 'result') {
			this.protocol = text(member(effect.frame.result, 'protocolVersion')) ?? this.protocol;
		}
	}

	#list(frame: Frame): void {
		const tools = member(frame.result, 'tools');
		if (tools?.type !== 'array') return;
		for (const tool of tools.items) {
			const name = text(member(tool, 'name'));
			if (name === undefined) continue;
			const annotations = member(tool, 'annotations');
			const hash = definitionHash(frame.bytes, tool);
			this.#tools.set(name, {
				hash,
				first: this.#tools.get(name)?.first ?? hash,
				...(annotations?.type === 'object' ? { annotations: policyText(frame, annotations).toString('utf8') } : {}),
			});
		}
	}
}

function inForce(labels: Map<string, number>, t: number): string[] {
	const names: string[] = [];
	for (const [name, until] of labels) if (t < until) names.push(name);
	return names.sort();
}

/**
 * sha256 (hex) of a tool's definition: its members in a canonical order (keys sorted by code unit at every depth,
 * no white space, numbers as written), so that a server that only reorders members has not changed its tool.
 */
export function definitionHash(bytes: Buffer, tool: JsonNode): string {
	return createHash('sha256').update(canonical(bytes, tool)).digest('hex');
}

function canonical(bytes: Buffer, node: JsonNode): string {
	switch (node.type) {
		case 'object': {
			const members = [...node.members].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
			return `{${members.map((m) => `${JSON.stringify(m.key)}:${canonical(bytes, m.value)}`).join(',')}}`;
		}
		case 'array':
			return `[${node.items.map((item) => canonical(bytes, item)).join(',')}]`;
		case 'string':
			return JSON.stringify(node.value);
		case 'number':
			return node.raw;
		case 'literal':
			return String(node.value);
	}
}
