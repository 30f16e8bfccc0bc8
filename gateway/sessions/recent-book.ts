import type { Principal, Recent } from '../../engine/session/types.ts';
import type { Clock } from '../clock.ts';
import type { SessionReader } from '../record/types.ts';
import type { Table } from '../store/table.ts';
import { publish } from '../telemetry/channels.ts';
import { type Entry, microseconds, recentIn } from './recent-entry.ts';
import type { RecentFacts } from './recent-facts.ts';
import { type Noted, type NotedAt, note } from './recent-noted.ts';
import { type BoundSessions, Orphans } from './recent-orphans.ts';
import { RecentPage } from './recent-page.ts';
import { type Foreign, isWritten, type RecentBody, type RecentRow, RecentRows, type TextBox } from './recent-rows.ts';

/** How long something noted may wait before the other processes can see it, ms; and how long they may not look, µs. */
const WRITE_MS = 200;
const LOOK_US = 200_000;
/** How often a row's process is asked whether it still runs, µs: that costs more than looking at the row. */
const ALIVE_US = 1_000_000;
const SWEEP_MS = 60_000;

export interface RecentBookOptions {
	/** How far back it looks (contract §4 `policy.memory`), ns. */
	readonly memoryNs: bigint;
	readonly clock: Clock;
	readonly table: Table<RecentRow>;
	readonly box: TextBox;
	readonly sessions: BoundSessions;
	readonly reader: SessionReader;
}

/**
 * `recent`: what one principal did in all its sessions, on all servers and in all processes of a store, as far back as
 * `policy.memory`. The answer is recorded with every frame as a fact, so replay never asks this book.
 *
 * Every process has one row a principal in the store. It is written {@link WRITE_MS} after something was noted, and the
 * rows of the others are read again when a frame is judged and the last look was {@link LOOK_US} ago: what one process
 * saw, all see well within a second. The row of a process that is gone is taken over by one that is left, together with
 * what the record says of the last moments.
 */
export class RecentBook implements RecentFacts {
	readonly #memoryNs: bigint;
	readonly #clock: Clock;
	readonly #rows: RecentRows;
	readonly #orphans: Orphans;
	readonly #entries = new Map<string, Entry>();
	#writeSoon: (() => void) | undefined;
	#sweepSoon: () => void;
	#failing = false;

	constructor({ memoryNs, clock, table, box, sessions, reader }: RecentBookOptions) {
		this.#memoryNs = memoryNs;
		this.#clock = clock;
		this.#rows = new RecentRows(table, box);
		this.#orphans = new Orphans(sessions, reader);
		this.#sweepSoon = clock.after(SWEEP_MS, () => this.#sweep());
	}

