/**
 * One thread of `engineAlone`: reads its share of the session files, makes the inputs that both policies are asked about,
 * and times nothing but their evaluation, a block of sessions at a time.
 */
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { PairedRerun } from '../../engine/diff/pairs.ts';
import type { Policy } from '../../engine/policy/load.ts';
import { parseSession } from '../../engine/recording/session-file.ts';
import { loadPortable } from '../../gateway/judging/portable.ts';
import type { PortablePolicy } from '../../gateway/judging/task.ts';

/** Sessions whose inputs are made before they are evaluated. */
const BLOCK = 50;

interface Asked {
	readonly policy: Policy;
	readonly input: Uint8Array;
	readonly facts: { readonly nowNs: bigint; readonly seed: string };
	readonly fuel: number | undefined;
}

const { files, from, to } = workerData as { files: string[]; from: PortablePolicy; to: PortablePolicy };
let block: Asked[] = [];

/** The policy, noting what it is asked. */
function noting(policy: Policy): Policy {
	const { evaluator } = policy;
	return {
		...policy,
		evaluator: {
			evaluate(input, facts, fuel) {
				block.push({ policy, input, facts, fuel });
				return evaluator.evaluate(input, facts, fuel);
			},
			close() {},
		},
	};
}

const [a, b] = [loadPortable(from), loadPortable(to)];
const pair = { a: noting(a), b: noting(b) };
let frames = 0;
let evaluations = 0;
let ms = 0;
let cpuMs = 0;
for (let at = 0; at < files.length; at += BLOCK) {
	block = [];
	for (const file of files.slice(at, at + BLOCK)) {
		const { header, lines } = parseSession(readFileSync(file), file);
		const rerun = new PairedRerun(header, pair);
		for (const line of lines) if (rerun.next(line) !== undefined) frames++;
	}
	const started = performance.now();
	const before = process.threadCpuUsage();
	for (const { policy, input, facts, fuel } of block) policy.evaluator.evaluate(input, facts, fuel);
	const { user, system } = process.threadCpuUsage(before);
	ms += performance.now() - started;
	cpuMs += (user + system) / 1000;
	evaluations += block.length;
}
parentPort!.postMessage({ frames, evaluations, ms, cpuMs });
