import { buildInput } from '../engine/input/build.ts';
import { judge } from '../engine/judge.ts';
import type { Judgement } from '../engine/policy/judgement.ts';
import type { Policy } from '../engine/policy/load.ts';
import { SessionState } from '../engine/session/state.ts';
import { messageOf } from '../engine/step.ts';
import { median } from './load-table.ts';
import { origin, principal, readOne, starterPolicy } from './starter.ts';
import { prose } from './text.ts';

/** What one judgement costs, µs. */
export interface JudgementTimes {
	readonly frameBytes: number;
	readonly rules: number;
	readonly rounds: number;
	readonly calls: number;
	readonly rows: readonly { readonly what: string; readonly p50: number; readonly p99: number }[];
}

const FRAME_BYTES = 2048;

/** One `tools/call` of 2 KB under the starter policy: the whole judgement, and its evaluation alone. */
export async function measureJudgement(quick: boolean): Promise<JudgementTimes> {
	const bytes = call();
	const starter = await starterPolicy();
	const subjects = subjectsOf(starter, bytes);
	const rounds = quick ? 3 : 9;
	const calls = quick ? 200 : 2000;
	const times = subjects.map((): { p50: number[]; p99: number[] } => ({ p50: [], p99: [] }));
	for (let round = -1; round < rounds; round++) {
		subjects.forEach(({ run }, index) => {
			const { p50, p99 } = timed(run, calls);
			if (round < 0) return; // warm-up
			times[index]!.p50.push(p50);
			times[index]!.p99.push(p99);
		});
	}
	const rows = subjects.map(({ what }, i) => ({ what, p50: median(times[i]!.p50), p99: median(times[i]!.p99) }));
	return { frameBytes: bytes.length, rules: starter.rules.length, rounds, calls, rows };
}

function subjectsOf(policy: Policy, bytes: Buffer): { readonly what: string; run(): unknown }[] {
	const state = new SessionState(origin);
	const correlated = messageOf(state, [readOne(bytes)], 'client')!.members[0]!;
	const facts = { t: 1_000_000_000, principal };
	const input = buildInput(correlated, state, 2, facts, []);
	const nowNs = origin.started_ns + BigInt(facts.t);
	const options = { hashKey: Buffer.alloc(32), inputLimit: 4 * 1024 * 1024 };
	const whole = (): Judgement => judge(policy, state, correlated, 2, facts, options);
	const { verdict, code = '' } = whole();
	if (verdict !== 'allow') throw new Error(`the call is not allowed: ${verdict} ${code}`);
	return [
		{ what: 'whole judgement (detect, input, evaluate, merge)', run: whole },
		{ what: 'evaluation alone', run: () => policy.evaluator.evaluate(input, { nowNs, seed: 'bench' }) },
	];
}

/** A request of exactly `FRAME_BYTES`. */
function call(): Buffer {
	const message = (text: string) => ({
		jsonrpc: '2.0',
		id: 7,
		method: 'tools/call',
		params: {
			name: 'search_documents',
			arguments: { query: 'quarterly report', limit: 20, filters: ['north', 'letters'], text },
		},
	});
	const rest = Buffer.byteLength(JSON.stringify(message('')));
	return Buffer.from(JSON.stringify(message(prose(FRAME_BYTES - rest))), 'utf8');
}

function timed(run: () => unknown, calls: number): { p50: number; p99: number } {
	const times = new Float64Array(calls);
	for (let i = 0; i < calls; i++) {
		const started = performance.now();
		run();
		times[i] = (performance.now() - started) * 1000;
	}
	times.sort();
	return { p50: times[Math.floor(calls * 0.5)]!, p99: times[Math.floor(calls * 0.99)]! };
}
