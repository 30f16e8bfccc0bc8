import { BOUNDS } from './bounds.ts';
import { Window, type WindowEntries } from './window.ts';

const MINUTE_NS = 60_000_000_000;

/** `session.calls` of the input. Not to be changed. */
export interface CallCounts {
	readonly total: number;
	readonly last_minute: number;
	readonly by_tool: Readonly<Record<string, number>>;
	readonly denied: number;
}

/** As it stands in a snapshot. */
export interface CallsSnapshot {
	readonly total: number;
	readonly denied: number;
	readonly by_tool: readonly (readonly [string, number])[];
	readonly last_minute: WindowEntries;
}

/** Counts of `tools/call` requests of one session (contract §2, `session.calls`). */
export class Calls {
	#total = 0;
	#denied = 0;
	#byTool = new Map<string, number>();
	/** Length of all names in it. */
	#names = 0;
	readonly #lastMinute = new Window(MINUTE_NS);
	/** What `by_tool` says now, until something is counted: most frames of a session are no calls. */
	#shown: Readonly<Record<string, number>> | undefined;

	deny(): void {
		this.#denied++;
	}

	/** A call at `t`, ns. A tool for which there is no room is counted in the total only; `fits` says so before. */
	count(t: number, tool: string | undefined): void {
		this.#total++;
		this.#lastMinute.add(t);
		if (tool === undefined) return;
		const known = this.#byTool.get(tool);
		if (known === undefined) {
			if (!this.fits([tool])) return;
			this.#names += tool.length;
		}
		this.#byTool.set(tool, (known ?? 0) + 1);
		this.#shown = undefined;
	}

	/** Whether all these can be counted by name. */
	fits(tools: Iterable<string>): boolean {
		let more = 0;
		let length = 0;
		for (const tool of new Set(tools)) {
			if (this.#byTool.has(tool)) continue;
			more++;
			length += tool.length;
		}
		if (more === 0) return true;
		return this.#byTool.size + more <= BOUNDS.calledTools && this.#names + length <= BOUNDS.calledNames;
	}

	/** For a frame at `t`; without `self`, a call that was counted already. */
	at(t: number, self?: { readonly t: number; readonly tool?: string }): CallCounts {
		const recent = this.#lastMinute.count(t);
		this.#shown ??= Object.fromEntries(this.#byTool);
		const all = { total: this.#total, last_minute: recent, by_tool: this.#shown, denied: this.#denied };
		if (self === undefined) return all;
		return {
			...all,
			total: all.total - 1,
			last_minute: self.t > t - MINUTE_NS ? recent - 1 : recent,
			by_tool: self.tool === undefined ? all.by_tool : this.#without(self.tool),
		};
	}

	snapshot(t: number): CallsSnapshot {
		return {
			total: this.#total,
			denied: this.#denied,
			by_tool: [...this.#byTool],
			last_minute: this.#lastMinute.entries(t),
		};
	}

	static from({ total, denied, by_tool, last_minute }: CallsSnapshot): Calls {
		const calls = new Calls();
		calls.#total = total;
		calls.#denied = denied;
		calls.#byTool = new Map(by_tool);
		for (const [name] of by_tool) calls.#names += name.length;
		for (const [at, many] of last_minute) calls.#lastMinute.add(at, many);
		return calls;
	}

	#without(tool: string): Record<string, number> {
		const left = new Map(this.#byTool);
		const count = left.get(tool);
		if (count === 1) left.delete(tool);
		else if (count !== undefined) left.set(tool, count - 1);
		return Object.fromEntries(left);
	}
}
