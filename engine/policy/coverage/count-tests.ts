import { hostBuiltins } from '../builtins/index.ts';
import { capabilities } from '../capabilities.ts';
import type { Compiler } from '../compiler.ts';
import { Instance } from '../instance.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { moduleOf } from '../module.ts';
import type { RegoTest } from '../rego-tests.ts';
import { entrypointOf, runTestsIn, testsForModule } from '../rego-tests-module.ts';
import type { PolicySource } from '../types.ts';
import { Counts } from './counts.ts';
import { instrument } from './instrument.ts';

/**
 * Runs unit tests in an instrumented module and counts what they pass of the policy; `wanted` takes the file and
 * `<package>.<name>` of a test. `nowNs` is what `time.now_ns` gives.
 *
 * @throws {CompilerRefusal} when policy or tests do not compile
 */
export async function countTests(
	source: PolicySource,
	compiler: Compiler,
	wanted: (file: string, name: string) => boolean,
	nowNs: bigint,
): Promise<{ readonly counts: Counts; readonly tests: number }> {
	const tests = (await testsOf(source, compiler)).filter(({ file, package: of, name }) =>
		wanted(file, `${of}.${name}`),
	);
	const entrypoints = [...new Set(tests.map(entrypointOf))];
	if (entrypoints.length === 0) return { counts: Counts.of([]), tests: 0 };
	const { wasm, bodies } = await instrument(source, compiler, source.tests, entrypoints);
	const counts = Counts.of(bodies);
	const data = Buffer.from(JSON.stringify(source.data), 'utf8');
	const memory = DEFAULT_LIMITS.memory;
	const instance = new Instance(moduleOf(wasm), data, entrypoints[0]!, memory, { probe: counts.probe });
	runTestsIn(instance, tests, nowNs);
	return { counts, tests: tests.length };
}

/** The tests that a module can run, each name once. */
async function testsOf(source: PolicySource, compiler: Compiler): Promise<readonly RegoTest[]> {
	const files = new Set(source.tests.map(({ path }) => path));
	const { packages } = await compiler.request('inspect', {
		modules: [...source.modules, ...source.tests],
		builtins: capabilities(hostBuiltins.keys()),
	});
	const found = new Map<string, RegoTest>();
	for (const { path, rules } of packages) {
		for (const { name, file, row, col } of rules) {
			if (!files.has(file) || !name.startsWith('test_')) continue;
			const test = { name, package: path.join('.'), file, row, col, outcome: 'pass', durationNs: 0 } as const;
			found.set(entrypointOf(test), test);
		}
	}
	return testsForModule([...found.values()]);
}
