/** What a host built-in may know besides its arguments: facts of the frame, so that judging again gives the same. */
export interface BuiltinContext {
	/** `input.time.ns` */
	readonly nowNs: bigint;
	/** `<session>/<seq>`: seeds everything random. */
	readonly seed: string;
	/** Lives for one evaluation. */
	readonly memo: Map<string, unknown>;
}

/**
 * A built-in function of Rego that the WASM module leaves to its host. Arguments are JSON values (sets arrive as
 * arrays). `undefined` or an exception is Rego's undefined. A bigint becomes an exact JSON number.
 */
export type Builtin = (context: BuiltinContext, ...args: never[]) => unknown;
