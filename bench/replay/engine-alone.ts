import { Worker } from 'node:worker_threads';
import type { PortablePolicy } from '../../gateway/judging/task.ts';

/** What evaluating costs and nothing else. */
export interface EngineAlone {
	readonly frames: number;
	/** Of both policies together; a frame that no rule touches needs none. */
	readonly evaluations: number;
	/** Frames by the time that went into evaluating them, all threads together. */
	readonly framesPerSecond: number;
}

/** Evaluates, on so many threads at once, what a diff over these session files evaluates, on inputs that are there already. */
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
				new Promise<{ frames: number; evaluations: number; ms: number }>((resolve, reject) => {
					const worker = new Worker(new URL('./inputs-thread.ts', import.meta.url), {
						workerData: { files: share, from, to },
					});
					worker.on('message', resolve);
					worker.on('error', reject);
				}),
		),
	);
	return {
		frames: all.reduce((sum, { frames }) => sum + frames, 0),
		evaluations: all.reduce((sum, { evaluations }) => sum + evaluations, 0),
		framesPerSecond: all.reduce((sum, { frames, ms }) => sum + (frames / ms) * 1000, 0),
	};
}
