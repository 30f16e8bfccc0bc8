import { hostBuiltins } from './builtins/index.ts';
import { capabilities } from './capabilities.ts';
import { type Compiler, CompilerRefusal } from './compiler.ts';
import type { RegoTestAnswer } from './compiler-protocol.ts';
import { generate } from './generate.ts';
import { diagnose } from './lint/diagnose.ts';
import { PolicyError } from './policy-error.ts';
import type { PolicySource } from './types.ts';

/** Outcome of one `test_` rule of a `*_test.rego`. */
export type RegoTest = RegoTestAnswer;

/**
 * Runs the policy's own unit tests in OPA's interpreter, with the functions that the policy may call and the
 * folder's data. `run` selects by `<package>.<name>`; of other packages than `packages` no test runs.
 *
 * @throws {PolicyError} `ERR_POLICY_REFUSED` when the policy or a test does not compile
 */
export async function runRegoTests(
	source: PolicySource,
	compiler: Compiler,
	options: { readonly run?: RegExp; readonly packages?: readonly string[]; readonly timeoutMs?: number } = {},
): Promise<readonly RegoTest[]> {
	const builtins = capabilities(hostBuiltins.keys());
	const { run, packages: only, timeoutMs } = options;
	try {
		const { packages } = await compiler.request('inspect', { modules: source.modules, builtins });
		const { tests } = await compiler.request('test', {
			modules: [...source.modules, ...source.tests, ...generate(packages)],
			builtins,
			data: source.data,
			...(only === undefined ? {} : { run: `^data\\.(${only.map(escaped).join('|')})\\.` }),
			...(timeoutMs === undefined ? {} : { timeoutMs }),
		});
		return tests.filter((test) => run === undefined || run.test(`${test.package}.${test.name}`));
	} catch (error) {
		if (!(error instanceof CompilerRefusal)) throw error;
		const diagnostics = diagnose(error.problems);
		const { place, message, help } = diagnostics[0]!;
		const where = place === undefined ? '' : `${place.file}:${place.row}:${place.col}: `;
		throw new PolicyError('ERR_POLICY_REFUSED', `the tests do not compile: ${where}${message}`, diagnostics, {
			...(help === undefined ? {} : { help }),
		});
	}
}

/** For a regular expression of Go. */
function escaped(name: string): string {
	return name.replace(/[^\w]/g, '\\$&');
}
