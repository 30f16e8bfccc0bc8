/** Above this many distinct moments neighbours are joined. */
const EXACT = 2048;
/** Into how many cells the span is divided then. */
const CELLS = 1000;

/** `[moment, how many]`, rising. */
export type WindowEntries = readonly (readonly [number, number])[];

/**
 * How many things happened within the last `span`: a sliding window over recorded time, in bounded memory. Adding and
 * counting are O(1) amortised.
 *
 * The count is exact while at most `exact` distinct moments lie within the span. Above that, what happened within one
 * cell (1/1000 of the span by default) counts until the latest of it is over: the count may then be too high by what
 * one cell holds, and is never too low, so a rule that limits a rate never lets more pass.
 *
 * What an `add` leaves behind depends on the moments added only, not on when somebody counted.
 */
export class Window {
	readonly #span: number;
	readonly #exact: number;
	readonly #cell: number;
	#at: number[] = [];
	#many: number[] = [];
	/** Index of the oldest that may still count. */
	#first = 0;
	#total = 0;

	/** `cells` must be well below `exact`: joining must make room. */
	constructor(span: number, exact = EXACT, cells = CELLS) {
		this.#span = span;
		this.#exact = exact;
		this.#cell = span / cells;
	}

	/** `at`: not before the one added last; what is earlier counts as then. */
	add(at: number, many = 1): void {
		const last = this.#at.length - 1;
		const moment = last >= this.#first ? Math.max(at, this.#at[last]!) : at;
		this.#forget(moment);
		this.#total += many;
		if (this.#at.length > this.#first && this.#at.at(-1) === moment) {
			this.#many[this.#many.length - 1]! += many;
			return;
		}
		this.#at.push(moment);
		this.#many.push(many);
		if (this.#at.length - this.#first > this.#exact) this.#join();
	}

	/** How many in the span that ends at `now`; exactly a span ago is over. `now` never goes back. */
	count(now: number): number {
		this.#forget(now);
		return this.#total;
	}

	/** Of what still counts at `now`. */
	entries(now: number): [number, number][] {
		this.#forget(now);
		return this.#at.slice(this.#first).map((at, i) => [at, this.#many[this.#first + i]!]);
	}

	/** Adds what another window held, whatever the order. */
	merge(entries: WindowEntries): void {
		const all = [
			...this.#at.slice(this.#first).map((at, i) => [at, this.#many[this.#first + i]!] as const),
			...entries,
		];
		this.#at = [];
		this.#many = [];
		this.#first = 0;
		this.#total = 0;
		for (const [at, many] of all.sort(([a], [b]) => a - b)) this.add(at, many);
	}

	#forget(now: number): void {
		const over = now - this.#span;
		while (this.#first < this.#at.length && this.#at[this.#first]! <= over) this.#total -= this.#many[this.#first++]!;
		if (this.#first > this.#exact || this.#first === this.#at.length) {
			this.#at = this.#at.slice(this.#first);
			this.#many = this.#many.slice(this.#first);
			this.#first = 0;
		}
	}

	/** At most one entry a cell stays: the latest moment, with all that happened in it. */
	#join(): void {
		const at: number[] = [];
		const many: number[] = [];
		let cell = Number.NaN;
		for (let i = this.#first; i < this.#at.length; i++) {
			const of = Math.floor(this.#at[i]! / this.#cell);
			if (of === cell) {
				at[at.length - 1] = this.#at[i]!;
				many[many.length - 1]! += this.#many[i]!;
			} else {
				at.push(this.#at[i]!);
				many.push(this.#many[i]!);
			}
			cell = of;
		}
		this.#at = at;
		this.#many = many;
		this.#first = 0;
	}
}
