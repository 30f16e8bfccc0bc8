import { EvaluationFailure } from './abi.ts';
import { ENTRYPOINT } from './generate.ts';
import { Instance } from './instance.ts';
import { DEFAULT_LIMITS, type EvaluationLimits, fuelFor } from './limits.ts';
import { moduleOf } from './module.ts';
import type { Probe } from './probe.ts';
import type { Evaluation, Evaluator } from './types.ts';
import { toPlain } from './value/value.ts';

/**
 * An evaluator over `wasm` (as OPA compiled it) and `data`; `probe` is for one that is instrumented. The first instance is made here, so a module that cannot be
 * metered or instantiated, or data that cannot be loaded, throws now (`SluiceError`, `EvaluationFailure`), before the
 * policy is in force.
 */
export function createEvaluator(
	wasm: Uint8Array,
	data: unknown,
	limits: EvaluationLimits = DEFAULT_LIMITS,
	probe?: Probe,
): Evaluator {
	const module = moduleOf(wasm);
	const dataText = Buffer.from(JSON.stringify(data), 'utf8');
	return evaluatorOver(() => new Instance(module, dataText, ENTRYPOINT, limits.memory, { probe }), limits);
}

/** An evaluator over instances that `make` gives: the first now, others where one could not be mended. */
export function evaluatorOver(make: () => Instance, limits: EvaluationLimits): Evaluator {
	let instance: Instance | undefined;
	const attempt: Attempt = (input, facts, fuel) => {
		try {
			instance ??= anew(make);
			const value = instance.evaluate(input, facts, fuelFor(fuel, input.length));
			// Whatever swallowed the trap: who has burnt more than there was has not ended.
			if (instance.fuel < 0) throw new EvaluationFailure('ERR_EVALUATION_FUEL', OUT_OF_FUEL);
			if (value === undefined) {
				return { ok: false, code: 'ERR_EVALUATION_UNDEFINED', message: 'the policy gave no decision' };
			}
			return { ok: true, decision: toPlain(value) };
		} catch (error) {
			const failed = failure(error, instance);
			instance = repaired(instance);
			return failed;
		}
	};
	instance = loaded(make);
	return {
		evaluate(input, facts, fuel = limits.fuel): Evaluation {
			const first = attempt(input, facts, fuel);
			// What earlier evaluations left on the heap must not decide: only a second time, on a clean one, counts.
			return !first.ok && AGAIN.has(first.code) ? attempt(input, facts, fuel) : first;
		},
		close() {
			instance = undefined;
		},
	};
}

type Attempt = (input: Uint8Array, facts: Parameters<Evaluator['evaluate']>[1], fuel: number) => Evaluation;

const AGAIN: ReadonlySet<string> = new Set(['ERR_EVALUATION_FUEL', 'ERR_EVALUATION_MEMORY']);

const OUT_OF_FUEL = 'the evaluation was cut off: it would take more than `limits.evaluation` allows';

function loaded(make: () => Instance): Instance {
	try {
		return make();
	} catch (error) {
		// A LinkError: the module wants more pages than there are.
		const small = (error as Error).name === 'LinkError';
		if (small || (error instanceof EvaluationFailure && error.code === 'ERR_EVALUATION_MEMORY'))
			throw new EvaluationFailure(
				'ERR_EVALUATION_MEMORY',
				'the policy with its data needs more memory than `limits.memory` allows',
			);
		throw error;
	}
}

/** In the place of one that could not be mended. */
function anew(make: () => Instance): Instance {
	try {
		return make();
	} catch (error) {
		throw new EvaluationFailure(
			'ERR_EVALUATION_INSTANCE',
			`no new instance could be made: ${(error as Error).message}`,
		);
	}
}

/** As good as new, or undefined: then the next evaluation makes another one. */
function repaired(instance: Instance | undefined): Instance | undefined {
	try {
		instance?.repair();
		return instance;
	} catch {
		return undefined;
	}
}

function failure(error: unknown, instance: Instance | undefined): Evaluation & { readonly ok: false } {
	const failed = (code: string, message: string) => ({ ok: false, code, message }) as const;
	if (instance !== undefined && instance.fuel < 0) return failed('ERR_EVALUATION_FUEL', OUT_OF_FUEL);
	if (error instanceof EvaluationFailure) return failed(error.code, error.message);
	if (error instanceof WebAssembly.RuntimeError) return failed('ERR_EVALUATION_TRAP', error.message);
	// V8 has one class for a stack that is full; WebAssembly and our reader of values both run on it.
	if (error instanceof RangeError && /call stack/.test(error.message))
		return failed('ERR_EVALUATION_DEPTH', 'the input or a value is nested too deeply to be evaluated');
	return failed('ERR_EVALUATION_FAILED', error instanceof Error ? error.message : String(error));
}
