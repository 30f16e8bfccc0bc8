import type { FUEL_EXPORT, STACK_POINTER_EXPORT } from './fuel/meter.ts';

/**
 * The exports of a module that OPA compiled, ABI 1.3
 * (https://www.openpolicyagent.org/docs/wasm, "WebAssembly ABI").
 */
export interface OpaExports {
	/** Of a metered module; without these two nothing bounds it, and nothing mends it. */
	readonly [FUEL_EXPORT]?: WebAssembly.Global;
	readonly [STACK_POINTER_EXPORT]?: WebAssembly.Global;
	opa_malloc(bytes: number): number;
	opa_json_parse(address: number, bytes: number): number;
	opa_value_parse(address: number, bytes: number): number;
	opa_json_dump(value: number): number;
	opa_value_dump(value: number): number;
	opa_heap_ptr_get(): number;
	opa_heap_ptr_set(address: number): void;
	opa_eval_ctx_new(): number;
	opa_eval_ctx_set_input(context: number, value: number): void;
	opa_eval_ctx_set_data(context: number, value: number): void;
	opa_eval_ctx_set_entrypoint(context: number, entrypoint: number): void;
	opa_eval_ctx_get_result(context: number): number;
	eval(context: number): number;
	builtins(): number;
	entrypoints(): number;
}

/** An evaluation that ended otherwise than with a result. `code` is stable (`docs/errors.md`). */
export class EvaluationFailure extends Error {
	readonly code: string;

	constructor(code: string, message: string) {
		super(message);
		this.name = 'EvaluationFailure';
		this.code = code;
	}
}
