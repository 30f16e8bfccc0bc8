import { setImmediate } from 'node:timers/promises';
import { EvaluationFailure } from '../../engine/policy/abi.ts';
import { hostBuiltins } from '../../engine/policy/builtins/index.ts';
import { cacheDir } from '../../engine/policy/cache-dir.ts';
import { capabilities } from '../../engine/policy/capabilities.ts';
import { createEvaluator } from '../../engine/policy/evaluate.ts';
import { ENTRYPOINT } from '../../engine/policy/generate.ts';
import type { Instance } from '../../engine/policy/instance.ts';
import { DEFAULT_LIMITS, FUEL_PER_MS, fuelFor } from '../../engine/policy/limits.ts';
import { openCompiler } from '../../engine/policy/locate-compiler.ts';
import { moduleOf } from '../../engine/policy/module.ts';
import { HOSTILE, HOSTILE_RULES } from '../../test/engine/policy/hostile.ts';
import { EVALUATION_FACTS } from './frame.ts';
import { instanceOf } from './ours.ts';
import { quantile } from './rounds.ts';

/** How long fuel lasts where nothing else ends an evaluation. */
export interface HostileTimes {
	readonly rounds: number;
	readonly fuelPerMs: number;
	readonly rows: readonly Row[];
}

interface Row {
	readonly name: string;
	/** What ended it. */
	readonly code: string;
	/** Units burnt. */
	readonly units: number;
	/** Until it was cut, ms; and what a ms of fuel took. */
	readonly ms: number;
	readonly perMs: number;
	/** The evaluator's whole answer, its second try on an empty heap included, ms. */
	readonly answered: number;
}

/** The evaluations that the tests know as hostile, each until its fuel or the memory has run out. */
export async function measureHostile(quick: boolean, progress: (text: string) => void): Promise<HostileTimes> {
	const wasm = await compiled();
	const instance = instanceOf(moduleOf(wasm), {});
	const evaluator = createEvaluator(wasm, {});
	const rounds = quick ? 2 : 7;
	const rows: Row[] = [];
	for (const [name, [, a]] of Object.entries(HOSTILE)) {
		await setImmediate();
		progress(`hostile: ${name}`);
		const input = Buffer.from(JSON.stringify({ do: name, a }), 'utf8');
		const [times, answers]: [number[], number[]] = [[], []];
		let cut: Cut = { code: '', units: 0, ms: 0 };
		// the first one is for warming up
		for (let round = -1; round < rounds; round++) {
			cut = cutOff(instance, input);
			const started = performance.now();
			const answer = evaluator.evaluate(input, EVALUATION_FACTS);
			if (answer.ok) throw new Error(`${name} was not cut off`);
			if (round < 0) continue;
			answers.push(performance.now() - started);
			times.push(cut.ms);
		}
		const ms = quantile(times, 0.5);
		const { code, units } = cut;
		rows.push({ name, code, units, ms, perMs: ms / (units / FUEL_PER_MS), answered: quantile(answers, 0.5) });
	}
	return { rounds, fuelPerMs: FUEL_PER_MS, rows };
}

interface Cut {
	readonly code: string;
	readonly units: number;
	readonly ms: number;
}

function cutOff(instance: Instance, input: Buffer): Cut {
	const fuel = fuelFor(DEFAULT_LIMITS.fuel, input.length);
	const started = performance.now();
	try {
		instance.evaluate(input, EVALUATION_FACTS, fuel);
		throw new Error('it was not cut off');
	} catch (error) {
		const ms = performance.now() - started;
		const units = fuel - Math.max(0, instance.fuel);
		const empty = instance.fuel < 0;
		instance.repair();
		if (!empty && !(error instanceof EvaluationFailure)) throw error;
		return { code: empty ? 'ERR_EVALUATION_FUEL' : (error as EvaluationFailure).code, units, ms };
	}
}

async function compiled(): Promise<Buffer> {
	const compiler = openCompiler({ env: process.env, cacheDir: cacheDir(process.env) });
	try {
		const { wasm } = await compiler.request('compile', {
			modules: [{ path: 'main.rego', text: `package sluice.main\n${HOSTILE_RULES}` }],
			builtins: capabilities(hostBuiltins.keys()),
			entrypoints: [ENTRYPOINT],
		});
		return Buffer.from(wasm, 'base64');
	} finally {
		await compiler.close();
	}
}
