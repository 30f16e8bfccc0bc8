/** A list in which each value stands once; equal is what has the same JSON. */
export class Distinct<T> {
	readonly #indexes = new Map<string, number>();
	readonly list: T[] = [];

	/** Where `value` stands; it is added if it is not there. */
	indexOf(value: T): number {
		const key = JSON.stringify(value);
		const known = this.#indexes.get(key);
		if (known !== undefined) return known;
		const index = this.list.push(value) - 1;
		this.#indexes.set(key, index);
		return index;
	}
}
