import type { Finding } from '../detect/finding.ts';
import type { Kind, Party } from '../frame/frame.ts';
import type { CallCounts } from '../session/calls.ts';
import type { SessionState } from '../session/state.ts';
import type { ToolDefinition } from '../session/tools.ts';
import type { CalledTool, ClientIdentity, FrameFacts, Recent } from '../session/types.ts';
import { ALL_PARTS, type Part } from './parts.ts';
import { RememberedJson } from './remembered.ts';

/** The judged frame, correlated, its parts already as policy sees them (JSON texts, UTF-8). */
export interface InputFrame {
	readonly from: Party;
	readonly kind: Kind;
	readonly method: string;
	/** Of the frame itself, or of the request it answers. */
	readonly params?: Buffer;
	readonly result?: Buffer;
	readonly error?: Buffer;
	readonly tool?: CalledTool;
	/** The revision that its own envelope names, or that of the request it answers; absent: it is the session's. */
	readonly protocol?: string;
	/** Who the client says it is in that envelope; without an envelope, what the session knows counts. */
	readonly client?: ClientIdentity;
	/** `t` at which this very call was counted: it is judged again at its release and must not count itself. */
	readonly countedAt?: number;
	/** The tool of that call, where this is about a frame that stands in it. */
	readonly countedTool?: string | undefined;
	/** The tools (undefined: none is named) of the calls before this one in the same batch: they count, or a batch would be one call. */
	readonly ahead?: readonly (string | undefined)[];
	/** The method of the frame that it stands in (contract §2 `embedded_in`). */
	readonly embeddedIn?: string;
	/** Of a listed tool, which nobody calls: what stands for its definition, and for all counts. */
	readonly listed?: ListedCall;
}

/** What a tool in a list is judged by, instead of by what the session knows. */
export interface ListedCall {
	readonly definition: ToolDefinition;
	/** JSON text of `annotations`. */
	readonly annotations?: string;
	readonly recent: Recent;
}

const NO_CALLS: CallCounts = { total: 0, last_minute: 0, by_tool: {}, denied: 0 };

const principals = new RememberedJson();
const clients = new RememberedJson();
const servers = new RememberedJson();
const transports = new RememberedJson();
const recents = new RememberedJson();
const findingLists = new RememberedJson();

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/**
 * The policy input, version 1 (`input.schema.json`), as the exact bytes that are evaluated. The only builder of it.
 *
 * `params`, `result`, `error` and the tool's arguments are the sender's own bytes, so numbers of any size reach
 * policy as they were written. Parts that are not `wanted` are left out; `findings` undefined: nobody searched.
 */
export function buildInput(
	frame: InputFrame,
	state: SessionState,
	seq: number,
	facts: FrameFacts,
	findings: readonly Finding[] | undefined,
	wanted: ReadonlySet<Part> = ALL_PARTS,
): Buffer {
	const parts: Buffer[] = [];
	const client = frame.protocol === undefined ? state.spoken.client : frame.client;
	let text =
		`{"version":1,"from":"${frame.from}","kind":"${frame.kind}","method":${JSON.stringify(wellFormed(frame.method))}` +
		`${frame.embeddedIn === undefined ? '' : `,"embedded_in":${JSON.stringify(wellFormed(frame.embeddedIn))}`}` +
		`,"principal":${principals.of(facts.principal)}` +
		`${client === undefined || !wanted.has('client') ? '' : `,"client":${clients.of(client)}`}` +
		`,"server":${servers.of(state.origin.server)}` +
		`${wanted.has('transport') ? `,"transport":${transports.of(state.origin.transport)}` : ''}` +
		`,"session":${session(state, seq, facts, frame)}` +
		`${wanted.has('recent') ? `,"recent":${recents.of(frame.listed?.recent ?? recent(state, facts, frame.ahead?.length ?? 0))}` : ''}` +
		`,"time":${time(state.origin.started_ns + BigInt(facts.t))}` +
		`,"findings":${findings === undefined || findings.length === 0 ? '[]' : findingLists.of(findings)}`;
	/** What stands as bytes already goes there as it is. */
	const put = (bytes: Buffer) => {
		parts.push(Buffer.from(text, 'utf8'), bytes);
		text = '';
	};
	for (const name of ['params', 'result', 'error'] as const) {
		const part = frame[name];
		if (part === undefined || !wanted.has(name)) continue;
		text += `,"${name}":`;
		put(part);
	}
	if (frame.tool !== undefined) {
		const known = frame.listed ?? state.tool(frame.tool.name);
		const given = wanted.has('arguments') ? frame.tool.arguments : undefined;
		text +=
			`,"tool":{"name":${JSON.stringify(wellFormed(frame.tool.name))}` +
			`,"definition":${JSON.stringify(known.definition)}` +
			`${known.annotations === undefined ? '' : `,"annotations":${known.annotations}`}` +
			`${given === undefined ? '' : ',"arguments":'}`;
		if (given !== undefined) put(given);
		text += '}';
	}
	parts.push(Buffer.from(`${text}}`, 'utf8'));
	return Buffer.concat(parts);
}

