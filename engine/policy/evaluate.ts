import { EvaluationFailure } from './abi.ts';
import { ENTRYPOINT } from './generate.ts';
import { Instance } from './instance.ts';
import type { Evaluation, Evaluator } from './types.ts';
import { toPlain } from './value/value.ts';

/**
 * An evaluator over `wasm` and `data`. The first instance is made here, so a module that cannot be instantiated
 * or data that cannot be loaded throws now (`EvaluationFailure`), before the policy is in force.
 */
export function createEvaluator(wasm: Uint8Array, data: unknown): Evaluator {
	const module = new WebAssembly.Module(wasm);
	const dataText = Buffer.from(JSON.stringify(data), 'utf8');
	let instance: Instance | undefined = new Instance(module, dataText, ENTRYPOINT);
	return {
		evaluate(input, { nowNs, seed }): Evaluation {
			try {
				instance ??= new Instance(module, dataText, ENTRYPOINT);
				const decision = instance.evaluate(input, nowNs, seed);
				if (decision === undefined) {
					return { ok: false, code: 'ERR_EVALUATION_UNDEFINED', message: 'the policy gave no decision' };
				}
				return { ok: true, decision: toPlain(decision) };
			} catch (error) {
				// Whatever was thrown left the module's stack pointer and heap in the middle of something.
				instance = undefined;
				return failure(error);
			}
		},
		close() {
			instance = undefined;
		},
	};
}

function failure(error: unknown): Evaluation {
	if (error instanceof EvaluationFailure) return { ok: false, code: error.code, message: error.message };
	if (error instanceof WebAssembly.RuntimeError) {
		return { ok: false, code: 'ERR_EVALUATION_TRAP', message: error.message };
	}
	if (error instanceof RangeError) return { ok: false, code: 'ERR_EVALUATION_MEMORY', message: error.message };
	return { ok: false, code: 'ERR_EVALUATION_FAILED', message: error instanceof Error ? error.message : String(error) };
}
