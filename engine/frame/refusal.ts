import type { Refusal } from './frame.ts';

/** Every way in which a frame can be unreadable or ambiguous; each has a row in `docs/errors.md`. */
export type FrameCode =
	| 'ERR_FRAME_SIZE'
	| 'ERR_FRAME_UTF8'
	| 'ERR_FRAME_BOM'
	| 'ERR_FRAME_JSON'
	| 'ERR_FRAME_DEPTH'
	| 'ERR_FRAME_KEYS'
	| 'ERR_FRAME_DUPLICATE_KEY'
	| 'ERR_FRAME_CONFUSABLE_KEY'
	| 'ERR_FRAME_SURROGATE'
	| 'ERR_FRAME_BATCH'
	| 'ERR_FRAME_ENVELOPE'
	| 'ERR_FRAME_VERSION'
	| 'ERR_FRAME_ID'
	| 'ERR_FRAME_METHOD'
	| 'ERR_FRAME_PARAMS';

/**
 * What is thrown inside the scanner and the reader and never leaves them. Not an `Error`: a hostile peer must
 * not make us collect stack traces.
 */
export class FrameRefused {
	readonly refusal: Refusal;

	constructor(code: FrameCode, message: string, offset?: number) {
		this.refusal = offset === undefined ? { code, message } : { code, message, offset };
	}
}

/** The refusal in `thrown`; anything else is a bug and goes on being thrown. */
export function refusalOf(thrown: unknown): Refusal {
	if (thrown instanceof FrameRefused) return thrown.refusal;
	throw thrown;
}
