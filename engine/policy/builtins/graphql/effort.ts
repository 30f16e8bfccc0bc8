import { BuiltinError } from '../types.ts';

/** UTF-16 units of one document. */
const MAX_TEXT = 4 * 1024 * 1024;
/** For tokens that are read, and nodes and pairs of nodes that are looked at: about a second. */
const MAX_STEPS = 2_000_000;
/** Nesting of values, selections and types, and fragments within fragments. */
const MAX_DEPTH = 200;

/**
 * How much one call may take: texts and syntax trees can come from an attacker, and validation is quadratic in places
 * (GraphQL, §5.3.2, most of all). Whatever goes beyond is a `BuiltinError`.
 */
export class Effort {
	#steps = 0;
	#depth = 0;

	read(text: string): string {
		if (text.length > MAX_TEXT) throw new BuiltinError('the GraphQL document is too long');
		return text;
	}

	spend(steps = 1): void {
		this.#steps += steps;
		if (this.#steps > MAX_STEPS) throw new BuiltinError('the GraphQL document is too complex');
	}

	/** `work`, one level further down. */
	deeper<T>(work: () => T): T {
		if (this.#depth >= MAX_DEPTH) throw new BuiltinError('the GraphQL document is nested too deeply');
		this.#depth++;
		try {
			return work();
		} finally {
			this.#depth--;
		}
	}
}
