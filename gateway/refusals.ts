import type { Principal } from '../engine/session/types.ts';
import type { Clock } from './clock.ts';

/** Something the gateway refused before it came to the gate of a session. */
export interface Refusal {
	readonly code: string;
	/** HTTP status */
	readonly status: number;
	/** The peer's address. */
	readonly remote: string;
	/** As it was called; it need not exist. */
	readonly server?: string;
}

/** … to somebody who is known. */
export interface Refused extends Refusal {
	readonly principal: Principal;
	/** The refused frame, where there is one. */
	readonly bytes?: Buffer;
}

/** Where refusals are written down; see `AuditTrail`. */
export interface RefusalRecord {
	/** One of somebody known, in full. */
	refused(refused: Refused): Promise<void>;
	/** What nobody known was refused within a minute. */
	refusals(summary: Summary): Promise<void>;
}

/** Refusals of one minute by source. */
export interface Summary {
	/** Unix time, ns. */
	readonly since: bigint;
	readonly until: bigint;
	readonly total: number;
	/** By source and code, most frequent first. */
	readonly counts: readonly { readonly remote: string; readonly code: string; readonly count: number }[];
	/** Refusals of sources that found no more room in `counts`. */
	readonly others: number;
	/** The first of the minute, as they were. */
	readonly samples: readonly Refusal[];
}

/** Sources and codes that are counted apart within a minute. */
const SOURCES = 1_000;
const SAMPLES = 10;
const MINUTE_MS = 60_000;

/**
 * Refusals before a principal is known are counted by source and summed in one record a minute, with samples; after
 * that each is recorded in full (contract §4). So a flood of strangers fills no disk, and nobody who is known is
 * refused without a trace.
 */
export class RefusalBook {
	readonly #record: RefusalRecord;
	readonly #clock: Clock;
	#since = 0n;
	#total = 0;
	#others = 0;
	readonly #counts = new Map<string, { readonly remote: string; readonly code: string; count: number }>();
	readonly #samples: Summary['samples'][number][] = [];
	#timer: (() => void) | undefined;
	/** What is being written: `close` waits for it. */
	readonly #writing = new Set<Promise<void>>();

	constructor(record: RefusalRecord, clock: Clock) {
		this.#record = record;
		this.#clock = clock;
	}

	/** Of somebody known: written down in full. */
	refused(refused: Refused): void {
		this.#write(this.#record.refused(refused));
	}

	/** Of a stranger: counted. */
	stranger(refusal: Refusal): void {
		this.#count(refusal);
		this.#timer ??= this.#clock.after(MINUTE_MS, () => this.#sum());
	}

	/** What was counted so far is written down. */
	async close(): Promise<void> {
		this.#sum();
		await Promise.all(this.#writing);
	}

	#count({ remote, server, code, status }: Refusal): void {
		if (this.#total === 0) this.#since = this.#clock.now();
		this.#total++;
		if (this.#samples.length < SAMPLES)
			this.#samples.push({ remote, code, status, ...(server === undefined ? {} : { server }) });
		const key = `${code} ${remote}`;
		const known = this.#counts.get(key);
		if (known !== undefined) known.count++;
		else if (this.#counts.size < SOURCES) this.#counts.set(key, { remote, code, count: 1 });
		else this.#others++;
	}

	#sum(): void {
		this.#timer?.();
		this.#timer = undefined;
		if (this.#total === 0) return;
		this.#write(
			this.#record.refusals({
				since: this.#since,
				until: this.#clock.now(),
				total: this.#total,
				counts: [...this.#counts.values()].sort((a, b) => b.count - a.count),
				others: this.#others,
				samples: this.#samples.splice(0),
			}),
		);
		this.#total = 0;
		this.#others = 0;
		this.#counts.clear();
	}

	/** A refusal stands whether it can be recorded or not: nothing was forwarded. */
	#write(writing: Promise<void>): void {
		const settled = writing.catch(() => {}).finally(() => this.#writing.delete(settled));
		this.#writing.add(settled);
	}
}
