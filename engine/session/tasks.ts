import type { Party } from '../frame/frame.ts';
import { BOUNDS } from './bounds.ts';
import { sizeOf } from './request-index.ts';
import { decode, encode, own, type RequestSnapshot } from './requests.ts';
import type { PendingRequest } from './types.ts';

/** As it stands in a snapshot: its id, the request that made it. */
export type TasksSnapshot = readonly (readonly [string, RequestSnapshot])[];

/**
 * Which request made which task: its result comes as the answer to another request, and is judged as the answer to that
 * one. The oldest are forgotten when there are too many; the result of a forgotten task cannot be judged any more.
 */
export class Tasks {
	readonly #made = new Map<string, { readonly id: string; readonly request: PendingRequest }>();
	#bytes = 0;

	/** `request` was answered with the task `id`. Known already: what is said last counts. */
	make(id: string, request: PendingRequest): void {
		const key = keyOf(request.from, id);
		this.#drop(key);
		this.#made.set(key, { id, request: own(request) });
		this.#bytes += bytesOf(id, request);
		while (this.#made.size > BOUNDS.tasks || (this.#bytes > BOUNDS.tasksBytes && this.#made.size > 1))
			this.#drop(this.#made.keys().next().value!);
	}

	/** The request of `requester` that made the task `id`. */
	request(requester: Party, id: string): PendingRequest | undefined {
		return this.#made.get(keyOf(requester, id))?.request;
	}

	snapshot(): TasksSnapshot {
		return [...this.#made.values()].map(({ id, request }) => [id, encode(request)]);
	}

	static from(snapshot: TasksSnapshot): Tasks {
		const tasks = new Tasks();
		for (const [id, request] of snapshot) tasks.make(id, decode(request));
		return tasks;
	}

	#drop(key: string): void {
		const made = this.#made.get(key);
		if (made === undefined) return;
		this.#made.delete(key);
		this.#bytes -= bytesOf(made.id, made.request);
	}
}

const keyOf = (from: Party, id: string): string => `${from} ${id}`;
const bytesOf = (id: string, request: PendingRequest): number => id.length + sizeOf(request);
