/** A list whose members are made one after the other when they are written, and not kept. */
export interface Listed<T> extends Iterable<T> {
	readonly length: number;
}

export function listed<T>(length: number, at: (index: number) => T): Listed<T> {
	return {
		length,
		*[Symbol.iterator]() {
			for (let i = 0; i < length; i++) yield at(i);
		},
	};
}

export function isListed(value: unknown): value is Listed<unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value) && Symbol.iterator in value;
}
