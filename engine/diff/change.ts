/** How one side differs from the other, in one respect or in several. */
export interface Change {
	/** In which respects; empty: not at all. */
	readonly what: readonly string[];
	/** Something gets through that did not before. Neither flag: it differs, and nobody can say in which direction. */
	readonly loosens: boolean;
	readonly tightens: boolean;
}

export const none: Change = { what: [], loosens: false, tightens: false };

/** A difference in one respect. */
export function change(what: string, loosens: boolean, tightens: boolean): Change {
	return { what: [what], loosens, tightens };
}

/** Two changes of the same frame as one. */
export function both(a: Change, b: Change): Change {
	if (a === none) return b;
	if (b === none) return a;
	return { what: [...a.what, ...b.what], loosens: a.loosens || b.loosens, tightens: a.tightens || b.tightens };
}
