import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { KillSetup } from './kill-thread.ts';
import type { Kill, PackageMutants } from './kills.ts';

/**
 * Finds kills in `size` threads, a package at a time, the largest first so that no thread is left with a long one at the
 * end. `done` is told how many mutants of all are through.
 */
export async function killsInThreads(
	packages: readonly PackageMutants[],
	setup: KillSetup,
	size: number,
	done: (mutants: number) => void,
): Promise<readonly Kill[]> {
	const waiting = packages.toSorted((a, b) => b.mutants.length - a.mutants.length);
	const kills: Kill[] = [];
	let through = 0;
	const file = new URL(`./kill-thread${extname(import.meta.filename)}`, import.meta.url);
	const threads = Array.from({ length: size }, () => new Worker(file, { workerData: setup }));
	try {
		await Promise.all(
			threads.map(async (thread) => {
				for (let work = waiting.shift(); work !== undefined; work = waiting.shift()) {
					const answer = once(thread, 'message') as Promise<[readonly Kill[]]>;
					thread.postMessage(work);
					kills.push(...(await answer)[0]);
					through += work.mutants.length;
					done(through);
				}
			}),
		);
		return kills;
	} finally {
		await Promise.all(threads.map((thread) => thread.terminate()));
	}
}
