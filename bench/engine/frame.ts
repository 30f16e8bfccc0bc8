import { buildInput } from '../../engine/input/build.ts';
import type { EvaluationFacts } from '../../engine/policy/instance.ts';
import type { Policy } from '../../engine/policy/load.ts';
import { SessionState } from '../../engine/session/state.ts';
import type { FrameFacts, Principal, SessionOrigin } from '../../engine/session/types.ts';
import { apply, type Message, messageOf } from '../../engine/step.ts';
import { readOne } from '../starter.ts';
import { prose } from '../text.ts';

/** Size of the measured frames, bytes. */
export const FRAME_BYTES = 2048;

/** A frame in its session, and what policy is asked about it. */
export interface Asked {
	readonly state: SessionState;
	readonly message: Message;
	/** The policy input, one JSON text. */
	readonly input: Buffer;
}

const PRINCIPAL: Principal = {
	id: 'agent-7',
	kind: 'agent',
	issuer: 'https://login.example.com',
	groups: ['research', 'engineering'],
	scopes: ['tools'],
	on_behalf_of: 'user-17',
	claims: {},
};

const ORIGIN: SessionOrigin = {
	id: 'bench-session',
	// a Thursday, in office hours
	started_ns: 1_760_000_000_000_000_000n,
	server: { name: 'documents', labels: ['internal'], transport: 'http' },
	transport: { kind: 'http', remote: '127.0.0.1' },
	principal: PRINCIPAL,
	client: { name: 'bench', version: '1.0.0' },
	protocol: '2025-11-25',
};

/** The facts of every measured frame. */
export const FACTS: FrameFacts = {
	t: 1_000_000_000,
	principal: PRINCIPAL,
	recent: { labels: [], calls: { total: 12, last_minute: 3, by_server: { documents: 12 } } },
};

/** The same as built-ins see them. */
export const EVALUATION_FACTS: EvaluationFacts = {
	nowNs: ORIGIN.started_ns + BigInt(FACTS.t),
	seed: 'bench',
};

export const SEQ = 5;

/** A call of a tool, filled up to `FRAME_BYTES` with text that no rule has anything to say of. */
export function quietCall(policy?: Policy): Asked {
	return asked('tools/call', (text) => callOf('search_documents', text), { policy });
}

/** Calls of which rules do have something to say, to compare what engines answer: small, `more` beside the arguments of the quiet one. */
export function remarkableCalls(policy?: Policy): Asked[] {
	const calls: readonly (readonly [tool: string, more: object])[] = [
		['bash', {}],
		['search_everything', {}],
		['search_documents', { query: 'DROP TABLE users' }],
		['search_documents', { text: 'AKIAABCDEFGHIJKLMNOP, password: "correct-horse", -----BEGIN PRIVATE KEY-----' }],
		['search_documents', { text: 'mail to a.b@example.com, 4111111111111111, DE44 5001 0517 5407 3249 31' }],
		['search_documents', { script: 'ls; rm -r x', path: 'a/../b', header: 'Bearer abc' }],
	];
	return calls.map(([tool, more]) => asked('tools/call', (text) => callOf(tool, text, more), { policy }));
}

/** A request of a method that no rule is about, of the same size. */
export function unruledRequest(): Asked {
	return asked('completion/complete', (value) => ({
		ref: { type: 'ref/prompt', name: 'report' },
		argument: { name: 'topic', value },
	}));
}

/** Parameters of a call of `name`. */
export function callOf(name: string, text: string, more: object = {}): object {
	const args = { query: 'quarterly report', limit: 20, filters: ['north', 'letters'], text, ...more };
	return { name, arguments: args };
}

/** What a frame is made for: its size, and the policy whose rules read the input. */
interface AskedFor {
	readonly size?: number;
	readonly policy?: Policy | undefined;
}

/**
 * A request filled up with text, in its session. The input is what the engine gives the rules of the policy for it;
 * without a policy, all of it.
 */
export function asked(
	method: string,
	params: (text: string) => object,
	{ size = FRAME_BYTES, policy }: AskedFor = {},
): Asked {
	const frame = (text: string) =>
		Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 7, method, params: params(text) }), 'utf8');
	const state = session();
	const bytes = frame(prose(Math.max(0, size - frame('').length)));
	const message = messageOf(state, [readOne(bytes)], 'client')!;
	const member = message.members[0]!;
	const { from, kind, tool } = member;
	const wanted = policy?.partsRead(policy.index.groupsFor({ from, kind, method, tool: tool?.name }));
	return { state, message, input: buildInput(member, state, SEQ, FACTS, [], wanted) };
}

/** A session in which the tool was listed and called before. */
function session(): SessionState {
	const state = new SessionState(ORIGIN);
	const tool = {
		name: 'search_documents',
		inputSchema: { type: 'object' },
		annotations: { readOnlyHint: true, openWorldHint: false },
	};
	const call = { name: 'search_documents', arguments: { query: 'letters' } };
	const frames: readonly (readonly ['client' | 'server', object])[] = [
		['client', { id: 1, method: 'tools/list' }],
		['server', { id: 1, result: { tools: [tool] } }],
		['client', { id: 2, method: 'tools/call', params: call }],
		['server', { id: 2, result: { content: [] } }],
	];
	for (const [i, [from, message]] of frames.entries()) {
		const frame = readOne(Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }), 'utf8'));
		apply(state, messageOf(state, [frame], from)!, i + 1, (i + 1) * 1_000_000, { verdict: 'allow', labels: [] });
	}
	return state;
}
