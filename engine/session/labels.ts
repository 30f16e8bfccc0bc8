import { BOUNDS } from './bounds.ts';

/** Label → until when it is in force (`null`: as long as its scope). */
export type LabelEntries = readonly (readonly [string, number | null])[];

/**
 * Labels of one scope and until when they are in force, by recorded time. A label that is set again lasts until the
 * later of the two ends: a shorter `for` never shortens it, and one without `for` makes it permanent.
 */
export class Labels {
	readonly #until = new Map<string, number>();
	/** Those in force, sorted; right from when it was made until the first of them ends. */
	#listed: { readonly names: readonly string[]; readonly from: number; readonly until: number } | undefined;

	/** In force at `t`, sorted. Not to be changed. */
	at(t: number): readonly string[] {
		const known = this.#listed;
		if (known !== undefined && t >= known.from && t < known.until) return known.names;
		const names: string[] = [];
		let until = Number.POSITIVE_INFINITY;
		for (const [name, end] of this.#until) {
			if (t >= end) continue;
			names.push(name);
			until = Math.min(until, end);
		}
		this.#listed = { names: names.sort(), from: t, until };
		return names;
	}

	has(label: string, t: number): boolean {
		const until = this.#until.get(label);
		return until !== undefined && t < until;
	}

	/** `forNs` from `t` on; absent: for good. Where there is no room for a new one nothing happens. */
	set(label: string, t: number, forNs?: number): void {
		const until = forNs === undefined ? Number.POSITIVE_INFINITY : t + forNs;
		const known = this.#until.get(label);
		if (until <= t || (known !== undefined && known >= until)) return;
		if (known === undefined && this.#until.size >= BOUNDS.labels) {
			for (const [name, end] of this.#until) if (t >= end) this.#until.delete(name);
			if (this.#until.size >= BOUNDS.labels) return;
		}
		this.#until.set(label, until);
		// One that is in force and stays so changes nothing in the list; that it ends later is found out when it is made anew.
		if (known === undefined || known <= t) this.#listed = undefined;
	}

	/** Of what is in force at `t`. */
	entries(t: number): [string, number | null][] {
		return [...this.#until]
			.filter(([, until]) => t < until)
			.map(([label, until]) => [label, until === Number.POSITIVE_INFINITY ? null : until]);
	}

	static from(entries: LabelEntries): Labels {
		const labels = new Labels();
		for (const [label, until] of entries) labels.#until.set(label, until ?? Number.POSITIVE_INFINITY);
		return labels;
	}
}
