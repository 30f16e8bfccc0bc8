/**
 * `npm run bench:engine [-- --quick] [-- --memory COUNT] [-- --only decision|index|fuel|memory]`: the engine alone, against
 * others and against what it is to reach. Writes `bench/results/engine.json` and its part of `docs/benchmarks.md`; with
 * `--quick` or `--only` it only prints. `--memory`: evaluations of the long run; `--held FILE`: what `memory.ts` printed when it
 * ran by itself, which may be beside other things, since it measures no time.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { OPA_VERSION } from '../../engine/policy/locate-compiler.ts';
import { writeBlock } from '../block.ts';
import { run } from '../child.ts';
import { machine } from '../machine.ts';
import { measureDecision } from './decision.ts';
import type { Sample } from './endurance.ts';
import { measureFuel } from './fuel.ts';
import type { Held } from './held.ts';
import { measureIndex } from './index-cost.ts';
import { benchPolicy } from './policies.ts';
import { progressOn } from './progress.ts';
import { type EngineResults, render } from './report.ts';
import type { Effort } from './rounds.ts';

const PARTS = ['decision', 'index', 'fuel', 'memory'] as const;
const { values } = parseArgs({
	options: {
		quick: { type: 'boolean', default: false },
		memory: { type: 'string' },
		only: { type: 'string' },
		held: { type: 'string' },
	},
});
const { quick, only } = values;
if (only !== undefined && !PARTS.some((part) => part === only)) refuse(`--only is one of ${PARTS.join(', ')}`);
const evaluations = Number(values.memory ?? (quick ? 100_000 : 1_000_000));
if (!Number.isSafeInteger(evaluations) || evaluations < 10) refuse('--memory is a number of evaluations, at least 10');

const wanted = (part: (typeof PARTS)[number]): boolean => only === undefined || only === part;
const effort: Effort = quick ? { rounds: 3, calls: 500, warmUp: 3000 } : { rounds: 11, calls: 4000, warmUp: 10_000 };
const { show, clear } = progressOn(process.stderr);

const bench = await benchPolicy();
const decision = wanted('decision') ? await measureDecision(bench, effort, show) : undefined;
const index = wanted('index') ? await measureIndex(bench, effort, show) : undefined;
const fuel = wanted('fuel') ? await measureFuel(bench, quick, show) : undefined;
clear();
const memory = wanted('memory') ? await endured(evaluations) : undefined;
clear();

const { versions, ...rest } = machine(['@open-policy-agent/opa-wasm']);
const results: EngineResults = {
	...rest,
	versions: { ...versions, opa: OPA_VERSION, ...decision?.versions },
	...(decision === undefined ? {} : { decision }),
	...(index === undefined ? {} : { index }),
	...(fuel === undefined ? {} : { fuel }),
	...(memory === undefined ? {} : { memory }),
};
process.stdout.write(`${render(results)}\n`);
if (!quick && only === undefined) {
	const folder = join(import.meta.dirname, '..', 'results');
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'engine.json'), `${JSON.stringify(results, null, '\t')}\n`);
	writeBlock('engine', render(results));
	process.stderr.write('wrote bench/results/engine.json and docs/benchmarks.md\n');
}

/** In a process of its own, now or before: what the rest of the benchmark holds is not to be counted. */
async function endured(total: number): Promise<Sample<Held>[]> {
	if (values.held !== undefined) return JSON.parse(readFileSync(values.held, 'utf8')) as Sample<Held>[];
	const longest = 60_000 + total * 5;
	return JSON.parse(await run('bench/engine/memory.ts', [String(total)], longest)) as Sample<Held>[];
}

function refuse(why: string): never {
	process.stderr.write(`${why}\n`);
	process.exit(2);
}
