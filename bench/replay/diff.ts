/**
 * `node bench/replay/diff.ts FOLDER JOBS SESSIONS`: a diff over the first so many session files of a folder as
 * `sluice diff` makes it, JSON report included, in a process of its own, so that its memory is its own. Prints what it
 * took as JSON.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { piecesOf } from '../../cli/output/formats.ts';
import { diffReport } from '../../cli/runner/diff-report.ts';
import { policyChanges } from '../../engine/diff/accountable.ts';
import { judgeAll } from '../../gateway/judging/judge-all.ts';
import type { SessionPlace } from '../../gateway/judging/place.ts';
import { portable } from '../../gateway/judging/portable.ts';
import type { DiffTask } from '../../gateway/judging/task.ts';
import { twoPolicies } from './policies.ts';

const [folder = '', jobs = '1', most = 'Infinity'] = process.argv.slice(2);
const { from, to } = await twoPolicies();
const task: DiffTask = { kind: 'diff', from: portable(from), to: portable(to), sessions: {}, frames: {}, examples: 3 };

async function* places(): AsyncGenerator<SessionPlace> {
	for (const name of readdirSync(folder).sort().slice(0, Number(most))) {
		const path = join(folder, name);
		yield { kind: 'file', name, path, weight: statSync(path).size };
	}
}

const started = performance.now();
const before = process.cpuUsage();
const { tally, frames, sessions } = await judgeAll(places(), task, { jobs: Number(jobs), always: true });
const judged = performance.now();
const report = diffReport({ from: from.revision, to: to.revision, changes: policyChanges(from, to), tally }, 'any');
let bytes = 0;
for (const piece of piecesOf(report, 'json', { width: 80, color: false })) bytes += piece.length;
const ended = performance.now();
const { user, system } = process.cpuUsage(before);
process.stdout.write(
	JSON.stringify({
		sessions,
		frames,
		differences: tally.differences.length / 3,
		framesPerSecond: (frames / (ended - started)) * 1000,
		framesPerCpuSecond: (frames / (user + system)) * 1e6,
		reportMs: ended - judged,
		reportBytes: bytes,
		peakRss: process.resourceUsage().maxRSS * 1024,
	}),
);
