/** One respect in which two judgements of a frame differ. */
export interface Part {
	/** `verdict`, `masks`, `approvers`, `quorum`, `timeout` or `grant` */
	readonly what: string;
	/** Something gets through that did not before. Neither flag: it differs, and nobody can say in which direction. */
	readonly loosens: boolean;
	readonly tightens: boolean;
}

/** How one side differs from the other, in one respect or in several. */
export interface Change {
	/** Empty: not at all. */
	readonly parts: readonly Part[];
	/** Some part does. */
	readonly loosens: boolean;
	readonly tightens: boolean;
}

export const none: Change = { parts: [], loosens: false, tightens: false };

/** A difference in one respect. */
export function change(what: string, loosens: boolean, tightens: boolean): Change {
	return { parts: [{ what, loosens, tightens }], loosens, tightens };
}

/** Two changes of the same frame as one. */
export function both(a: Change, b: Change): Change {
	if (a === none) return b;
	if (b === none) return a;
	return { parts: [...a.parts, ...b.parts], loosens: a.loosens || b.loosens, tightens: a.tightens || b.tightens };
}
