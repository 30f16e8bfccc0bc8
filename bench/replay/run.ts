/**
 * `npm run bench:replay [-- --frames N] [-- --rounds N] [-- --print]`: `sluice diff` over recorded sessions beside the
 * engine alone on the same inputs, with one thread and with all; and over a quarter of them, for the memory. Writes
 * `bench/results/replay.json` and its part of `docs/benchmarks.md`, or only prints.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeBlock } from '../block.ts';
import { machine } from '../machine.ts';
import { workFolder } from '../sluice.ts';
import { twoPolicies } from './policies.ts';
import { record } from './record.ts';
import { type ReplayResults, type Row, render } from './report.ts';
import { diffOver, type Round, roundOf } from './round.ts';

const { values } = parseArgs({
	options: {
		frames: { type: 'string', default: '100000' },
		rounds: { type: 'string', default: '1' },
		print: { type: 'boolean', default: false },
	},
});
const wanted = Number(values.frames);
const rounds = Number(values.rounds);
if (!Number.isSafeInteger(wanted) || wanted < 1000 || !Number.isSafeInteger(rounds) || rounds < 1) {
	process.stderr.write('--frames is a number of frames, at least 1000; --rounds a number of rounds, at least 1\n');
	process.exit(2);
}

const folder = workFolder();
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const sessions = join(folder, 'sessions');
const policies = await twoPolicies();
const bytes = record(sessions, wanted, policies.from);
const files = readdirSync(sessions)
	.sort()
	.map((name) => join(sessions, name));

const counts = [...new Set([1, availableParallelism()])];
const taken = new Map<number, Round[]>(counts.map((threads) => [threads, []]));
for (let round = 0; round < rounds; round++) {
	for (const [threads, list] of taken) list.push(await roundOf(sessions, files, threads, policies));
}
const rows: Row[] = [];
for (const [threads, list] of taken) {
	const quarter = await diffOver(sessions, threads, Math.ceil(files.length / 4));
	rows.push({
		threads,
		diff: median(list.map(({ diff }) => diff.framesPerSecond)),
		engine: median(list.map(({ engine }) => engine.framesPerSecond)),
		ratio: median(list.map(({ diff, engine }) => diff.framesPerSecond / engine.framesPerSecond)),
		cpuRatio: median(list.map(({ diff, engine }) => diff.framesPerCpuSecond / engine.framesPerCpuSecond)),
		peakRss: Math.max(...list.map(({ diff }) => diff.peakRss)),
		peakRssOfQuarter: quarter.peakRss,
	});
}

const [{ diff, evaluationsPerFrame }] = taken.get(1) as [Round];
const results: ReplayResults = {
	...machine([]),
	frames: diff.frames,
	sessions: diff.sessions,
	bytes,
	differences: diff.differences,
	evaluationsPerFrame,
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
