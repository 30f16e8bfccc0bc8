import { EvaluationFailure } from './abi.ts';
import { hostBuiltins } from './builtins/index.ts';
import { capabilities } from './capabilities.ts';
import type { Compiler } from './compiler.ts';
import { Instance } from './instance.ts';
import { DEFAULT_LIMITS, LOAD_FUEL } from './limits.ts';
import { moduleOf } from './module.ts';
import { modulesOf, type RegoTest } from './rego-tests.ts';
import type { TestBook } from './test-book.ts';
import type { PolicySource } from './types.ts';
import { print } from './value/print.ts';
import { RegoObject, type Value } from './value/value.ts';

/** What a test gave in the engine. */
export interface ModuleOutcome {
	readonly test: RegoTest;
	readonly outcome: 'pass' | 'fail';
	/** Why it has no value at all. */
	readonly message?: string;
	/** The failed cases of a table test, sorted. */
	readonly cases?: readonly string[];
}

/** Names that an entrypoint can have. */
const PLAIN = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/;

/**
 * Runs unit tests once more where policies run: compiled to WebAssembly with the policy, each an entrypoint, in the
 * engine. Tests that are skipped, or in packages whose name no entrypoint can have, are left out. `nowNs` is what
 * `time.now_ns` gives. With a `book`, only those run whose outcome is not in it, in a module of no more than they reach.
 */
export async function runTestsInModule(
	source: PolicySource,
	tests: readonly RegoTest[],
	compiler: Compiler,
	nowNs: bigint,
	book?: TestBook,
): Promise<readonly ModuleOutcome[]> {
	const wanted = testsForModule(tests);
	const known = new Map(wanted.flatMap((test) => book?.outcome(test) ?? []).map((outcome) => [outcome.test, outcome]));
	const fresh = await runFresh(
		source,
		wanted.filter((test) => !known.has(test)),
		compiler,
		nowNs,
		book,
	);
	book?.note(fresh);
	const ran = new Map(fresh.map((outcome) => [outcome.test, outcome]));
	return wanted.flatMap((test) => known.get(test) ?? ran.get(test) ?? []);
}

async function runFresh(
	source: PolicySource,
	wanted: readonly RegoTest[],
	compiler: Compiler,
	nowNs: bigint,
	book: TestBook | undefined,
): Promise<readonly ModuleOutcome[]> {
	if (wanted.length === 0) return [];
	const { wasm } = await compiler.request('compile', {
		modules: await modulesOf(source, compiler, book),
		builtins: capabilities(hostBuiltins.keys()),
		entrypoints: [...new Set(wanted.map(entrypointOf))],
		...(book === undefined ? {} : { part: true }),
	});
	const module = moduleOf(Buffer.from(wasm, 'base64'));
	const data = Buffer.from(JSON.stringify(source.data), 'utf8');
	const instance = new Instance(module, data, entrypointOf(wanted[0]!), DEFAULT_LIMITS.memory);
	return runTestsIn(instance, wanted, nowNs);
}

/** The tests that a module can run. */
export function testsForModule(tests: readonly RegoTest[]): readonly RegoTest[] {
	return tests.filter(isPlain);
}

/** Runs tests, each an entrypoint of the instance. */
export function runTestsIn(instance: Instance, tests: readonly RegoTest[], nowNs: bigint): readonly ModuleOutcome[] {
	return tests.map((test): ModuleOutcome => {
		const facts = { nowNs, seed: `${test.package}.${test.name}` };
		try {
			const value = instance.evaluate(undefined, facts, LOAD_FUEL, entrypointOf(test));
			if (value !== undefined && isTrue(value)) return { test, outcome: 'pass' };
			const cases = value === undefined ? [] : failedCases(value, []).sort();
			return { test, outcome: 'fail', ...(cases.length === 0 ? {} : { cases }) };
		} catch (error) {
			instance.repair();
			return { test, outcome: 'fail', message: error instanceof EvaluationFailure ? error.message : String(error) };
		}
	});
}

/** Whether a test runs at all and has a name that an entrypoint can have. */
export function isPlain(test: RegoTest): boolean {
	return test.outcome !== 'skip' && PLAIN.test(`${test.package}.${test.name}`);
}

/** The entrypoint of a test. */
export function entrypointOf(test: Pick<RegoTest, 'package' | 'name'>): string {
	return `${test.package}.${test.name}`.replaceAll('.', '/');
}

/** A table test gives its cases, each by name; they may be tables themselves. */
export function isTrue(value: Value): boolean {
	if (value instanceof RegoObject) return value.entries.every(([, inner]) => isTrue(inner));
	return value === true;
}

/** Names of the cases that are not true, each as its path in the table. */
function failedCases(value: Value, at: readonly string[]): string[] {
	if (value instanceof RegoObject) {
		return value.entries.flatMap(([key, inner]) =>
			failedCases(inner, [...at, typeof key === 'string' ? key : print(key)]),
		);
	}
	return value === true || at.length === 0 ? [] : [at.join('/')];
}
