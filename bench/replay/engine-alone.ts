import { Worker } from 'node:worker_threads';
import type { PortablePolicy } from '../../gateway/judging/task.ts';

/** What evaluating costs and nothing else. */
export interface EngineAlone {
	readonly frames: number;
	/** Of both policies together; a frame that no rule touches needs none. */
	readonly evaluations: number;
	/** Frames by the time that went into evaluating them, all threads together. */
	readonly framesPerSecond: number;
	/** Frames by the processor time that went into evaluating them. */
	readonly framesPerCpuSecond: number;
}

/** What one thread says. */
interface Share {
	readonly frames: number;
	readonly evaluations: number;
	readonly ms: number;
	readonly cpuMs: number;
}

/**
 * Evaluates, on so many threads at once, what a diff over these session files evaluates, on inputs that are there already.
 * Every thread has evaluated all of them once before, so what starts slowly has started.
 */
export async function engineAlone(
	files: readonly string[],
	from: PortablePolicy,
	to: PortablePolicy,
	threads: number,
): Promise<EngineAlone> {
	const shares = Array.from({ length: threads }, (_, k) => files.filter((_file, i) => i % threads === k));
	const all = await Promise.all(
		shares.map(
			(share) =>
				new Promise<Share>((resolve, reject) => {
					const worker = new Worker(new URL('./inputs-thread.ts', import.meta.url), {
						workerData: { files: share, from, to },
					});
					worker.on('message', resolve);
					worker.on('error', reject);
				}),
		),
	);
	const sum = (of: (share: Share) => number) => all.reduce((total, share) => total + of(share), 0);
	const frames = sum((share) => share.frames);
	return {
		frames,
		evaluations: sum(({ evaluations }) => evaluations),
		framesPerSecond: sum((share) => (share.frames / share.ms) * 1000),
		framesPerCpuSecond: (frames / sum(({ cpuMs }) => cpuMs)) * 1000,
	};
}
