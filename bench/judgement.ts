import { deepStrictEqual } from 'node:assert/strict';
import { createRequire } from 'node:module';
import { buildInput } from '../engine/input/build.ts';
import { judge } from '../engine/judge.ts';
import { hostBuiltins } from '../engine/policy/builtins/index.ts';
import { readPolicyConfig } from '../engine/policy/config-data.ts';
import { ENTRYPOINT } from '../engine/policy/generate.ts';
import type { Judgement } from '../engine/policy/judgement.ts';
import type { Policy } from '../engine/policy/load.ts';
import { fromJson, toPlain, type Value } from '../engine/policy/value/value.ts';
import { SessionState } from '../engine/session/state.ts';
import { messageOf } from '../engine/step.ts';
import { median } from './load-table.ts';
import { origin, principal, readOne, starterPolicy } from './starter.ts';
import { prose } from './text.ts';

const { loadPolicySync } = createRequire(import.meta.url)(
	'@open-policy-agent/opa-wasm',
) as typeof import('@open-policy-agent/opa-wasm');

/** What one judgement costs, µs. */
export interface JudgementTimes {
	readonly frameBytes: number;
	readonly rules: number;
	readonly rounds: number;
	readonly calls: number;
	readonly rows: readonly { readonly what: string; readonly p50: number; readonly p99: number }[];
}

const FRAME_BYTES = 2048;

/** The starter policy leaves searching to the detectors; operators' own rules often do not. */
const REGEX_RULE = {
	path: 'rules/bench/regex/regex.rego',
	text: `# METADATA
# title: No customer numbers in text
package rules.bench.regex

deny contains "a customer number" if {
	input.from == "client"
	regex.match("\\\\b[A-Z]{2}[0-9]{6}(-[0-9]{2})?\\\\b", input.tool.arguments.text)
}
`,
};

/**
 * One `tools/call` of 2 KB under the starter policy: the whole judgement, its evaluation alone in our instance, and the
 * same evaluation of the same module with the npm package, given the input in the form that costs it least. Both
 * must give the same decision.
 */
export async function measureJudgement(quick: boolean): Promise<JudgementTimes> {
	const bytes = call();
	const starter = await starterPolicy();
	const subjects = [
		...subjectsOf(starter, bytes, ''),
		...subjectsOf(await starterPolicy(REGEX_RULE), bytes, ', with a regex rule'),
	];
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

/** The whole judgement, the evaluation alone, and the npm package's: checked against each other before anything is timed. */
function subjectsOf(policy: Policy, bytes: Buffer, which: string): { readonly what: string; run(): unknown }[] {
	const state = new SessionState(origin);
	const correlated = messageOf(state, [readOne(bytes)], 'client')!.members[0]!;
	const facts = { t: 1_000_000_000, principal };
	const input = buildInput(correlated, state, 2, facts, []);
	const nowNs = origin.started_ns + BigInt(facts.t);
	const options = { hashKey: Buffer.alloc(32), inputLimit: 4 * 1024 * 1024 };
	const whole = (): Judgement => judge(policy, state, correlated, 2, facts, options);
	const ours = (): unknown => {
		const evaluation = policy.evaluator.evaluate(input, { nowNs, seed: 'bench' });
		if (!evaluation.ok) throw new Error(evaluation.message);
		return evaluation.decision;
	};
	const packaged = npmPackage(policy, input, nowNs);
	deepStrictEqual(sorted(packaged()), sorted(ours()));
	const { verdict, code = '' } = whole();
	if (verdict !== 'allow') throw new Error(`the call is not allowed: ${verdict} ${code}`);
	return [
		{ what: `whole judgement (detect, input, evaluate, merge)${which}`, run: whole },
		{ what: `evaluation, our instance${which}`, run: ours },
		{ what: `evaluation, npm opa-wasm with ArrayBuffer${which}`, run: packaged },
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

/** The module in the package, with the same host built-ins. */
function npmPackage(policy: Policy, input: Buffer, nowNs: bigint): () => unknown {
	const context = { nowNs, seed: 'bench' };
	const builtins = Object.fromEntries(
		[...hostBuiltins].map(([name, fn]) => [
			name,
			(...args: unknown[]) => {
				const answer: Value | undefined = fn(context, ...args.map(fromJson));
				return answer === undefined ? undefined : toPlain(answer);
			},
		]),
	);
	const { compiled } = policy;
	const loaded = loadPolicySync(compiled.wasm, { initial: 96, maximum: 2048 }, builtins);
	const ids = compiled.rules.map((rule) => rule.id);
	loaded.setData({ ...compiled.data, sluice: { levels: readPolicyConfig(compiled.data, ids).levels } });
	const buffer = new Uint8Array(input).buffer;
	return () => (loaded.evaluate(buffer, ENTRYPOINT) as readonly { readonly result: unknown }[])[0]?.result;
}

/** Sets come out in hash order. */
function sorted(decision: unknown): unknown {
	return JSON.parse(JSON.stringify(decision), (_, value: unknown) =>
		Array.isArray(value) ? value.map((item) => JSON.stringify(item)).sort() : value,
	);
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
