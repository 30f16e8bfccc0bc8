import { portable } from '../../gateway/judging/portable.ts';
import type { PortablePolicy } from '../../gateway/judging/task.ts';
import { run } from '../child.ts';
import { type EngineAlone, engineAlone } from './engine-alone.ts';
import type { twoPolicies } from './policies.ts';

/** What a diff in a process of its own took. */
export interface Diffed {
	readonly sessions: number;
	readonly frames: number;
	readonly differences: number;
	/** Frames by the time of the whole. */
	readonly framesPerSecond: number;
	/** Frames by the processor time of the whole process, V8's own threads included. */
	readonly framesPerCpuSecond: number;
	/** Bytes. */
	readonly peakRss: number;
}

/** A diff, and the engine alone before and after it. */
export interface Round {
	readonly diff: Diffed;
	/** The mean of both looks. */
	readonly engine: Pick<EngineAlone, 'framesPerSecond' | 'framesPerCpuSecond'>;
	/** Inputs that both policies together evaluate, a frame. */
	readonly evaluationsPerFrame: number;
}

/** Sessions of one look at the engine: its rate needs no more, and every input is evaluated twice for it. */
const LOOKED_AT = 125;
/** A run that takes longer hangs, ms: the machine may be busy. */
const LONGEST = 3_600_000;

/** A diff over the first `most` sessions of the folder. */
export async function diffOver(folder: string, threads: number, most: number): Promise<Diffed> {
	const args = [folder, String(threads), String(most)];
	return JSON.parse(await run('bench/replay/diff.ts', args, LONGEST)) as Diffed;
}

/** The engine has its turn on both sides of the diff, since how busy the machine is changes over minutes. */
export async function roundOf(
	folder: string,
	files: readonly string[],
	threads: number,
	{ from, to }: Awaited<ReturnType<typeof twoPolicies>>,
): Promise<Round> {
	const policies: [PortablePolicy, PortablePolicy] = [portable(from), portable(to)];
	const before = await engineAlone(everyNth(files, 0), ...policies, threads);
	const diff = await diffOver(folder, threads, files.length);
	const after = await engineAlone(everyNth(files, 1), ...policies, threads);
	return {
		diff,
		engine: {
			framesPerSecond: (before.framesPerSecond + after.framesPerSecond) / 2,
			framesPerCpuSecond: (before.framesPerCpuSecond + after.framesPerCpuSecond) / 2,
		},
		evaluationsPerFrame: (before.evaluations + after.evaluations) / (before.frames + after.frames),
	};
}

/** Sessions from all over the folder; others for each look, where there are enough. */
function everyNth(files: readonly string[], look: number): string[] {
	const step = Math.max(1, Math.floor(files.length / LOOKED_AT));
	return files.filter((_file, i) => i % step === Math.min(look, step - 1));
}
