import t from 'tap';
import { bars, type EngineTimes, ratio } from '../../bench/engine/bars.ts';
import { ENGINES, type EngineName } from '../../bench/engine/decision.ts';
import { barLine, render } from '../../bench/engine/report.ts';
import type { Round } from '../../bench/engine/rounds.ts';

const EFFORT = { rounds: 3, calls: 10, warmUp: 1 };

/** Three rounds, the second of which met a busy machine. */
function rounds(p50: number, p99 = p50 * 2): Round[] {
	return [1, 10, 1].map((busy) => ({ p50: p50 * busy, p99: p99 * busy }));
}

function times(of: Partial<Record<EngineName, Round[] | string>>): EngineTimes {
	const rows = ENGINES.map((engine) => {
		const found = of[engine] ?? rounds(1);
		return typeof found === 'string'
			? { engine, name: engine, rounds: [], why: found }
			: { engine, name: engine, rounds: found };
	});
	return { decision: { rules: 25, frameBytes: 2048, inputBytes: 5000, effort: EFFORT, versions: {}, rows } };
}

const lines = (found: EngineTimes) => bars(found).map(barLine);

t.test('a ratio is of what was measured in the same round', async (t) => {
	t.equal(ratio(rounds(30), rounds(10)), 3);
});

t.test('a bar is met, or said not to be', async (t) => {
	const engines = { ours: rounds(10), npmBytes: rounds(32), opaServer: rounds(99), cedar: rounds(10.5) };
	t.strictSame(lines(times(engines)), [
		'at least 2.5× faster than the npm package on bytes: 3.20× (met)',
		"at least 10× faster than OPA's HTTP server on loopback: 9.90× (**not met**)",
		"faster than Cedar's wasm: 1.05× (met)",
		'p99 under 3× p50 (on a quiet machine): 2.00× (met)',
	]);
	t.match(lines(times({ ...engines, ours: rounds(10, 30) })).at(-1), '3.00× (**not met**)');
});

t.test('what could not be had is not met, and is not failed either', async (t) => {
	const found = times({ ours: rounds(10), opaServer: 'Go is not installed', cedar: 'it is not there' });
	t.match(lines(found)[1], 'loopback: Go is not installed (not decided)');
	const machine = { date: '', cpu: '', cores: 2, memoryGiB: 1, system: '', node: '', versions: {} };
	t.match(render({ ...machine, ...found }), '| opaServer: not measured, Go is not installed | – | – | – | – |');
});

t.test('the index: what is measured against what', async (t) => {
	const row = (name: 'few' | 'many' | 'unindexed' | 'judged' | 'unruledModule' | 'unruledJudged', p50: number) => ({
		case: name,
		name,
		rounds: rounds(p50),
	});
	const rows = [row('few', 10), row('many', 14), row('judged', 20), row('unruledModule', 2), row('unruledJudged', 5)];
	t.strictSame(lines({ index: { few: 25, many: 250, effort: EFFORT, rows } }), [
		'250 rules of which 25 apply, by those 25: at most 1.3×: 1.40× (**not met**)',
		'a method without rules, whole judgement: at most 0.25×: 0.25× (met)',
		'a method without rules, the module alone: at most 0.25×: 0.20× (met)',
	]);
});

t.test('memory is flat only over as many evaluations as were asked for', async (t) => {
	const samples = (evaluations: number, rss: number) => ({
		memory: [
			{ evaluations: evaluations / 10, held: { rss: 100, heap: 1 } },
			{ evaluations, held: { rss, heap: 1 } },
		],
	});
	t.match(lines(samples(10_000_000, 114)), [/: 1.140× \(met\)$/]);
	t.match(lines(samples(100_000, 114)), [/: 1.140× over 100,000 only \(not decided\)$/]);
	t.match(lines(samples(100_000, 116)), [/\(\*\*not met\*\*\)$/]);
});
