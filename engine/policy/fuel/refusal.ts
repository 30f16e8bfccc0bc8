import { SluiceError } from '../../error.ts';

/** Why a module is not metered. */
export type ModuleRefusal =
	/** Not valid WebAssembly. */
	| 'ERR_MODULE_MALFORMED'
	/** An instruction that the rewriter does not know: it might loop or call. */
	| 'ERR_MODULE_OPCODE'
	/** Something else than an instruction that no policy module has. */
	| 'ERR_MODULE_FEATURE'
	/** It has an export of ours already. */
	| 'ERR_MODULE_EXPORT'
	/** The C stack pointer is not where OPA's modules have it. */
	| 'ERR_MODULE_STACK_POINTER';

/** An error that says what is wrong with a policy module. */
export function refuseModule(code: ModuleRefusal, message: string): SluiceError {
	return new SluiceError(code, message, {
		help: 'build the policy with `sluice build` of this version; it makes modules that the engine can bound',
	});
}
