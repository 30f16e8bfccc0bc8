import type { Kind, Party } from '../../engine/frame/frame.ts';
import { RECORDED_LIMITS } from '../../engine/frame/limits.ts';
import { readFrames } from '../../engine/frame/read.ts';
import type { Label, Verdict } from '../../engine/policy/judgement.ts';
import type { FrameLine } from '../../engine/recording/lines.ts';
import type { Principal, Recent } from '../../engine/session/types.ts';
import { Window } from '../../engine/session/window.ts';
import type { SessionReader } from '../record/types.ts';
import type { RecentFacts } from './live-session.ts';

const MINUTE_NS = 60_000_000_000n;

/** One principal. */
interface Page {
	/** Per server, the calls that memory still holds. */
	readonly servers: Map<string, Window<bigint>>;
	readonly lastMinute: Window<bigint>;
	/** Label → until when, Unix ns. */
	readonly labels: Map<string, bigint>;
}

/**
 * `recent`: what one principal did in all its sessions of this process, as far back as `policy.memory`. The answer is
 * recorded with every frame as a fact, so replay never asks this book.
 */
export class RecentBook implements RecentFacts {
	readonly #memoryNs: bigint;
	readonly #pages = new Map<string, Page>();
	readonly #restored = new Map<string, Promise<void>>();

	/** `memoryNs`: how far back it looks (contract §4 `policy.memory`). */
	constructor(memoryNs: bigint) {
		this.#memoryNs = memoryNs;
	}

	of(principal: Principal, nowNs: bigint, except?: { readonly server: string; readonly atNs: bigint }): Recent {
		const page = this.#pages.get(keyOf(principal));
		if (page === undefined) return { labels: [], calls: { total: 0, last_minute: 0, by_server: {} } };
		const byServer: Record<string, number> = Object.create(null) as Record<string, number>;
		let total = 0;
		for (const [server, calls] of page.servers) {
			const own = except?.server === server && except.atNs > nowNs - this.#memoryNs ? 1 : 0;
			const count = calls.since(nowNs - this.#memoryNs) - own;
			if (count <= 0) continue;
			byServer[server] = count;
			total += count;
		}
		const self = except !== undefined && except.atNs > nowNs - MINUTE_NS ? 1 : 0;
		const lastMinute = page.lastMinute.since(nowNs - MINUTE_NS) - self;
		return { labels: labelsAt(page, nowNs), calls: { total, last_minute: lastMinute, by_server: byServer } };
	}

	note(principal: Principal, server: string, atNs: bigint, { message, judgement }: Noted): void {
		const goesOn = judgement.verdict !== 'deny' && message.from === 'client';
		// Each member of a batch is a call.
		const calls = message.members.filter((m) => goesOn && m.kind === 'request' && m.method === 'tools/call');
		const labels = judgement.labels.filter((label) => label.scope === 'principal');
		if (calls.length === 0 && labels.length === 0) return;
		const page = this.#page(principal);
		for (const _ of calls) {
			const of = page.servers.get(server) ?? new Window<bigint>();
			page.servers.set(server, of);
			of.add(atNs);
			page.lastMinute.add(atNs);
		}
		for (const label of labels) {
			const until = atNs + (label.forNs === undefined ? this.#memoryNs : BigInt(label.forNs));
			const known = page.labels.get(label.label);
			if (known === undefined || known < until) page.labels.set(label.label, until);
		}
	}

	/** Reads back, once, what the record says of a principal. Until it resolves no session of the principal may be judged. */
	restore(principal: Principal, reader: SessionReader, nowNs: bigint): Promise<void> {
		const key = keyOf(principal);
		let restored = this.#restored.get(key);
		if (restored === undefined) {
			restored = this.#readBack(principal, reader, nowNs);
			this.#restored.set(key, restored);
		}
		return restored;
	}

	async #readBack(principal: Principal, reader: SessionReader, nowNs: bigint): Promise<void> {
		const found: { atNs: bigint; server: string; noted: Noted }[] = [];
		for await (const summary of reader.sessions({ principal: principal.id })) {
			if (summary.started_ns + BigInt(summary.last_t) < nowNs - this.#memoryNs) continue;
			const header = await reader.header(summary.id);
			if (header === undefined || header.principal.issuer !== principal.issuer) continue;
			for await (const line of reader.lines(summary.id)) {
				const atNs = header.started_ns + BigInt(line.t);
				const noted = line.type === 'frame' && atNs > nowNs - this.#memoryNs ? notedIn(line) : undefined;
				if (noted !== undefined) found.push({ atNs, server: header.server.name, noted });
			}
		}
		found.sort((a, b) => (a.atNs < b.atNs ? -1 : 1));
		for (const { atNs, server, noted } of found) this.note(principal, server, atNs, noted);
	}

	#page(principal: Principal): Page {
		const key = keyOf(principal);
		let page = this.#pages.get(key);
		if (page === undefined) {
			page = { servers: new Map(), lastMinute: new Window(), labels: new Map() };
			this.#pages.set(key, page);
		}
		return page;
	}
}

function labelsAt(page: Page, nowNs: bigint): string[] {
	for (const [label, until] of page.labels) if (until <= nowNs) page.labels.delete(label);
	return [...page.labels.keys()].sort();
}

/** What a recorded frame did to the facts, if it was judged. */
function notedIn(line: FrameLine): Noted | undefined {
	const read = line.by === undefined ? readFrames(line.bytes, { limits: RECORDED_LIMITS, batches: true }) : undefined;
	if (!read?.ok) return undefined;
	const members = read.frames.map((frame) => ({ kind: frame.kind, method: frame.method ?? '' }));
	return {
		message: { from: line.from, members },
		judgement: { verdict: line.verdict ?? 'allow', labels: line.labels ?? [] },
	};
}

/** As much of a `Step` as counts here. */
interface Noted {
	readonly message: {
		readonly from: Party;
		readonly members: readonly { readonly kind: Kind; readonly method: string }[];
	};
	readonly judgement: { readonly verdict: Verdict; readonly labels: readonly Label[] };
}

const keyOf = (principal: Principal): string => `${principal.issuer}\n${principal.id}`;
