import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Table } from '../store/table.ts';
import type { TextBox } from './grants.ts';

/** Something that waits for its holder to come back once, sealed, under the digest of a handle that only they have. */
export interface PendingRow {
	/** Unix time, ns. */
	readonly until: bigint;
	readonly sealed: string;
}

/** How long somebody may take at an authorization server, ns. */
const LIFE = 600_000_000_000n;
/** People who are connecting at once. */
const MOST = 1000;

/** One-time handles in the store: any process can take what another has put there, and only once. */
export class Pending<T extends object> {
	readonly #table: Table<PendingRow>;
	readonly #box: TextBox;
	readonly #clock: Clock;
	readonly #kind: string;

	/** `kind`: a handle of one kind is none of another. */
	constructor(kind: string, table: Table<PendingRow>, box: TextBox, clock: Clock) {
		this.#kind = kind;
		this.#table = table;
		this.#box = box;
		this.#clock = clock;
	}

	/** The handle: 256 random bits. undefined: too many wait already. */
	async put(value: T): Promise<string | undefined> {
		const now = this.#clock.now();
		const rows = this.#table.list();
		const over = rows.filter((row) => row.value.until <= now);
		await Promise.all(over.map(({ key, version }) => this.#table.remove(key, version)));
		if (rows.length - over.length >= MOST) return undefined;
		const handle = randomBytes(32).toString('base64url');
		const key = this.#key(handle);
		await this.#table.put(key, { until: now + LIFE, sealed: this.#box.seal(JSON.stringify([key, value])) });
		return handle;
	}

	/** What was put under it, the first time and in time. */
	async take(handle: string): Promise<T | undefined> {
		const key = this.#key(handle);
		const row = this.#table.get(key);
		if (row === undefined || !(await this.#table.remove(key, row.version))) return undefined;
		if (row.value.until <= this.#clock.now()) return undefined;
		const [sealedFor, value] = JSON.parse(this.#box.open(row.value.sealed)) as [string, T];
		return sealedFor === key ? value : undefined;
	}

	#key(handle: string): string {
		return createHash('sha256').update(`${this.#kind} ${handle}`).digest('hex');
	}
}
