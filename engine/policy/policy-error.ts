import { SluiceError } from '../error.ts';
import type { Diagnostic } from './types.ts';

/** A policy that cannot be used, with all that is wrong with it. */
export class PolicyError extends SluiceError {
	/** In the order of files and lines; at least one has level `error`. */
	readonly diagnostics: readonly Diagnostic[];

	constructor(code: string, message: string, diagnostics: readonly Diagnostic[], options: { help?: string } = {}) {
		super(code, message, options);
		this.name = 'PolicyError';
		this.diagnostics = diagnostics;
	}
}

/** The one thing that is wrong, as an error of its own code. */
export function refuse(diagnostic: Diagnostic): PolicyError {
	const { place, help } = diagnostic;
	const where = place === undefined ? '' : `${place.file}:${place.row}:${place.col}: `;
	return new PolicyError(
		diagnostic.code,
		`${where}${diagnostic.message}`,
		[diagnostic],
		help === undefined ? {} : { help },
	);
}
