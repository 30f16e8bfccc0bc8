import { hostBuiltins } from './builtins/index.ts';
import { capabilities } from './capabilities.ts';
import { type Compiler, CompilerRefusal } from './compiler.ts';
import type { RegoTestAnswer } from './compiler-protocol.ts';
import { generate } from './generate.ts';
import { diagnose } from './lint/diagnose.ts';
import { PolicyError } from './policy-error.ts';
import type { TestBook } from './test-book.ts';
import type { PolicyFile, PolicySource } from './types.ts';

/** Outcome of one `test_` rule of a `*_test.rego`. */
export type RegoTest = RegoTestAnswer;

/** Which tests run. */
export interface RegoTestOptions {
	/** By `<package>.<name>`. */
	readonly run?: RegExp;
	/** Only tests of these packages. */
	readonly packages?: readonly string[];
	/** Of a policy of which all is looked at afterwards: only what the packages reach is compiled. */
	readonly part?: boolean;
	readonly timeoutMs?: number;
	/** Results in it are not run for again, and what runs is put into it. */
	readonly book?: TestBook;
}

/**
 * Runs the policy's own unit tests in OPA's interpreter, with the functions that the policy may call and the
 * folder's data.
 *
 * @throws {PolicyError} `ERR_POLICY_REFUSED` when the policy or a test does not compile
 */
export async function runRegoTests(
	source: PolicySource,
	compiler: Compiler,
	{ run, packages, part, timeoutMs, book }: RegoTestOptions = {},
): Promise<readonly RegoTest[]> {
	try {
		const { tests, bases } = await compiler.request('test', {
			modules: await modulesOf(source, compiler, book),
			builtins: capabilities(hostBuiltins.keys()),
			data: source.data,
			...(packages === undefined ? {} : { packages }),
			...(part === undefined ? {} : { part }),
			...(book === undefined ? {} : { known: book.known(source.data) }),
			...(timeoutMs === undefined ? {} : { timeoutMs }),
		});
		const all = book === undefined ? tests : book.complete(tests, bases ?? {}, packages === undefined);
		return all.filter((test) => run === undefined || run.test(`${test.package}.${test.name}`));
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

/** All modules of a policy with its tests, and those that are generated for it. */
export async function modulesOf(
	{ modules, tests }: PolicySource,
	compiler: Compiler,
	book?: TestBook,
): Promise<readonly PolicyFile[]> {
	const make = async () => {
		const { packages } = await compiler.request('inspect', { modules, builtins: capabilities(hostBuiltins.keys()) });
		return generate(packages);
	};
	return [...modules, ...tests, ...(await (book === undefined ? make() : book.generated(modules, make)))];
}
