import { Worker } from 'node:worker_threads';
import type { FromThread, ThreadData, ToThread } from './messages.ts';
import type { SessionPlace } from './place.ts';
import type { Known, PlaceTally, Revisions, Task } from './task.ts';
import { receivedError, sentError } from './thread-errors.ts';

/** Whoever judges places: this thread, or several others. */
export interface Judges<T> {
	/** How many places are judged at the same time. */
	readonly width: number;
	/** Not more at a time than `width`. */
	judge(place: SessionPlace, known: Known): Promise<PlaceTally<T>>;
	/** Gives up what is under way: it fails soon. */
	stop(): void;
	/** Nothing is judged after this. */
	close(): Promise<void>;
}

interface Thread {
	readonly worker: Worker;
	readonly gone: Promise<void>;
	waits: PromiseWithResolvers<PlaceTally<never>> | undefined;
}

/** Published code is compiled, here it is not. */
const THREAD = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url);

/** What a frame needs is soon forgotten: with more room for it less of it is ever copied. */
const YOUNG_MB = 64;

/** So many threads, each with instances of the policies of its own over the same compiled code. */
export class Team<T> implements Judges<T> {
	readonly #data: ThreadData;
	readonly #revisions: Revisions;
	readonly #all: Thread[] = [];
	readonly #idle: Thread[] = [];
	readonly width: number;
	readonly #heapMiB: number | undefined;

	/** `heapMiB`: what a thread may use for objects; one that needs more ends, and nothing else does. Absent: as Node decides. */
	constructor(task: Task, revisions: Revisions, width: number, heapMiB?: number) {
		this.#heapMiB = heapMiB;
		this.#data = { task, stop: new SharedArrayBuffer(4) };
		this.#revisions = revisions;
		this.width = width;
	}

	judge(place: SessionPlace, known: Known): Promise<PlaceTally<T>> {
		const thread = this.#idle.pop() ?? this.#start();
		thread.waits = Promise.withResolvers();
		this.#tell(thread, { type: 'judge', place, known });
		return thread.waits.promise as Promise<PlaceTally<T>>;
	}

	stop(): void {
		Atomics.store(new Int32Array(this.#data.stop), 0, 1);
	}

	async close(): Promise<void> {
		this.stop();
		for (const thread of this.#all) this.#tell(thread, { type: 'end' });
		await Promise.all(this.#all.map(({ gone }) => gone));
	}

	#start(): Thread {
		const worker = new Worker(THREAD, {
			workerData: this.#data,
			name: 'sluice judging',
			// what this process was started with (loaders, inspectors) is not for them
			execArgv: [],
			resourceLimits: {
				maxYoungGenerationSizeMb: YOUNG_MB,
				...(this.#heapMiB === undefined ? {} : { maxOldGenerationSizeMb: this.#heapMiB }),
			},
		});
		const gone = Promise.withResolvers<void>();
		const thread: Thread = { worker, gone: gone.promise, waits: undefined };
		worker.on('message', (message: FromThread) => this.#hear(thread, message));
		worker.on('error', (error) => thread.waits?.reject(error));
		worker.on('exit', () => {
			thread.waits?.reject(new Error('a judging thread ended by itself'));
			gone.resolve();
		});
		this.#all.push(thread);
		return thread;
	}

	#hear(thread: Thread, message: FromThread): void {
		if (message.type === 'asks') {
			void this.#answer(thread, message.revision);
			return;
		}
		const { waits } = thread;
		thread.waits = undefined;
		this.#idle.push(thread);
		if (message.type === 'judged') waits?.resolve(message.result);
		else waits?.reject(receivedError(message.error));
	}

	async #answer(thread: Thread, revision: string | undefined): Promise<void> {
		try {
			this.#tell(thread, { type: 'policy', revision, policy: await this.#revisions(revision) });
		} catch (error) {
			this.#tell(thread, { type: 'no policy', revision, error: sentError(error) });
		}
	}

	#tell({ worker }: Thread, message: ToThread): void {
		worker.postMessage(message);
	}
}
