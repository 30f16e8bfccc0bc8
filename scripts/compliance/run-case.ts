import { EvaluationFailure } from '../../engine/policy/abi.ts';
import { meter } from '../../engine/policy/fuel/meter.ts';
import { Instance } from '../../engine/policy/instance.ts';
import { DEFAULT_LIMITS, LOAD_FUEL } from '../../engine/policy/limits.ts';
import { readValue } from '../../engine/policy/value/read.ts';
import { compare } from '../../engine/policy/value/value.ts';
import { writeValue } from '../../engine/policy/value/write.ts';
import { bindingsOf, sameBindings } from './bindings.ts';
import type { ReadyCase } from './compiled.ts';
import { missingBuiltins } from './missing.ts';
import type { Outcome } from './outcome.ts';

/** Any time does, as long as it is always the same: 2026-01-01. */
const { memory: MEMORY } = DEFAULT_LIMITS;
const FACTS = { nowNs: 1_767_225_600_000_000_000n, seed: 'compliance/1' };

type Answer = { readonly value: unknown } | { readonly code: string; readonly message: string };

/** Runs one case through the engine's own instance. */
export function runCase(ready: ReadyCase, entrypoint: string): Outcome {
	if (ready.wasm === undefined) {
		return { kind: 'not compiled', why: ready.problems?.[0]?.message ?? 'the compiler does not say why' };
	}
	const answer = evaluate(ready, ready.wasm, entrypoint);
	const difference = judge(ready, answer);
	if (difference === undefined) return { kind: 'pass' };
	const missing = missingBuiltins(new WebAssembly.Module(ready.wasm));
	if (missing.length > 0) return { kind: 'gap', missing };
	return { kind: 'fail', why: difference, want: wantOf(ready), got: told(answer) };
}

/**
 * Metered and not, twice on one heap and once more on a clean one: neither the fuel nor what an evaluation leaves behind
 * may show.
 */
function evaluate(ready: ReadyCase, wasm: Uint8Array, entrypoint: string): Answer {
	const [metered, plain] = [meter(wasm), wasm].map((bytes) => answers(ready, bytes, entrypoint));
	const [first, ...others] = [...metered!, ...plain!];
	if (others.every((other) => same(first!, other))) return first!;
	return { code: 'UNSTEADY', message: 'one of the evaluations gave something else' };
}

function answers(ready: ReadyCase, wasm: Uint8Array, entrypoint: string): readonly Answer[] {
	const input = ready.input === undefined ? undefined : Buffer.from(ready.input);
	let instance: Instance | undefined;
	return ['fresh', 'arena', 'reset'].map((which): Answer => {
		try {
			// One that has thrown is not used again: an instance that is not metered cannot be mended.
			instance ??= new Instance(new WebAssembly.Module(wasm), Buffer.from(ready.data), entrypoint, MEMORY);
			if (which === 'reset') instance.reset();
			return { value: instance.evaluate(input, FACTS, LOAD_FUEL) };
		} catch (error) {
			instance = undefined;
			if (error instanceof EvaluationFailure) return { code: error.code, message: error.message };
			return { code: 'THROWN', message: String(error) };
		}
	});
}

function same(a: Answer, b: Answer): boolean {
	if ('code' in a || 'code' in b) return 'code' in a && 'code' in b && a.code === b.code;
	if (a.value === undefined || b.value === undefined) return a.value === b.value;
	return compare(bindingsOf(a.value, false), bindingsOf(b.value, false)) === 0;
}

/** Why the answer is not what the case wants; undefined when it is. The order of the wants is that of OPA's runner for WASM. */
function judge({ want }: ReadyCase, answer: Answer): string | undefined {
	const wantsError = want.defined === undefined && want.result === undefined;
	if ('code' in answer) {
		if (!wantsError || want.strict === true) return answer.code;
		return isWantedError(want.code, answer) ? undefined : `${answer.code} for ${want.code ?? 'an error'}`;
	}
	if (answer.value === undefined) return 'no result set';
	const count = bindingsOf(answer.value, false).length;
	if (want.defined !== undefined) return count > 0 === want.defined ? undefined : 'defined or not';
	if (want.result !== undefined) {
		const equal = sameBindings(readValue(want.result), answer.value, want.sortBindings ?? false);
		return equal ? undefined : 'another result';
	}
	if (want.strict === true) return count === 0 ? undefined : 'defined in spite of a failing built-in';
	return 'no error';
}

/**
 * In a module the only errors are conflicts of values, which it says in its own words. Anything else that ends an
 * evaluation (a trap, memory, a missing built-in) is never what a case wants.
 */
function isWantedError(code: string | undefined, { code: own, message }: { code: string; message: string }): boolean {
	if (own !== 'ERR_EVALUATION_ABORTED') return false;
	return code === 'eval_conflict_error' && /var assignment conflict|object insert conflict/.test(message);
}

function wantOf({ want }: ReadyCase): string {
	if (want.defined !== undefined) return want.defined ? 'defined' : 'undefined';
	if (want.result !== undefined) return want.result;
	return want.strict ? '[] (a built-in fails)' : `${want.code ?? 'an error'}: ${want.error ?? ''}`;
}

function told(answer: Answer): string {
	if ('code' in answer) return `${answer.code}: ${answer.message}`;
	if (answer.value === undefined) return 'undefined';
	try {
		return writeValue(bindingsOf(answer.value, false));
	} catch (error) {
		return `what Rego cannot hold (${String(error)})`; // an infinite number, say
	}
}
