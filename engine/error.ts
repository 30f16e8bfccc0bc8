/**
 * An error that is somebody's to mend: it says what, where and what to do, and has a stable code that
 * `docs/errors.md` lists. Anything else that is thrown is a bug.
 */
export class SluiceError extends Error {
	/** `ERR_…`; public API, never renamed. */
	readonly code: string;
	/** What to do about it, in one sentence. */
	readonly help: string | undefined;

	constructor(code: string, message: string, options: { help?: string; cause?: unknown } = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.name = 'SluiceError';
		this.code = code;
		this.help = options.help;
	}
}
