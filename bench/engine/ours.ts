import { createEvaluator } from '../../engine/policy/evaluate.ts';
import { ENTRYPOINT } from '../../engine/policy/generate.ts';
import type { EvaluationFacts } from '../../engine/policy/instance.ts';
import { Instance } from '../../engine/policy/instance.ts';
import { DEFAULT_LIMITS, fuelFor } from '../../engine/policy/limits.ts';
import { moduleOf } from '../../engine/policy/module.ts';
import { toPlain } from '../../engine/policy/value/value.ts';
import { EVALUATION_FACTS } from './frame.ts';

/** Decides about one policy input. */
export type Decide = (input: Buffer) => unknown;

/** The evaluator as the gateway has it: metered, with an arena, on bytes. */
export function evaluator(wasm: Uint8Array, data: object): Decide {
	const made = createEvaluator(wasm, data);
	return (input) => {
		const evaluation = made.evaluate(input, EVALUATION_FACTS);
		if (!evaluation.ok) throw new Error(`${evaluation.code}: ${evaluation.message}`);
		return evaluation.decision;
	};
}

/** The same instance over the module as OPA compiled it: nothing in it pays, nothing cuts it off. */
export function withoutFuel(wasm: Uint8Array, data: object): Decide {
	const instance = instanceOf(new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>), data);
	return (input) => decided(instance, input, EVALUATION_FACTS);
}

/** The same metered instance, its heap emptied before every evaluation. */
export function withoutArena(wasm: Uint8Array, data: object): Decide {
	const instance = instanceOf(moduleOf(wasm), data);
	return (input) => {
		instance.reset();
		return decided(instance, input, EVALUATION_FACTS);
	};
}

/** An instance with `data`. */
export function instanceOf(module: WebAssembly.Module, data: object): Instance {
	return new Instance(module, Buffer.from(JSON.stringify(data), 'utf8'), ENTRYPOINT, DEFAULT_LIMITS.memory);
}

function decided(instance: Instance, input: Buffer, facts: EvaluationFacts): unknown {
	const value = instance.evaluate(input, facts, fuelFor(DEFAULT_LIMITS.fuel, input.length));
	if (value === undefined) throw new Error('the policy gave no decision');
	return toPlain(value);
}
