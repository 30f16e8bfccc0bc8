import { SluiceError } from '../../engine/error.ts';

/** An error on its way from one thread to another. */
export interface SentError {
	readonly name: string;
	readonly message: string;
	/** Of a `SluiceError`. */
	readonly code?: string;
	readonly help?: string;
	readonly stack?: string;
}

export function sentError(error: unknown): SentError {
	if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
	const { name, message, stack } = error;
	const { code, help } = error instanceof SluiceError ? error : { code: undefined, help: undefined };
	return {
		name,
		message,
		...(code === undefined ? {} : { code }),
		...(help === undefined ? {} : { help }),
		...(stack === undefined ? {} : { stack }),
	};
}

/** The same error here: what a command says of it does not depend on where it happened. */
export function receivedError({ name, message, code, help, stack }: SentError): Error {
	if (code !== undefined) return new SluiceError(code, message, help === undefined ? {} : { help });
	const error = new Error(message);
	error.name = name;
	if (stack !== undefined) error.stack = stack;
	return error;
}