function session(state: SessionState, seq: number, facts: FrameFacts, frame: InputFrame): string {
	const { origin } = state;
	const protocol = frame.protocol ?? state.spoken.protocol;
	const calls = frame.listed === undefined ? counted(state, facts, frame) : NO_CALLS;
	return (
		`{"id":${JSON.stringify(origin.id)},"seq":${seq},"labels":${JSON.stringify(state.labels(facts.t))}` +
		`${protocol === undefined ? '' : `,"protocol":${JSON.stringify(protocol)}`}` +
		`,"started_ns":${origin.started_ns},"calls":${JSON.stringify(calls)}}`
	);
}

function counted(state: SessionState, { t }: FrameFacts, frame: InputFrame): CallCounts {
	const tool = frame.embeddedIn === undefined ? frame.tool?.name : frame.countedTool;
	const self =
		frame.countedAt === undefined ? undefined : { t: frame.countedAt, ...(tool === undefined ? {} : { tool }) };
	return withAhead(state.calls(t, self), frame.ahead ?? []);
}

/** The session's calls, with those that stand ahead in the same batch. */
function withAhead(calls: CallCounts, ahead: readonly (string | undefined)[]): CallCounts {
	if (ahead.length === 0) return calls;
	// Not as an object while it changes: a tool may be called `__proto__`.
	const byTool = new Map(Object.entries(calls.by_tool));
	for (const tool of ahead) if (tool !== undefined) byTool.set(tool, (byTool.get(tool) ?? 0) + 1);
	return {
		...calls,
		total: calls.total + ahead.length,
		last_minute: calls.last_minute + ahead.length,
		by_tool: Object.fromEntries(byTool),
	};
}

/** The principal's calls, with as many more as stand `ahead` in the same batch. */
function recent(state: SessionState, facts: FrameFacts, ahead: number): Recent {
	const known = recentFor(state, facts);
	if (ahead === 0) return known;
	const { total, last_minute, by_server } = known.calls;
	const { name } = state.origin.server;
	return {
		...known,
		calls: {
			total: total + ahead,
			last_minute: last_minute + ahead,
			by_server: { ...by_server, [name]: (by_server[name] ?? 0) + ahead },
		},
	};
}

/** `recent` as it was recorded, or as far as this session alone knows it. */
export function recentFor(state: SessionState, facts: FrameFacts): Recent {
	return facts.recent ?? state.ownRecent(facts.t);
}

let lastTime = { ns: -1n, text: '' };

/** `hour` and `weekday` are UTC (contract §2). */
function time(ns: bigint): string {
	if (lastTime.ns === ns) return lastTime.text;
	const at = new Date(Number(ns / 1_000_000n));
	const text = `{"ns":${ns},"rfc3339":"${at.toISOString()}","weekday":"${WEEKDAYS[at.getUTCDay()]}","hour":${at.getUTCHours()}}`;
	lastTime = { ns, text };
	return text;
}

/** The module's parser refuses lone surrogates, so nothing may carry one there. */
function wellFormed(text: string): string {
	return text.isWellFormed() ? text : text.toWellFormed();
}
