import type { Clock } from '../clock.ts';
import type { Table } from '../store/table.ts';
import type { Approval } from './types.ts';

/** Which approvals changed last, newest last: who wants to know of all changes need not read all approvals. */
interface Changes {
	/** How many there ever were. */
	readonly count: number;
	readonly recent: readonly string[];
}

type Listener = (approval: Approval) => void;

const KEY = 'changes';
const KEPT = 256;
const POLL_MS = 400;

/** What the feed asks of the broker. */
export interface ApprovalSource {
	/** The approval as it counts now; writes down an expiry that is due. */
	get(id: string): Promise<Approval | undefined>;
}

/**
 * Tells of changed approvals: those of this process at once, those of other processes by looking at the store
 * while somebody listens.
 */
export class ChangeFeed {
	readonly #changes: Table<Changes>;
	readonly #clock: Clock;
	readonly #source: ApprovalSource;
	readonly #all = new Set<Listener>();
	/** By approval: who listens, and what they were told last. */
	readonly #one = new Map<string, { readonly listeners: Set<Listener>; told: string | undefined }>();
	#seen = 0;
	#stop: (() => void) | undefined;

	constructor(changes: Table<Changes>, clock: Clock, source: ApprovalSource) {
		this.#changes = changes;
		this.#clock = clock;
		this.#source = source;
	}

	/** This process has changed `approval`, and the change is in the store. */
	async changed(approval: Approval): Promise<void> {
		this.#tell(approval, this.#all);
		this.#tellOne(approval);
		try {
			const row = await this.#changes.update(KEY, (last) => ({
				count: (last?.count ?? 0) + 1,
				recent: [...(last?.recent ?? []), approval.id].slice(-KEPT),
			}));
			if (row?.count === this.#seen + 1) this.#seen = row.count;
		} catch {
			// The approval itself is written; that others learn of it later is no reason to say it is not.
		}
	}

	watch(id: string, listener: Listener): () => void {
		const watched = this.#one.get(id) ?? { listeners: new Set(), told: undefined };
		watched.listeners.add(listener);
		this.#one.set(id, watched);
		this.#begin();
		return () => {
			watched.listeners.delete(listener);
			if (watched.listeners.size === 0) this.#one.delete(id);
			this.#rest();
		};
	}

	watchAll(listener: Listener): () => void {
		this.#all.add(listener);
		this.#begin();
		return () => {
			this.#all.delete(listener);
			this.#rest();
		};
	}

	close(): void {
		this.#all.clear();
		this.#one.clear();
		this.#rest();
	}

	#begin(): void {
		if (this.#stop !== undefined) return;
		this.#seen = this.#changes.get(KEY)?.value.count ?? 0;
		this.#schedule();
	}

	#rest(): void {
		if (this.#all.size > 0 || this.#one.size > 0) return;
		this.#stop?.();
		this.#stop = undefined;
	}

	#schedule(): void {
		this.#stop = this.#clock.after(POLL_MS, () => {
			// A store that cannot be read or written now is looked at again next time.
			const looked = this.#look().catch(() => {});
			void looked.then(() => {
				if (this.#stop !== undefined) this.#schedule();
			});
		});
	}

	async #look(): Promise<void> {
		for (const id of [...this.#one.keys()]) {
			const approval = await this.#source.get(id);
			if (approval !== undefined) this.#tellOne(approval);
		}
		const row = this.#all.size === 0 ? undefined : this.#changes.get(KEY)?.value;
		if (row === undefined || row.count === this.#seen) return;
		const fresh = row.recent.slice(-Math.min(row.count - this.#seen, KEPT));
		this.#seen = row.count;
		for (const id of new Set(fresh)) {
			const approval = await this.#source.get(id);
			if (approval !== undefined) this.#tell(approval, this.#all);
		}
	}

	#tellOne(approval: Approval): void {
		const watched = this.#one.get(approval.id);
		const sign = `${approval.state} ${approval.votes.length}`;
		if (watched === undefined || watched.told === sign) return;
		watched.told = sign;
		this.#tell(approval, watched.listeners);
	}

	/** In a turn of their own: what a listener does wrong is not the voter's business. */
	#tell(approval: Approval, listeners: ReadonlySet<Listener>): void {
		for (const listener of [...listeners]) queueMicrotask(() => listener(approval));
	}
}
