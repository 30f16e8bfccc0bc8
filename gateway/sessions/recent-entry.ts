import type { Principal, Recent } from '../../engine/session/types.ts';
import type { RecentPage } from './recent-page.ts';
import type { Foreign } from './recent-rows.ts';

const MINUTE_NS = 60_000_000_000n;

/** One principal, as the book of one process knows it. */
export interface Entry {
	readonly principal: Principal;
	readonly key: string;
	/** What this process saw, and what it took over from those that are gone. */
	readonly own: RecentPage;
	/** Session → last `seq` whose effects are in `own`. */
	readonly sessions: Map<string, number>;
	/** Those that are open in this process. */
	readonly open: Set<string>;
	/** Rows of other processes, as last seen. */
	foreign: Map<string, Foreign & { readonly page: RecentPage }>;
	/** What the store knew has been read. */
	ready: Promise<void> | undefined;
	gathered: boolean;
	/** Rows that are being taken over: they count until that is done, also when they are not in the store any more. */
	readonly taking: Set<string>;
	/** One writer at a time for the own row. */
	writing: Promise<unknown>;
	changed: boolean;
	lookedUs: number;
	askedUs: number;
}

/**
 * `recent` of the input at `nowNs`, as far as `entry` knows it. `except`: a call that is judged again and must not count
 * itself.
 */
export function recentIn(
	entry: Entry,
	nowNs: bigint,
	memoryNs: bigint,
	except?: { readonly server: string; readonly atNs: bigint },
): Recent {
	const nowUs = microseconds(nowNs);
	const counts = new Map<string, number>();
	let labels = entry.own.labels(nowUs);
	let lastMinute = 0;
	const add = (page: RecentPage) => {
		for (const [server, count] of page.calls(nowUs)) counts.set(server, (counts.get(server) ?? 0) + count);
		lastMinute += page.lastMinute(nowUs);
		const more = page.labels(nowUs);
		if (page !== entry.own && more.length > 0) labels = [...new Set([...labels, ...more])].sort();
	};
	add(entry.own);
	for (const { page } of entry.foreign.values()) if (page.until > nowUs) add(page);
	if (except !== undefined) {
		if (except.atNs > nowNs - memoryNs) counts.set(except.server, (counts.get(except.server) ?? 1) - 1);
		if (except.atNs > nowNs - MINUTE_NS) lastMinute--;
	}
	const byServer: Record<string, number> = Object.create(null) as Record<string, number>;
	let total = 0;
	for (const [server, count] of counts) {
		if (count <= 0) continue;
		byServer[server] = count;
		total += count;
	}
	return { labels, calls: { total, last_minute: lastMinute, by_server: byServer } };
}

/** Unix time in µs fits a number exactly; in ns it does not. */
export const microseconds = (ns: bigint): number => Number(ns / 1000n);
