import { setImmediate as turn } from 'node:timers/promises';
import { CandidateMerger } from '../../engine/diff/candidate-tally.ts';
import { DiffMerger } from '../../engine/diff/merge.ts';
import { ReplayMerger } from '../../engine/tally/merge-replays.ts';
import { judgesPlaces } from './judge-place.ts';
import { OpenStores } from './open-stores.ts';
import type { SessionPlace } from './place.ts';
import type { Known, PlaceTally, Revisions, TallyOf, Task } from './task.ts';
import { type Judges, Team } from './team.ts';

export interface JudgeAllOptions {
	/** Threads. Where it does not pay to start them, this thread does it itself. */
	readonly jobs: number;
	/** Start them however little there is to do; else only where it pays. */
	readonly always?: boolean;
	/** Never this thread, which has something else to do: at least one other. Their memory is bounded (MiB of heap each). */
	readonly apart?: { readonly heapMiB: number };
	/** Needed for a replay under the recorded revisions. */
	readonly revisions?: Revisions;
	/** Gives the judging up: it ends with this signal's reason. */
	readonly signal?: AbortSignal;
	readonly progress?: (done: Progress) => void;
}

export interface Progress {
	readonly sessions: number;
	readonly frames: number;
	/** Weight of the places that are done. */
	readonly weight: number;
}

export interface JudgedAll<T> {
	/** Sessions that were found. */
	readonly sessions: number;
	/** Those of them that the filter selects. */
	readonly selected: number;
	/** Frames of these, whether or not they count. */
	readonly frames: number;
	readonly tally: T;
	/** Threads that it could take. */
	readonly jobs: number;
}

/** Starting a thread costs about as much as judging so much, bytes of sessions. */
const WORTH_IT = 8 * 1024 * 1024;

/** And what a place costs beside its sessions, bytes. */
const EACH = 16 * 1024;

/** Places that may be done out of turn, waiting for one before them: what is held back is bounded. */
const AHEAD = 256;

/**
 * Judges all sessions at these places and merges what comes of them in the order of the places, so that the result does
 * not depend on how many threads there are. Whatever one of them throws is thrown here, the first in that order.
 */
export async function judgeAll<T extends Task>(
	places: AsyncIterable<SessionPlace>,
	task: T,
	options: JudgeAllOptions,
): Promise<JudgedAll<TallyOf<T>>> {
	const source = places[Symbol.asyncIterator]();
	const first: SessionPlace[] = [];
	let weight = options.always === true || options.apart !== undefined ? WORTH_IT : 0;
	let failed: unknown;
	while (weight < WORTH_IT) {
		const next = await source.next().catch((error: unknown) => {
			failed = error;
			return { done: true as const, value: undefined };
		});
		if (next.done === true) break;
		first.push(next.value);
		weight += next.value.weight + EACH;
		options.signal?.throwIfAborted();
	}
	const revisions = options.revisions ?? noRevisions;
	const judges: Judges<TallyOf<T>> =
		weight < WORTH_IT
			? here(task, revisions, options.signal)
			: new Team(task, revisions, options.jobs, options.apart?.heapMiB);
	async function* all(): AsyncGenerator<SessionPlace> {
		yield* first;
		if (failed !== undefined) throw failed;
		for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
	}
	const abort = () => judges.stop();
	options.signal?.addEventListener('abort', abort, { once: true });
	try {
		return await new Round(judges, mergerFor(task), options).run(all());
	} finally {
		options.signal?.removeEventListener('abort', abort);
		await judges.close();
	}
}

interface Merger<T> {
	add(tally: T): void;
	tally(): T;
	readonly known: Known;
}

function mergerFor<T extends Task>(task: T): Merger<TallyOf<T>> {
	const asked: Task = task;
	const merger = mergerOf(asked);
	return {
		add: (tally) => merger.add(tally as never),
		tally: () => merger.tally() as unknown as TallyOf<T>,
		get known() {
			return merger instanceof ReplayMerger ? { room: merger.room } : { full: merger.full };
		},
	};
}

function mergerOf(task: Task): DiffMerger | CandidateMerger | ReplayMerger {
	switch (task.kind) {
		case 'diff':
			return new DiffMerger(task.examples);
		case 'candidate':
			return new CandidateMerger(task.examples);
		case 'replay':
			return new ReplayMerger(task.listed);
	}
}

/** One run over all places. */
class Round<T> {
	readonly #judges: Judges<T>;
	readonly #merger: Merger<T>;
	readonly #options: JudgeAllOptions;
	readonly #running = new Set<Promise<void>>();
	/** Done out of turn. */
	readonly #done = new Map<number, { readonly place: SessionPlace; readonly result: PlaceTally<T> }>();
	#merged = 0;
	#failure: { readonly index: number; readonly error: unknown } | undefined;
	#total = { sessions: 0, selected: 0, frames: 0 };
	#weight = 0;

	constructor(judges: Judges<T>, merger: Merger<T>, options: JudgeAllOptions) {
		this.#judges = judges;
		this.#merger = merger;
		this.#options = options;
	}

	async run(places: AsyncIterable<SessionPlace>): Promise<JudgedAll<T>> {
		let index = 0;
		try {
			for await (const place of places) {
				this.#start(index++, place);
				while (this.#running.size >= this.#judges.width || index - this.#merged >= AHEAD) {
					await Promise.race(this.#running);
				}
				if (this.#failure !== undefined) break;
			}
		} catch (error) {
			this.#fail(index, error);
		}
		await Promise.all(this.#running);
		this.#options.signal?.throwIfAborted();
		if (this.#failure !== undefined) throw this.#failure.error;
		return { ...this.#total, tally: this.#merger.tally(), jobs: this.#judges.width };
	}

	#start(index: number, place: SessionPlace): void {
		const running = this.#judges
			.judge(place, this.#merger.known)
			.then(
				(result) => this.#finish(index, place, result),
				(error: unknown) => this.#fail(index, error),
			)
			.finally(() => this.#running.delete(running));
		this.#running.add(running);
	}

	#finish(index: number, place: SessionPlace, result: PlaceTally<T>): void {
		this.#done.set(index, { place, result });
		for (let next = this.#done.get(this.#merged); next !== undefined; next = this.#done.get(this.#merged)) {
			this.#done.delete(this.#merged++);
			const { sessions, selected, frames, tally } = next.result;
			const before = this.#total;
			this.#total = {
				sessions: before.sessions + sessions,
				selected: before.selected + selected,
				frames: before.frames + frames,
			};
			this.#weight += next.place.weight;
			this.#merger.add(tally);
		}
		this.#options.progress?.({ sessions: this.#total.selected, frames: this.#total.frames, weight: this.#weight });
	}

	#fail(index: number, error: unknown): void {
		if (this.#failure === undefined || index < this.#failure.index) this.#failure = { index, error };
	}
}

/** This thread. */
function here<T extends Task>(task: T, revisions: Revisions, signal: AbortSignal | undefined): Judges<TallyOf<T>> {
	const stores = new OpenStores();
	const judge = judgesPlaces(
		task,
		revisions,
		(dataDir) => stores.open(dataDir),
		() => signal?.throwIfAborted(),
	);
	return {
		width: 1,
		async judge(place, known) {
			// signals and whoever else is waiting get their turn
			await turn();
			return judge(place, known);
		},
		stop() {},
		close: () => stores.close(),
	};
}

function noRevisions(): never {
	throw new TypeError('a replay under recorded revisions needs somebody who has them');
}