	of(principal: Principal, nowNs: bigint, except?: { readonly server: string; readonly atNs: bigint }): Recent {
		const entry = this.#entry(principal);
		const nowUs = microseconds(nowNs);
		this.#look(entry, nowUs);
		return recentIn(entry, nowNs, this.#memoryNs, except);
	}

	note(principal: Principal, at: NotedAt, noted: Noted): void {
		const entry = this.#entry(principal);
		entry.sessions.set(at.session, at.seq);
		if (note(entry.own, at.server, microseconds(at.atNs), noted)) this.#changed(entry);
	}

	async join(principal: Principal, session: string, goesOn = false): Promise<void> {
		const entry = this.#entry(principal);
		entry.open.add(session);
		if (goesOn) {
			// Its process may have gone just now, before anybody noticed.
			this.#orphans.forget();
			entry.ready = undefined;
		}
		try {
			await this.#ready(entry);
		} catch (error) {
			entry.open.delete(session);
			throw error;
		}
	}

	async leave(principal: Principal, session: string): Promise<void> {
		const entry = this.#entries.get(nameOf(principal));
		if (entry === undefined) return;
		entry.open.delete(session);
		entry.sessions.delete(session);
		await this.#write(entry).catch(() => {});
		// It can be read from the store again.
		if (entry.open.size === 0 && !entry.changed) this.#entries.delete(nameOf(principal));
	}

	/** Writes what is not written yet, and lets go of all rows. */
	async close(): Promise<void> {
		this.#writeSoon?.();
		this.#sweepSoon();
		for (const entry of this.#entries.values()) await this.#write(entry, true).catch(() => {});
		this.#entries.clear();
	}

	#entry(principal: Principal): Entry {
		const name = nameOf(principal);
		let entry = this.#entries.get(name);
		if (entry === undefined) {
			entry = {
				principal,
				key: this.#rows.keyOf(principal),
				own: this.#newPage(),
				sessions: new Map(),
				open: new Set(),
				foreign: new Map(),
				ready: undefined,
				gathered: false,
				taking: new Set(),
				writing: Promise.resolve(),
				changed: false,
				lookedUs: 0,
				askedUs: 0,
			};
			this.#entries.set(name, entry);
		}
		return entry;
	}

	#newPage(): RecentPage {
		return new RecentPage(microseconds(this.#memoryNs));
	}

	/** What the others have written since the last look. A row whose process is gone counts until it is taken over. */
	#look(entry: Entry, nowUs: number): void {
		if (nowUs - entry.lookedUs < LOOK_US) return;
		entry.lookedUs = nowUs;
		const foreign: Entry['foreign'] = new Map();
		for (const row of this.#rows.list(entry.principal, entry.foreign)) {
			if (row.key === entry.key && entry.gathered) continue;
			const known = entry.foreign.get(row.key);
			foreign.set(row.key, known === row ? known : { ...row, page: this.#pageOf(row.body, nowUs) });
		}
		for (const key of entry.taking) if (entry.foreign.has(key)) foreign.set(key, entry.foreign.get(key)!);
		entry.foreign = foreign;
		if (nowUs - entry.askedUs < ALIVE_US) return;
		entry.askedUs = nowUs;
		for (const row of foreign.values()) {
			if (row.key !== entry.key && !entry.taking.has(row.key) && !isWritten(row))
				void this.#alone(entry, () => this.#takeOver(entry, row)).catch((error) => this.#failed(error));
		}
	}

	#pageOf(body: RecentBody, nowUs: number): RecentPage {
		const page = this.#newPage();
		page.merge(body, nowUs);
		return page;
	}

	#ready(entry: Entry): Promise<void> {
		entry.ready ??= this.#gather(entry).catch((error) => {
			entry.ready = undefined;
			throw error;
		});
		return entry.ready;
	}

	/** Everything the store knows of the principal, before anything of it is judged here. */
	async #gather(entry: Entry): Promise<void> {
		await this.#alone(entry, async () => {
			const nowUs = this.#now();
			entry.lookedUs = 0;
			this.#look(entry, nowUs);
			// Ours, from before it was let go.
			const before = entry.foreign.get(entry.key);
			entry.foreign.delete(entry.key);
			if (before !== undefined && !entry.gathered) this.#merge(entry, before.body, nowUs);
			entry.gathered = true;
			for (const row of [...entry.foreign.values()]) if (!isWritten(row)) await this.#takeOver(entry, row);
			await this.#adoptOrphans(entry);
			// Also with nothing in it: by its row others find out that this process is gone.
			await this.#put(entry);
		});
	}

	/** One of the processes that see it does it; the others see it in that one's row. */
	async #takeOver(entry: Entry, row: Foreign): Promise<void> {
		this.#orphans.forget();
		const nowUs = this.#now();
		const both = this.#pageOf({ ...entry.own.content(nowUs), sessions: {} }, nowUs);
		both.merge(row.body, nowUs);
		const sessions = { ...row.body.sessions, ...Object.fromEntries(entry.sessions) };
		entry.taking.add(row.key);
		try {
			const taken = await this.#rows.takeOver(row, entry.key, { ...both.content(nowUs), sessions }, null);
			// It is in somebody else's row now.
			if (!taken) {
				entry.lookedUs = 0;
				return;
			}
			this.#merge(entry, row.body, nowUs);
			entry.foreign.delete(row.key);
			this.#changed(entry);
		} finally {
			entry.taking.delete(row.key);
		}
		await this.#adoptOrphans(entry);
	}

	#merge(entry: Entry, body: RecentBody, nowUs: number): void {
		entry.own.merge(body, nowUs);
		for (const [session, seq] of Object.entries(body.sessions)) {
			entry.sessions.set(session, Math.max(seq, entry.sessions.get(session) ?? -1));
		}
	}

	/** Should two processes read the same last moments at once, the calls in them count twice: never too few. */
	async #adoptOrphans(entry: Entry): Promise<void> {
		for (const session of entry.sessions.keys()) {
			if (!entry.open.has(session) && !this.#orphans.isBound(session)) entry.sessions.delete(session);
		}
		const known = new Map(entry.sessions);
		for (const { body } of entry.foreign.values()) {
			for (const [session, seq] of Object.entries(body.sessions)) {
				known.set(session, Math.max(seq, known.get(session) ?? -1));
			}
		}
		const { found, upTo } = await this.#orphans.read(entry.principal, known);
		for (const [session, seq] of upTo) entry.sessions.set(session, Math.max(seq, entry.sessions.get(session) ?? -1));
		for (const { server, atNs, noted } of found) {
			if (note(entry.own, server, microseconds(atNs), noted)) this.#changed(entry);
		}
	}

	#changed(entry: Entry): void {
		entry.changed = true;
		this.#writeSoon ??= this.#clock.after(WRITE_MS, () => {
			this.#writeSoon = undefined;
			for (const changed of this.#entries.values()) {
				if (changed.changed) void this.#write(changed).catch((error) => this.#failed(error));
			}
		});
	}

	async #write(entry: Entry, done = false): Promise<void> {
		// Or what the row has from before would be lost.
		await this.#ready(entry);
		await this.#alone(entry, () => this.#put(entry, done));
		this.#failing = false;
	}

	async #put(entry: Entry, done = false): Promise<void> {
		const nowUs = this.#now();
		const sessions = Object.fromEntries(entry.sessions);
		const empty = entry.own.until <= nowUs && entry.sessions.size === 0;
		entry.changed = false;
		try {
			if (empty && (done || entry.open.size === 0)) return await this.#rows.remove(entry.key);
			const until = entry.sessions.size > 0 || entry.open.size > 0 ? null : entry.own.until;
			await this.#rows.write(entry.key, { ...entry.own.content(nowUs), sessions }, until, done);
		} catch (error) {
			entry.changed = true;
			throw error;
		}
	}

	#alone<T>(entry: Entry, work: () => Promise<T>): Promise<T> {
		const done = entry.writing.then(work);
		entry.writing = done.catch(() => {});
		return done;
	}

	/** The others do not see it then; it is tried again, and said once. */
	#failed(error: unknown): void {
		for (const entry of this.#entries.values()) if (entry.changed) this.#changed(entry);
		if (this.#failing) return;
		this.#failing = true;
		const message = error instanceof Error ? error.message : String(error);
		publish('trouble', { code: 'ERR_RECENT_WRITE', message });
	}

	#sweep(): void {
		this.#sweepSoon = this.#clock.after(SWEEP_MS, () => this.#sweep());
		const kept = new Set([...this.#entries.values()].map(({ key }) => key));
		void this.#rows.sweep(this.#now(), kept).catch((error) => this.#failed(error));
	}

	#now(): number {
		return microseconds(this.#clock.now());
	}
}

/** Asked for with every frame, so not hashed. */
const nameOf = ({ issuer, id }: Principal): string => `${issuer.length} ${issuer}${id}`;
