/**
 * `npm run bench:replay [-- --frames N] [-- --print]`: `sluice diff` over recorded sessions beside the engine alone on the
 * same inputs, with one thread and with all. Writes `bench/results/replay.json` and its part of `docs/benchmarks.md`, or
 * only prints.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { portable } from '../../gateway/judging/portable.ts';
import { writeBlock } from '../block.ts';
import { run } from '../child.ts';
import { machine } from '../machine.ts';
import { workFolder } from '../sluice.ts';
import { engineAlone } from './engine-alone.ts';
import { twoPolicies } from './policies.ts';
import { record } from './record.ts';
import { type ReplayResults, type Row, render } from './report.ts';

/** Each figure is the median of so many; diff and engine take turns. A look is one of them. */
const ROUNDS = 3;
const LOOK = 10_000;
/** A run that takes longer hangs, ms: the machine may be busy. */
const LONGEST = 1_800_000;

interface Diffed {
	readonly sessions: number;
	readonly frames: number;
	readonly differences: number;
	readonly framesPerSecond: number;
	readonly peakRss: number;
}

const { values } = parseArgs({
	options: { frames: { type: 'string', default: '100000' }, print: { type: 'boolean', default: false } },
});
const wanted = Number(values.frames);
if (!Number.isSafeInteger(wanted) || wanted < 1000) {
	process.stderr.write('--frames is a number of frames, at least 1000\n');
	process.exit(2);
}

const folder = workFolder();
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const sessions = join(folder, 'sessions');
const { from, to } = await twoPolicies();
const bytes = record(sessions, wanted, from);
const files = readdirSync(sessions)
	.sort()
	.map((name) => join(sessions, name));

const rounds = wanted > LOOK ? ROUNDS : 1;
let last: Diffed | undefined;
let evaluations = 0;
const rows: Row[] = [];
for (const threads of [...new Set([1, availableParallelism()])]) {
	const diffs: Diffed[] = [];
	const engines: number[] = [];
	for (let round = 0; round < rounds; round++) {
		last = JSON.parse(await run('bench/replay/diff.ts', [sessions, String(threads)], LONGEST)) as Diffed;
		diffs.push(last);
		const alone = await engineAlone(files, portable(from), portable(to), threads);
		engines.push(alone.framesPerSecond);
		evaluations = alone.evaluations;
	}
	rows.push({
		threads,
		diff: median(diffs.map(({ framesPerSecond }) => framesPerSecond)),
		engine: median(engines),
		peakRss: Math.max(...diffs.map(({ peakRss }) => peakRss)),
	});
}

const results: ReplayResults = {
	...machine([]),
	frames: last!.frames,
	sessions: last!.sessions,
	bytes,
	differences: last!.differences,
	evaluations,
	rounds,
	rows,
};
process.stdout.write(`${render(results)}\n`);
if (!values.print) {
	const place = join(import.meta.dirname, '..', 'results');
	mkdirSync(place, { recursive: true });
	writeFileSync(join(place, 'replay.json'), `${JSON.stringify(results, null, '\t')}\n`);
	writeBlock('replay', render(results));
	process.stderr.write('wrote bench/results/replay.json and docs/benchmarks.md\n');
}

function median(list: readonly number[]): number {
	return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;
}
