import { Worker } from 'node:worker_threads';
import type { Family } from './families.ts';
import type { CaseResult, Outcome } from './outcome.ts';
import type { Said, Task } from './worker.ts';

/** How the families are run. */
export interface RunOptions {
	readonly cacheDir: string;
	/** Threads, each with a compiler process of its own. */
	readonly threads: number;
	/** Longest time for one case, ms; then it counts as failed. */
	readonly limitMs: number;
	/** Told each family that is done. */
	readonly done?: (family: string) => void;
}

/** Runs all cases; the results are in the order of the families. Throws when a file of cases cannot be read. */
export async function runFamilies(families: readonly Family[], options: RunOptions): Promise<CaseResult[]> {
	const results = new Map<string, CaseResult[]>();
	const queue = [...families];
	const thread = async (): Promise<void> => {
		const line = new Line(options);
		try {
			for (let family = queue.shift(); family !== undefined; family = queue.shift()) {
				results.set(family.name, await line.run(family));
				options.done?.(family.name);
			}
		} finally {
			await line.close();
		}
	};
	await Promise.all(Array.from({ length: Math.min(options.threads, families.length) }, thread));
	return families.flatMap(({ name }) => results.get(name) ?? []);
}

/** One worker at a time; a new one after a case that did not end or took the thread with it. */
class Line {
	readonly #options: RunOptions;
	#worker: Worker | undefined;

	constructor(options: RunOptions) {
		this.#options = options;
	}

	async run(family: Family): Promise<CaseResult[]> {
		const results: CaseResult[] = [];
		for (;;) {
			const broken = await this.#part({ family, from: results.length }, results);
			if (broken === undefined) return results;
			await this.close();
			results.push(broken);
		}
	}

	async close(): Promise<void> {
		await this.#worker?.terminate();
		this.#worker = undefined;
	}

	/** Runs the rest of a family; gives the case at which the worker was lost, if one was. */
	#part(task: Task, results: CaseResult[]): Promise<CaseResult | undefined> {
		this.#worker ??= new Worker(new URL('./worker.ts', import.meta.url), {
			workerData: { cacheDir: this.#options.cacheDir },
		});
		const worker = this.#worker;
		let waiting: Omit<CaseResult, 'outcome' | 'family'>[] = [];
		const result = (outcome: Outcome): CaseResult => ({ family: task.family.name, ...waiting.shift()!, outcome });
		const lost = (why: string): CaseResult => result({ kind: 'fail', why, want: 'an end', got: why });
		return new Promise<CaseResult | undefined>((resolve, reject) => {
			let timer: NodeJS.Timeout | undefined;
			const watch = (): void => {
				clearTimeout(timer);
				if (waiting.length > 0) timer = setTimeout(() => end(lost('did not end in time')), this.#options.limitMs);
			};
			const heard = (said: Said): void => {
				if (said.type === 'end') end(undefined);
				else if (said.type === 'error') fail(new Error(`${task.family.name}: ${said.message}`));
				else {
					if (said.type === 'cases') waiting = [...said.cases];
					else results.push(result(said.outcome));
					watch();
				}
			};
			const crashed = (error: Error): void => {
				if (waiting.length > 0) end(lost(`crashed: ${error.message}`));
				else fail(error);
			};
			const stop = (): void => {
				clearTimeout(timer);
				worker.off('message', heard).off('error', crashed);
			};
			const end = (broken: CaseResult | undefined): void => {
				stop();
				resolve(broken);
			};
			const fail = (error: Error): void => {
				stop();
				reject(error);
			};
			worker.on('message', heard).on('error', crashed);
			worker.postMessage(task);
		});
	}
}
