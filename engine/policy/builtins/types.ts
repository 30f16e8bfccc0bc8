import type { Value } from '../value/value.ts';

/** What a host built-in may know besides its arguments: facts of the frame, so that judging again gives the same. */
export interface BuiltinContext {
	/** `input.time.ns` */
	readonly nowNs: bigint;
	/** `<session>/<seq>`: seeds everything random. */
	readonly seed: string;
}

/**
 * A built-in function of Rego that the WASM module leaves to its host. Arguments have any type: Rego knows types at run
 * time only. `undefined` or a `BuiltinError` is Rego's undefined, as an error of Go's is; anything else that it throws
 * is a fault of ours, and ends the evaluation.
 */
export type Builtin = (context: BuiltinContext, ...args: Value[]) => Value | undefined;

/**
 * What Go's function would give an error for. Not an `Error`: rules hand over whatever a frame holds, so this is thrown
 * all the time, nobody reads its stack, and taking one costs more than most built-ins do.
 */
export class BuiltinError {
	readonly message: string;
	readonly cause: unknown;

	constructor(message: string, options: { readonly cause?: unknown } = {}) {
		this.message = message;
		this.cause = options.cause;
	}
}

/** `work`, of which every exception means that the call is undefined: for libraries that throw at bad input. */
export function attempt<T>(work: () => T): T {
	try {
		return work();
	} catch (error) {
		throw error instanceof BuiltinError ? error : new BuiltinError((error as Error).message, { cause: error });
	}
}
