import { SluiceError } from './error.ts';
import type { Party } from './frame/frame.ts';
import { RECORDED_LIMITS } from './frame/limits.ts';
import { readFrames } from './frame/read.ts';
import { judge } from './judge.ts';
import type { Policy } from './policy/load.ts';
import { SessionState } from './session/state.ts';
import type { FrameFacts, Principal } from './session/types.ts';
import { apply, messageOf } from './step.ts';

const PRINCIPAL: Principal = { id: 'warm-up', kind: 'agent', issuer: 'sluice', groups: [], scopes: [], claims: {} };

/** A short session with a frame of every kind, from both sides, in which nothing is remarkable. */
const SESSION: readonly (readonly [from: Party, message: object])[] = [
	[
		'client',
		{
			id: 1,
			method: 'initialize',
			params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'warm-up', version: '1' } },
		},
	],
	[
		'server',
		{
			id: 1,
			result: { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'warm-up', version: '1' } },
		},
	],
	['client', { method: 'notifications/initialized' }],
	['client', { id: 2, method: 'tools/call', params: { name: 'warm-up', arguments: {} } }],
	['server', { method: 'notifications/message', params: { level: 'info', data: 'warm-up' } }],
	['server', { id: 's1', method: 'roots/list' }],
	['client', { id: 's1', result: { roots: [] } }],
	['server', { id: 2, result: { content: [{ type: 'text', text: 'warm-up' }] } }],
	['client', { id: 3, method: 'resources/read', params: { uri: 'file:///warm-up' } }],
	['server', { id: 3, error: { code: -32002, message: 'Resource not found' } }],
];

/** What a policy may say of an unremarkable frame, though the engine says it for it. */
const ALLOWED = new Set(['ERR_HOLD_IMPOSSIBLE']);

/**
 * Lets a policy judge one frame of every kind before it judges anybody's: what was compiled lazily is compiled then, and
 * a policy that cannot come to a decision is found out while another one is still in force. What it decides is no matter.
 *
 * @throws {SluiceError} `ERR_POLICY_WARM_UP` with the first frame that it cannot judge, and why
 */
export function warmUp(policy: Policy): void {
	const state = new SessionState({
		id: 'warm-up',
		started_ns: 1_760_000_000_000_000_000n,
		server: { name: 'warm-up', labels: [], transport: 'http' },
		transport: { kind: 'http', remote: '127.0.0.1' },
		principal: PRINCIPAL,
	});
	const options = { hashKey: Buffer.alloc(32), inputLimit: Number.POSITIVE_INFINITY };
	for (const [i, [from, message]] of SESSION.entries()) {
		const bytes = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
		const read = readFrames(bytes, { limits: RECORDED_LIMITS, batches: false });
		const correlated = read.ok ? messageOf(state, read.frames, from) : undefined;
		if (correlated === undefined) throw new TypeError('the warm-up is a session');
		const seq = i + 1;
		const facts: FrameFacts = {
			t: seq * 1_000_000,
			principal: PRINCIPAL,
			recent: { labels: [], calls: { total: 0, last_minute: 0, by_server: {} } },
		};
		for (const frame of correlated.members) {
			const { code, message: why, reasons } = judge(policy, state, frame, seq, facts, options);
			if (code === undefined || ALLOWED.has(code)) continue;
			throw new SluiceError(
				'ERR_POLICY_WARM_UP',
				`the policy cannot judge a ${frame.kind} of \`${frame.method}\` from the ${from}: ` +
					`${why ?? reasons[0]?.message ?? 'it gives no decision'} (${code})`,
				{ help: '`sluice eval` shows what it says of an input; mend the rule' },
			);
		}
		apply(state, correlated, seq, facts.t, { verdict: 'allow', labels: [] });
	}
}
