import type { DecisionTimes, EngineName } from './decision.ts';
import type { Sample } from './endurance.ts';
import type { FuelTimes } from './fuel.ts';
import type { Held } from './held.ts';
import type { IndexCase, IndexTimes } from './index-cost.ts';
import { quantile, type Round } from './rounds.ts';

/** What one run found. */
export interface EngineTimes {
	readonly decision?: DecisionTimes;
	readonly index?: IndexTimes;
	readonly fuel?: FuelTimes;
	readonly memory?: readonly Sample<Held>[];
}

/** A bar that the engine is to clear. */
export interface Bar {
	/** `at least 2.5× the npm package on bytes` */
	readonly what: string;
	/** Undefined: it was not measured, for the reason `found`. */
	readonly met: boolean | undefined;
	/** `3.2×` */
	readonly found: string;
}

/** Evaluations over which memory has to stay flat. */
const ENDURANCE = 10_000_000;

/** All bars that this run says something about. */
export function bars({ decision, index, fuel, memory }: EngineTimes): Bar[] {
	return [
		...(decision === undefined ? [] : decisionBars(decision)),
		...(fuel === undefined
			? []
			: [fuelBar('an evaluation alone', fuel.ratios), fuelBar('a whole judgement', fuel.judged)]),
		...(index === undefined ? [] : indexBars(index)),
		...(memory === undefined ? [] : [memoryBar(memory)]),
	];
}

/** `a` in terms of `b`: the median over the rounds, in each of which both were measured, of their p50. */
export function ratio(a: readonly Round[], b: readonly Round[]): number {
	return quantile(
		a.map(({ p50 }, i) => p50 / b[i]!.p50),
		0.5,
	);
}

function decisionBars({ rows }: DecisionTimes): Bar[] {
	const of = (engine: EngineName) => rows.find((row) => row.engine === engine);
	const ours = of('ours')?.rounds ?? [];
	const faster = (what: string, engine: EngineName, least: number): Bar => {
		const other = of(engine);
		if (other === undefined || other.rounds.length === 0)
			return { what, met: undefined, found: other?.why ?? 'it was not measured' };
		const times = ratio(other.rounds, ours);
		return { what, met: least === 1 ? times > 1 : times >= least, found: `${times.toFixed(2)}×` };
	};
	const tail = quantile(
		ours.map(({ p50, p99 }) => p99 / p50),
		0.5,
	);
	return [
		faster('at least 2.5× faster than the npm package on bytes', 'npmBytes', 2.5),
		faster("at least 10× faster than OPA's HTTP server on loopback", 'opaServer', 10),
		faster("faster than Cedar's wasm", 'cedar', 1),
		{ what: 'p99 under 3× p50 (on a quiet machine)', met: tail < 3, found: `${tail.toFixed(2)}×` },
	];
}

function fuelBar(of: string, ratios: FuelTimes['ratios']): Bar {
	const at = (q: number) => ratios.find((row) => row.quantile === q)!.ratio;
	const percent = (q: number) => `${((at(q) - 1) * 100).toFixed(1)} %`;
	return {
		what: `fuel costs at most 15 % of ${of}`,
		met: at(0.5) <= 1.15,
		found: `${percent(0.5)} (of the fastest tenth ${percent(0.1)}, of the fastest ${percent(0)})`,
	};
}

function indexBars({ rows, few, many }: IndexTimes): Bar[] {
	const of = (name: IndexCase) => rows.find((row) => row.case === name)!.rounds;
	const most = (what: string, times: number, limit: number): Bar => ({
		what: `${what}: at most ${limit}×`,
		met: times <= limit,
		found: `${times.toFixed(times < 0.1 ? 3 : 2)}×`,
	});
	return [
		most(`${many} rules of which ${few} apply, by those ${few}`, ratio(of('many'), of('few')), 1.3),
		most('a method without rules, whole judgement', ratio(of('unruledJudged'), of('judged')), 0.25),
		most('a method without rules, the module alone', ratio(of('unruledModule'), of('few')), 0.25),
	];
}

function memoryBar(samples: readonly Sample<Held>[]): Bar {
	const [early, late] = [samples[0]!, samples.at(-1)!];
	const grown = late.held.rss / early.held.rss;
	const total = late.evaluations.toLocaleString('en-US');
	const enough = late.evaluations >= ENDURANCE;
	return {
		what: `memory at the end at most 1.15× that at a tenth of ${ENDURANCE.toLocaleString('en-US')} evaluations`,
		met: grown > 1.15 ? false : enough ? true : undefined,
		found: `${grown.toFixed(3)}×${enough ? '' : ` over ${total} only`}`,
	};
}
