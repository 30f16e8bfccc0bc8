import { join } from 'node:path';
import t from 'tap';
import type { Party } from '../../engine/frame/frame.ts';
import { readFrames } from '../../engine/frame/read.ts';
import { judge } from '../../engine/judge.ts';
import { compileFolder } from '../../engine/policy/compile-folder.ts';
import { DEFAULT_LIMITS, fuelFor } from '../../engine/policy/limits.ts';
import { loadPolicy, type Policy } from '../../engine/policy/load.ts';
import type { Evaluator } from '../../engine/policy/types.ts';
import { SessionState } from '../../engine/session/state.ts';
import type { Principal } from '../../engine/session/types.ts';
import { apply, type Message, messageOf } from '../../engine/step.ts';
import { COLD } from '../engine/policy/compiler-for-tests.ts';
import { LARGE } from './large-frames.ts';

t.setTimeout(COLD);
const principal: Principal = { id: 'a', kind: 'agent', issuer: 'sluice', groups: [], scopes: [], claims: {} };
const compiled = await compileFolder(join(import.meta.dirname, '../../policies'), { env: process.env });

/** What these frames may take of the default limits: half of the fuel means that twice the work would pass as well. */
const SHARES: Readonly<Record<string, { readonly fuel: number; readonly memory: number }>> = {
	'a text of 950 kB': { fuel: 0.4, memory: 0.1 },
	'a page of HTML of 900 kB': { fuel: 0.4, memory: 0.1 },
	'20000 short texts in 480 kB': { fuel: 0.52, memory: 0.3 },
	'a table of 900 kB, as text and as rows': { fuel: 0.55, memory: 0.45 },
	'a table of 900 kB': { fuel: 0.75, memory: 0.65 },
	'a picture of 950 kB': { fuel: 0.35, memory: 0.1 },
	'5000 pictures in 95 kB': { fuel: 0.25, memory: 0.1 },
	'a file of 950 kB to write': { fuel: 0.4, memory: 0.15 },
	'20000 short arguments': { fuel: 0.52, memory: 0.65 },
};

t.test('large and honest frames are well within the limits', async (t) => {
	for (const [name, { from, message }] of Object.entries(LARGE)) {
		const { fuel, memory } = SHARES[name]!;
		const limits = { fuel: DEFAULT_LIMITS.fuel, memory: DEFAULT_LIMITS.memory * memory };
		const policy = withShare(loadPolicy(compiled, limits), fuel);
		const { state, member } = session(from, message);
		const options = { hashKey: Buffer.alloc(32), inputLimit: 4 * 1024 * 1024 };
		const { verdict, code, reasons } = judge(policy, state, member, 9, { t: 1e9, principal }, options);
		t.equal(code, undefined, `${name}: ${reasons.map(({ set, rule }) => `${set} ${rule}`)}`);
		t.not(verdict, 'deny', name);
	}
});

/** The policy with a part of the fuel that it has by default for an input of that size. */
function withShare(policy: Policy, share: number): Policy {
	const evaluator: Evaluator = {
		...policy.evaluator,
		evaluate(input, facts) {
			const extra = fuelFor(0, input.length);
			return policy.evaluator.evaluate(input, facts, fuelFor(DEFAULT_LIMITS.fuel, input.length) * share - extra);
		},
	};
	return { ...policy, evaluator };
}

/** A session in which the tool was listed and called, and the frame that comes next. */
function session(
	from: Party,
	message: object,
): { readonly state: SessionState; readonly member: Message['members'][0] } {
	const state = new SessionState({
		id: 's',
		started_ns: 1_760_000_000_000_000_000n,
		server: { name: 'db', labels: ['internal'], transport: 'http' },
		transport: { kind: 'http', remote: '127.0.0.1' },
		principal,
		client: { name: 'test', version: '1.0.0' },
		protocol: '2025-11-25',
	});
	const tools = ['search', 'write_note', 'add_rows'].map((name) => ({ name, inputSchema: { type: 'object' } }));
	const before: readonly (readonly [Party, object])[] = [
		['client', { id: 1, method: 'tools/list' }],
		['server', { id: 1, result: { tools } }],
		['client', { id: 2, method: 'tools/call', params: { name: 'search', arguments: { query: 'report' } } }],
	];
	for (const [i, [by, one]] of before.entries()) {
		apply(state, read(state, by, one), i + 1, i + 1, { verdict: 'allow', labels: [] });
	}
	return { state, member: read(state, from, message).members[0]! };
}

function read(state: SessionState, from: Party, message: object): Message {
	const bytes = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }), 'utf8');
	const frames = readFrames(bytes, { limits: { frame: 2 ** 24, depth: 128, keys: 200_000 }, batches: false });
	if (!frames.ok) throw new Error(frames.refusal.message);
	return messageOf(state, frames.frames, from)!;
}
