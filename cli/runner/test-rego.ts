import { join, relative, sep } from 'node:path';
import type { Compiler } from '../../engine/policy/compiler.ts';
import { type RegoTest, runRegoTests } from '../../engine/policy/rego-tests.ts';
import { isPlain, type ModuleOutcome, runTestsInModule } from '../../engine/policy/rego-tests-module.ts';
import type { PolicySource } from '../../engine/policy/types.ts';
import type { Group, Item } from '../output/report.ts';
import type { Shell } from '../shell.ts';
import { type PolicyArgument, policyArgument, shown, sourceOf } from './policy-argument.ts';
import type { Job } from './test-plan.ts';
import type { TestBooks } from './watch/books.ts';

/** The unit tests of a policy as they went. */
export interface RegoRun {
	readonly group: Group;
	readonly argument: PolicyArgument;
	readonly source: PolicySource;
	/** Those that the job and `wanted` take, in the order of the files. */
	readonly tests: readonly RegoTest[];
}

/**
 * Runs a policy's unit tests in OPA's interpreter and in the engine that judges; a test whose two results differ failed.
 * @throws SluiceError
 */
export async function runRego(
	{ policy, under }: Extract<Job, { kind: 'rego' }>,
	compiler: Compiler,
	wanted: (name: string) => boolean,
	options: { readonly verbose?: true; readonly first?: true },
	shell: Shell,
	books?: TestBooks,
): Promise<RegoRun> {
	const argument = await policyArgument(policy, shell);
	const source = await sourceOf(argument);
	const folder = argument.kind === 'folder' ? argument.folder : shell.cwd;
	const packages = under === undefined ? undefined : packagesOf(source, folder, under);
	const book = books?.of(folder);
	const all = await runRegoTests(source, compiler, {
		...(packages === undefined ? {} : { packages }),
		...(packages === undefined || options.first !== true ? {} : { part: true }),
		...(book && { book }),
	});
	const tests = all.filter((test) => isUnder(join(folder, test.file), under) && wanted(`${test.package}.${test.name}`));
	const outcomes = await runTestsInModule(source, tests, compiler, BigInt(shell.clock.now()), book);
	const inModule = new Map(outcomes.map((outcome) => [outcome.test, outcome]));
	const items = tests.map((test): Item => {
		const place = { file: shown(join(folder, test.file), shell), row: test.row, col: test.col };
		return itemOf(test, inModule.get(test), place, options.verbose === true);
	});
	const title = `${shown(folder, shell)} (Rego tests)`;
	return { group: { title, items, brief: options.verbose !== true }, argument, source, tests };
}

/** The packages of the tests below a path; undefined: the text of one does not tell. */
function packagesOf({ tests }: PolicySource, folder: string, under: string): readonly string[] | undefined {
	const names = tests
		.filter(({ path }) => isUnder(join(folder, path), under))
		.map(({ text }) => /^package[ \t]+([\w.]+)[ \t]*(?:#.*)?$/m.exec(text)?.[1]);
	return names.includes(undefined) ? undefined : [...new Set(names as string[])];
}

/** Whether a file is that path or lies below it. */
export function isUnder(file: string, under: string | undefined): boolean {
	return under === undefined || file === under || !relative(under, file).startsWith(`..${sep}`);
}

function itemOf(test: RegoTest, outcome: ModuleOutcome | undefined, place: Item['place'] & {}, verbose: boolean): Item {
	const name = `${test.package}.${test.name}`;
	if (test.outcome === 'skip') return { name, status: 'skipped', message: 'its name begins with `todo_`' };
	if (outcome === undefined && !isPlain(test)) {
		const message = 'not run in the engine that judges: the name of its package has more than letters, digits and `_`';
		const help = 'rename the package';
		if (test.outcome === 'pass') return { name, status: 'note', message, help, place };
	}
	const { failed, message, output, cases } = test;
	const other = outcome === undefined ? undefined : differing(outcome);
	if (other !== undefined) return { name, status: 'failure', message: other, place, detail: [] };
	if (test.outcome === 'pass') {
		return { name, status: 'ok', ...(verbose ? { message: `${(test.durationNs / 1e6).toFixed(1)} ms` } : {}) };
	}
	const detail = [
		...(failed === undefined ? [] : [`${failed.row ?? ''}:${failed.col ?? ''} ${failed.message}`]),
		...(cases ?? []).map((one) => `case ${one}`),
		...(output === undefined || output === '' ? [] : output.trimEnd().split('\n')),
	];
	return { name, status: 'failure', message: message ?? test.outcome, place, detail };
}

/** How the results of the two engines differ; undefined: they do not. */
function differing({ test, outcome, message, cases = [] }: ModuleOutcome): string | undefined {
	if (test.outcome === 'pass' && outcome !== 'pass') {
		return `it passes in OPA's interpreter, and not in the engine that judges${message === undefined ? '' : `: ${message}`}`;
	}
	if (test.outcome !== 'pass' && outcome === 'pass') {
		return `it passes in the engine that judges, and not in OPA's interpreter: ${test.message ?? test.outcome}`;
	}
	const [one, two] = [(test.cases ?? []).join(', '), cases.join(', ')];
	if (one === two || message !== undefined) return undefined;
	return `the failed cases differ: ${one || 'none'} in OPA's interpreter, ${two || 'none'} in the engine that judges`;
}
