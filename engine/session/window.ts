/**
 * Things that happened at rising times, of which only those after some moment still count. Adding and forgetting are
 * O(1) amortised.
 */
export class Window<T extends number | bigint> {
	#at: T[] = [];
	#first = 0;

	add(at: T): void {
		this.#at.push(at);
	}

	/** How many happened after `moment`. What happened before is forgotten for good: moments never go back. */
	since(moment: T): number {
		while (this.#first < this.#at.length && this.#at[this.#first]! <= moment) this.#first++;
		if (this.#first > 1024 && this.#first * 2 > this.#at.length) {
			this.#at = this.#at.slice(this.#first);
			this.#first = 0;
		}
		return this.#at.length - this.#first;
	}
}
