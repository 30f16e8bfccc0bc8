import { availableParallelism } from 'node:os';
import { SluiceError } from '../../engine/error.ts';
import type { Principal } from '../../engine/session/types.ts';
import type { RevisionStore } from '../policy/archive.ts';
import type { MasterKey } from '../record/keys.ts';
import type { Store } from '../store/store.ts';
import { type JudgedAll, judgeAll, type Progress } from './judge-all.ts';
import type { SessionPlace } from './place.ts';
import type { Bundles, JudgementKind, JudgementRequest } from './request.ts';
import { StorePlaces } from './store-places.ts';
import type { PortablePolicy, Revisions, Task } from './task.ts';
import { unpackApart } from './unpack.ts';

export interface DeskOptions {
	readonly store: Store;
	readonly master: MasterKey;
	/** Policies that judged in this store. */
	readonly revisions: RevisionStore;
	/** Records who has what judged. What cannot be recorded is not judged. */
	readonly record: (by: Principal, what: Readonly<Record<string, unknown>>) => Promise<void>;
	/** Threads for all runs together; default half of the cores. */
	readonly threads?: number;
}

export type Judged = JudgedAll<object>;

/** One admitted run. */
export interface DeskRun {
	/** Judges, never in this thread. Rejects with a `SluiceError`, or with the reason of its end. */
	judge(
		kind: JudgementKind,
		request: JudgementRequest,
		bundles: Bundles,
		progress: (done: Progress) => void,
	): Promise<Judged>;
	/** Gives up what is under way. Another run may begin once that has ended. */
	end(): void;
}

/** So many runs at a time, whoever asks. */
const RUNS = 2;
/** Heap of a thread, MiB. An instance's own memory is bounded like that of every policy. */
const HEAP_MIB = 512;

/**
 * Judges recorded sessions where they lie, for others who hold no key of the store. What a policy from outside can do
 * here is to use threads: each evaluation is bounded by fuel and memory as in traffic, and no built-in reaches out.
 */
export class JudgingDesk {
	readonly #options: DeskOptions;
	readonly #places: StorePlaces;
	readonly #threads: number;
	/** By principal. */
	readonly #running = new Map<string, AbortController>();
	readonly #ended = new Set<Promise<unknown>>();

	constructor(options: DeskOptions) {
		this.#options = options;
		this.#places = new StorePlaces(options.store, options.master);
		this.#threads = options.threads ?? Math.max(1, Math.floor(availableParallelism() / 2));
	}

	/** @throws {SluiceError} `ERR_JUDGEMENT_BUSY` */
	admit(by: Principal): DeskRun {
		const who = JSON.stringify([by.issuer, by.id]);
		if (this.#running.has(who) || this.#running.size >= RUNS) {
			const whose = this.#running.has(who) ? 'you have sessions judged already' : 'others have sessions judged now';
			throw new SluiceError('ERR_JUDGEMENT_BUSY', whose, { help: 'try again when that is done' });
		}
		const controller = new AbortController();
		this.#running.set(who, controller);
		let begun = false;
		return {
			judge: async (kind, request, bundles, progress) => {
				begun = true;
				const judged = this.#judge(by, kind, request, bundles, controller.signal, progress);
				const over = judged.then(nothing, nothing).then(() => {
					this.#running.delete(who);
					this.#ended.delete(over);
				});
				this.#ended.add(over);
				return judged;
			},
			end: () => {
				controller.abort(ENDED);
				if (!begun) this.#running.delete(who);
			},
		};
	}

	/** Gives up all runs. Resolves when no thread of theirs is left. */
	async close(): Promise<void> {
		for (const controller of this.#running.values()) controller.abort(ENDED);
		await Promise.all(this.#ended);
	}

	async #judge(
		by: Principal,
		kind: JudgementKind,
		request: JudgementRequest,
		bundles: Bundles,
		signal: AbortSignal,
		progress: (done: Progress) => void,
	): Promise<Judged> {
		const policies: Record<string, PortablePolicy> = {};
		for (const [name, bundle] of Object.entries(bundles)) {
			policies[name] = await unpackApart(bundle, HEAP_MIB, signal);
		}
		const { sessions, all, selected, frames } = request;
		signal.throwIfAborted();
		await this.#options.record(by, {
			how: 'judgement',
			judged: kind,
			...Object.fromEntries(Object.entries(policies).map(([name, { compiled }]) => [name, compiled.revision])),
			sessions: all ? 'all' : sessions,
			selected: { ...selected, ...frames },
		});
		signal.throwIfAborted();
		return judgeAll<Task>(this.#found(request), taskOf(kind, request, policies), {
			jobs: this.#threads,
			apart: { heapMiB: HEAP_MIB },
			revisions: this.#revisions(signal),
			signal,
			progress,
		});
	}

	async *#found({ sessions, all, selected }: JudgementRequest): AsyncGenerator<SessionPlace> {
		yield* this.#places.named(sessions, selected);
		if (!all) return;
		const known = new Set(sessions);
		yield* this.#places.named(
			(await this.#places.idsByAge()).filter((id) => !known.has(id)),
			selected,
		);
	}

	#revisions(signal: AbortSignal): Revisions {
		const known = new Map<string, Promise<PortablePolicy>>();
		const find = async (revision: string): Promise<PortablePolicy> => {
			const bundle = await this.#options.revisions.get(revision);
			if (bundle !== undefined) return unpackApart(bundle, HEAP_MIB, signal);
			throw new SluiceError(
				'ERR_REVISION_UNKNOWN',
				`the policy revision \`${revision.slice(0, 12)}…\` that judged this is not here`,
				{ help: 'judge under another policy with --policy' },
			);
		};
		return async (revision) => {
			if (revision === undefined || revision === '') {
				throw new SluiceError('ERR_REVISION_UNKNOWN', 'the recording does not say which policy judged it', {
					help: 'name one with --policy',
				});
			}
			const policy = known.get(revision) ?? find(revision);
			known.set(revision, policy);
			return policy;
		};
	}
}

const ENDED = new SluiceError('ERR_JUDGEMENT_ENDED', 'nobody waits for the judgement any more, or the gateway stops', {
	help: 'try again',
});

function taskOf(
	kind: JudgementKind,
	{ limit, selected: sessions, frames }: JudgementRequest,
	policies: Readonly<Record<string, PortablePolicy>>,
): Task {
	switch (kind) {
		case 'diff':
			return { kind, from: policies['from']!, to: policies['to']!, sessions, frames, examples: limit };
		case 'candidate':
			return { kind, sessions, frames, examples: limit };
		case 'replay': {
			const { policy } = policies;
			const listed = { changed: limit, others: limit };
			return { kind, sessions, frames, listed, ...(policy === undefined ? {} : { policy }) };
		}
	}
}

function nothing(): void {}
