import type { Kind, Party } from '../../engine/frame/frame.ts';
import { readFrames } from '../../engine/frame/read.ts';
import type { Label, Verdict } from '../../engine/policy/judgement.ts';
import type { FrameLine, RecordingHeader } from '../../engine/recording/lines.ts';
import type { Principal, Recent } from '../../engine/session/types.ts';
import type { SessionReader } from '../record/types.ts';
import type { RecentFacts } from './live-session.ts';

const MINUTE_NS = 60_000_000_000n;

interface Call {
	readonly server: string;
	readonly atNs: bigint;
}

interface Page {
	/** In time order, not older than the memory. */
	calls: Call[];
	readonly labels: Map<string, bigint>;
}

/**
 * `recent`: what one principal did in all its sessions of this process, as far back as `policy.memory`. The answer is
 * recorded with every frame as a fact, so replay never asks this book.
 */
export class RecentBook implements RecentFacts {
	readonly #memoryNs: bigint;
	readonly #pages = new Map<string, Page>();
	readonly #restored = new Set<string>();

	/** `memoryNs`: how far back it looks (contract §4 `policy.memory`). */
	constructor(memoryNs: bigint) {
		this.#memoryNs = memoryNs;
	}

	of(principal: Principal, nowNs: bigint, except?: { readonly server: string; readonly atNs: bigint }): Recent {
		const page = this.#pages.get(keyOf(principal));
		if (page === undefined) return { labels: [], calls: { total: 0, last_minute: 0, by_server: {} } };
		this.#forget(page, nowNs);
		const byServer: Record<string, number> = Object.create(null) as Record<string, number>;
		let lastMinute = 0;
		let total = 0;
		let skipped = except === undefined;
		for (const call of page.calls) {
			if (!skipped && call.server === except?.server && call.atNs === except.atNs) {
				skipped = true;
				continue;
			}
			total++;
			byServer[call.server] = (byServer[call.server] ?? 0) + 1;
			if (call.atNs > nowNs - MINUTE_NS) lastMinute++;
		}
		return { labels: [...page.labels.keys()].sort(), calls: { total, last_minute: lastMinute, by_server: byServer } };
	}

	note(principal: Principal, server: string, atNs: bigint, { message, judgement }: Noted): void {
		const calls =
			judgement.verdict !== 'deny' &&
			message.from === 'client' &&
			message.members.some((m) => m.kind === 'request' && m.method === 'tools/call');
		const labels = judgement.labels.filter((label) => label.scope === 'principal');
		if (!calls && labels.length === 0) return;
		const page = this.#page(principal);
		if (calls) page.calls.push({ server, atNs });
		for (const label of labels) {
			const until = atNs + (label.forNs === undefined ? this.#memoryNs : BigInt(label.forNs));
			const known = page.labels.get(label.label);
			if (known === undefined || known < until) page.labels.set(label.label, until);
		}
	}

	async restore(principal: Principal, reader: SessionReader, nowNs: bigint): Promise<void> {
		if (this.#restored.has(keyOf(principal))) return;
		this.#restored.add(keyOf(principal));
		for await (const summary of reader.sessions({ principal: principal.id })) {
			if (summary.started_ns + BigInt(summary.last_t) < nowNs - this.#memoryNs) continue;
			const header = await reader.header(summary.id);
			if (header === undefined || header.principal.issuer !== principal.issuer) continue;
			for await (const line of reader.lines(summary.id)) {
				const atNs = header.started_ns + BigInt(line.t);
				if (line.type === 'frame' && line.by === undefined && atNs > nowNs - this.#memoryNs)
					this.#reread(header, line, atNs);
			}
		}
		this.#pages.get(keyOf(principal))?.calls.sort((a, b) => Number(a.atNs - b.atNs));
	}

	#reread(header: RecordingHeader, line: FrameLine, atNs: bigint): void {
		const read = readFrames(line.bytes, { limits: UNBOUNDED, batches: true });
		if (!read.ok) return;
		const message = {
			from: line.from,
			members: read.frames.map((frame) => ({ kind: frame.kind, method: frame.method ?? '' })),
		};
		const judgement = { verdict: line.verdict ?? 'allow', labels: line.labels ?? [] };
		this.note(line.principal ?? header.principal, header.server.name, atNs, { message, judgement });
	}

	#page(principal: Principal): Page {
		const key = keyOf(principal);
		let page = this.#pages.get(key);
		if (page === undefined) {
			page = { calls: [], labels: new Map() };
			this.#pages.set(key, page);
		}
		return page;
	}

	#forget(page: Page, nowNs: bigint): void {
		let old = 0;
		while (old < page.calls.length && page.calls[old]!.atNs <= nowNs - this.#memoryNs) old++;
		if (old > 0) page.calls = page.calls.slice(old);
		for (const [label, until] of page.labels) if (until <= nowNs) page.labels.delete(label);
	}
}

const UNBOUNDED = { frame: Number.POSITIVE_INFINITY, depth: 10_000, keys: Number.POSITIVE_INFINITY };

/** As much of a `Step` as counts here. */
interface Noted {
	readonly message: {
		readonly from: Party;
		readonly members: readonly { readonly kind: Kind; readonly method: string }[];
	};
	readonly judgement: { readonly verdict: Verdict; readonly labels: readonly Label[] };
}

const keyOf = (principal: Principal): string => `${principal.issuer}\n${principal.id}`;
