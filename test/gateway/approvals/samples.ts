import { randomBytes } from 'node:crypto';
import type { Test } from 'tap';
import type { HoldDemand } from '../../../engine/policy/judgement.ts';
import type { Principal } from '../../../engine/session/types.ts';
import { StoreApprovalBroker } from '../../../gateway/approvals/store-broker.ts';
import type { HoldRequest } from '../../../gateway/approvals/types.ts';
import { MasterKey } from '../../../gateway/record/keys.ts';
import { openStore } from '../../../gateway/store/store.ts';
import { manualClock } from './manual-clock.ts';

export const MINUTE = 60_000;

export function principal(id: string, more: Partial<Principal> = {}): Principal {
	return { id, kind: 'human', issuer: 'sluice', groups: [], scopes: [], human: id, claims: {}, ...more };
}

export const bot = principal('bot', { kind: 'agent', human: 'alice' });

export function demand(more: Partial<HoldDemand> = {}): HoldDemand {
	return { rule: 'files/delete', message: 'deleting needs a human', approvers: [], quorum: 1, ...more };
}

let seq = 0;

/** A held call, always the same one but for what `more` says and its `seq`. */
export function hold(more: Partial<HoldRequest> = {}): HoldRequest {
	return {
		principal: bot,
		server: 'files',
		method: 'tools/call',
		tool: 'delete',
		definitionHash: 'd1',
		paramsDigest: 'p1',
		session: 's1',
		seq: seq++,
		demands: [demand()],
		shown: '{"path":"/tmp/[secret/github-token, 40 characters, #3f9a]"}',
		...more,
	};
}

/** Two brokers on one store (as of two processes) and one clock for both. */
export async function brokers(t: Test) {
	const store = await openStore(t.testdir());
	const clock = manualClock();
	const box = new MasterKey(randomBytes(32)).textBox('approvals');
	const options = { clock, timeoutNs: 600_000_000_000, grantNs: 600_000_000_000, box };
	const broker = new StoreApprovalBroker(store, options);
	const elsewhere = new StoreApprovalBroker(store, options);
	t.teardown(async () => {
		broker.close();
		elsewhere.close();
		await store.close();
	});
	return { broker, elsewhere, clock, store };
}
