import { judge } from '../../engine/judge.ts';
import { meter } from '../../engine/policy/fuel/meter.ts';
import { ARENA_EVALUATIONS, type Instance } from '../../engine/policy/instance.ts';
import { DEFAULT_LIMITS, fuelFor } from '../../engine/policy/limits.ts';
import type { Policy } from '../../engine/policy/load.ts';
import { moduleOf } from '../../engine/policy/module.ts';
import type { Evaluator } from '../../engine/policy/types.ts';
import { toPlain } from '../../engine/policy/value/value.ts';
import { type Asked, EVALUATION_FACTS, FACTS, quietCall, SEQ } from './frame.ts';
import { type HostileTimes, measureHostile } from './hostile.ts';
import { instanceOf } from './ours.ts';
import type { BenchPolicy } from './policies.ts';
import { quantile } from './rounds.ts';

/** What metering costs. */
export interface FuelTimes {
	readonly rounds: number;
	/** Evaluations between two resets of the heap, as in the evaluator. */
	readonly arena: number;
	/** Metered by unmetered, of single evaluations at these quantiles: the lowest are those that a busy machine disturbs least. */
	readonly ratios: readonly { readonly quantile: number; readonly ratio: number }[];
	/** The same of whole judgements: input, evaluation, merging. */
	readonly judged: readonly { readonly quantile: number; readonly ratio: number }[];
	/** Units of one decision on an empty heap, and once regexes are compiled. */
	readonly cold: number;
	readonly warm: number;
	/** Units that an evaluation of that input may take. */
	readonly budget: number;
	/** Rewriting the module, ms, and its bytes before and after. */
	readonly rewriting: number;
	readonly bytes: readonly [number, number];
	readonly hostile: HostileTimes;
}

const QUANTILES = [0, 0.1, 0.5];

export async function measureFuel(
	{ policy, data }: BenchPolicy,
	quick: boolean,
	progress: (text: string) => void,
): Promise<FuelTimes> {
	const { wasm } = policy.compiled;
	const call = quietCall(policy);
	const { input } = call;
	const metered = instanceOf(moduleOf(wasm), data);
	const plain = instanceOf(new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>), data);
	const rounds = quick ? 60 : 400;
	progress('fuel: metered and not, in turns');
	const both = [metered, plain];
	const evaluations = inTurns(
		both.map((instance) => ({ instance, run: () => evaluate(instance, input) })),
		rounds,
	);
	const judgements = inTurns(
		both.map((instance) => ({ instance, run: judging(policy, call, instance) })),
		rounds,
	);
	metered.reset();
	const cold = units(metered, input);
	let warm = 0;
	for (let i = 0; i < ARENA_EVALUATIONS - 2; i++) warm = units(metered, input);
	const rewritings = Array.from({ length: 9 }, () => timed(() => meter(wasm)));
	return {
		rounds,
		arena: ARENA_EVALUATIONS,
		ratios: ratiosOf(evaluations),
		judged: ratiosOf(judgements),
		cold,
		warm,
		budget: fuelFor(DEFAULT_LIMITS.fuel, input.length),
		rewriting: quantile(rewritings, 0.5),
		bytes: [wasm.length, meter(wasm).length],
		hostile: await measureHostile(quick, progress),
	};
}

function ratiosOf([paid, free]: readonly number[][]): readonly { quantile: number; ratio: number }[] {
	return QUANTILES.map((q) => ({ quantile: q, ratio: quantile(paid!, q) / quantile(free!, q) }));
}

/** A whole judgement of the call, with this instance in the place of the policy's own. */
function judging(policy: Policy, { state, message }: Asked, instance: Instance): () => unknown {
	const [member] = message.members;
	const options = { hashKey: Buffer.alloc(32), inputLimit: 4 * 1024 * 1024 };
	const evaluator: Evaluator = {
		evaluate: (input, facts) => {
			const value = instance.evaluate(input, facts, fuelFor(DEFAULT_LIMITS.fuel, input.length));
			return { ok: true, decision: value === undefined ? undefined : toPlain(value) };
		},
		close() {},
	};
	const run = () => judge({ ...policy, evaluator }, state, member!, SEQ, FACTS, options);
	if (run().verdict !== 'allow') throw new Error('the frame of the benchmark is not allowed');
	return run;
}

interface Turn {
	readonly instance: Instance;
	readonly run: () => unknown;
}

/** ms of every run, by turn. In turns of one arena each, so that a busy moment of the machine meets both. */
function inTurns(turns: readonly Turn[], rounds: number): number[][] {
	const warmUp = Math.ceil(rounds / 5);
	const times = turns.map((): number[] => []);
	for (let round = -warmUp; round < rounds; round++) {
		for (let turn = 0; turn < turns.length; turn++) {
			const index = (turn + warmUp + round) % turns.length;
			const { instance, run } = turns[index]!;
			instance.reset();
			for (let i = 0; i < ARENA_EVALUATIONS; i++) {
				const time = timed(run);
				if (round >= 0) times[index]!.push(time);
			}
		}
	}
	return times;
}

function units(instance: Instance, input: Buffer): number {
	evaluate(instance, input);
	return fuelFor(DEFAULT_LIMITS.fuel, input.length) - instance.fuel;
}

function evaluate(instance: Instance, input: Buffer): void {
	instance.evaluate(input, EVALUATION_FACTS, fuelFor(DEFAULT_LIMITS.fuel, input.length));
}

/** ms */
function timed(run: () => unknown): number {
	const started = performance.now();
	run();
	return performance.now() - started;
}
