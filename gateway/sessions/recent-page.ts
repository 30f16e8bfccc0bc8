import type { Label } from '../../engine/policy/judgement.ts';
import { type LabelEntries, Labels } from '../../engine/session/labels.ts';
import { Window, type WindowEntries } from '../../engine/session/window.ts';

const MINUTE_US = 60_000_000;

/** Below so many moments counts are exact; above, cells of 1/250 of the span. They are read and written several times a second. */
const EXACT = 512;
const CELLS = 250;

/** How many servers are told apart; calls to further ones count under {@link OTHERS}. Their names come from the configuration. */
const SERVERS = 256;
/** No server can be called this. */
const OTHERS = '*';

/** A page as plain JSON. Times are Unix time, µs. */
export interface PageContent {
	readonly calls: readonly (readonly [server: string, entries: WindowEntries])[];
	readonly minute: WindowEntries;
	readonly labels: LabelEntries;
}

/**
 * What a principal did, as one process knows it: calls within `policy.memory`, labels until they end. Bounded, however
 * much it did.
 */
export class RecentPage {
	readonly #memoryUs: number;
	readonly #servers = new Map<string, Window>();
	readonly #minute = new Window(MINUTE_US, EXACT, CELLS);
	readonly #labels = new Labels();
	/** When all of it will be over, Unix time, µs. */
	#until = 0;

	constructor(memoryUs: number) {
		this.#memoryUs = memoryUs;
	}

	get until(): number {
		return this.#until;
	}

	call(server: string, atUs: number): void {
		this.#window(server).add(atUs);
		this.#minute.add(atUs);
		this.#until = Math.max(this.#until, atUs + this.#memoryUs);
	}

	/** One with `for` lasts that long, also when that is longer than the memory; others as long as the memory. */
	label({ label, forNs }: Label, atUs: number): void {
		const forUs = forNs === undefined ? this.#memoryUs : Math.ceil(forNs / 1000);
		this.#labels.set(label, atUs, forUs);
		this.#until = Math.max(this.#until, atUs + forUs);
	}

	/** `[server, calls]` within the memory. */
	*calls(nowUs: number): Generator<readonly [string, number]> {
		for (const [server, window] of this.#servers) yield [server, window.count(nowUs)];
	}

	lastMinute(nowUs: number): number {
		return this.#minute.count(nowUs);
	}

	labels(nowUs: number): readonly string[] {
		return this.#labels.at(nowUs);
	}

	content(nowUs: number): PageContent {
		const calls = [...this.#servers].map(([server, window]) => [server, window.entries(nowUs)] as const);
		return {
			calls: calls.filter(([, entries]) => entries.length > 0),
			minute: this.#minute.entries(nowUs),
			labels: this.#labels.entries(nowUs),
		};
	}

	/** Adds what another page held. */
	merge({ calls, minute, labels }: PageContent, nowUs: number): void {
		for (const [server, entries] of calls) {
			this.#window(server).merge(entries);
			this.#until = Math.max(this.#until, (entries.at(-1)?.[0] ?? 0) + this.#memoryUs);
		}
		this.#minute.merge(minute);
		for (const [label, until] of labels) {
			const end = until ?? Number.MAX_SAFE_INTEGER;
			this.#labels.set(label, nowUs, end - nowUs);
			this.#until = Math.max(this.#until, end);
		}
	}

	#window(server: string): Window {
		const name = this.#servers.has(server) || this.#servers.size < SERVERS ? server : OTHERS;
		let window = this.#servers.get(name);
		if (window === undefined) {
			window = new Window(this.#memoryUs, EXACT, CELLS);
			this.#servers.set(name, window);
		}
		return window;
	}
}
