import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { SluiceError } from '../../engine/error.ts';
import type { Group } from '../output/report.ts';
import type { JobRequest } from './test-job.ts';
import type { Job } from './test-plan.ts';
import type { WorkerSetup } from './test-worker.ts';

/** Threads that run suites and snapshots. What they give does not depend on how many they are, only when. */
export class TestPool {
	readonly #setup: WorkerSetup;
	readonly #size: number;
	readonly #idle: Worker[] = [];
	readonly #all: Worker[] = [];
	readonly #waiting: (() => void)[] = [];
	#closed = false;

	constructor(
		size: number,
		setup: { readonly cwd: string; readonly env: WorkerSetup['env']; readonly request: JobRequest },
	) {
		const { policy, run, update, verbose, mutate } = setup.request;
		const request = Object.fromEntries(
			Object.entries({ policy, run, update, verbose, mutate }).filter(([, v]) => v !== undefined),
		);
		this.#setup = { cwd: setup.cwd, env: { ...setup.env }, request };
		this.#size = size;
	}

	/** Runs a job as soon as a thread is free. @throws SluiceError what the job throws */
	async run(job: Job): Promise<Group> {
		const worker = await this.#take();
		const answer = once(worker, 'message') as Promise<[Answer]>;
		worker.postMessage(job);
		const [said] = await answer;
		this.#idle.push(worker);
		this.#waiting.shift()?.();
		if (said.group !== undefined) return said.group;
		if (said.code === undefined) throw new Error(said.message);
		throw new SluiceError(said.code, said.message ?? '', said.help === undefined ? {} : { help: said.help });
	}

	/** Ends the threads; what they are at is forgotten. `gently`: they have ended all that they were asked. */
	async close(gently: boolean): Promise<void> {
		this.#closed = true;
		await Promise.all(
			this.#all.map(async (worker) => {
				if (!gently || !this.#idle.includes(worker)) return worker.terminate();
				const gone = once(worker, 'exit');
				worker.postMessage(undefined);
				return gone;
			}),
		);
	}

	async #take(): Promise<Worker> {
		for (;;) {
			if (this.#closed) throw new Error('the threads have ended');
			const idle = this.#idle.pop();
			if (idle !== undefined) return idle;
			if (this.#all.length < this.#size) {
				const file = new URL(`./test-worker${extname(import.meta.filename)}`, import.meta.url);
				const worker = new Worker(file, { workerData: this.#setup });
				this.#all.push(worker);
				return worker;
			}
			await new Promise<void>((resolve) => this.#waiting.push(resolve));
		}
	}
}

interface Answer {
	readonly group?: Group;
	readonly code?: string;
	readonly message?: string;
	readonly help?: string;
}
