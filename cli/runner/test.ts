import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { SluiceError } from '../../engine/error.ts';
import type { Compiler } from '../../engine/policy/compiler.ts';
import { mergeData } from '../../engine/policy/data-file.ts';
import { loadPolicy, type Policy } from '../../engine/policy/load.ts';
import { runRegoTests } from '../../engine/policy/rego-tests.ts';
import { type ModuleOutcome, runTestsInModule } from '../../engine/policy/rego-tests-module.ts';
import type { Group, Item, Report } from '../output/report.ts';
import type { Shell } from '../shell.ts';
import type { Executed } from './coverage/measure.ts';
import { type CoverageRequest, type CoverageResult, runCoverage, wantsCoverage } from './coverage/run.ts';
import { compiledOf, policyArgument, shown, sourceOf, withCompiler } from './policy-argument.ts';
import { runSnapshot, snapshotOf } from './snapshot.ts';
import { type PolicyShelf, runSuite } from './suite.ts';
import { parseSuite } from './suite-file.ts';

export interface TestRequest extends CoverageRequest {
	/** Policy folders, suites, session files, or folders of them; empty: `policies` and `policy-test-fixtures` here. */
	readonly paths: readonly string[];
	readonly policy?: string;
	readonly run?: RegExp;
	readonly bail?: true;
	readonly update?: true;
}

/** Rego unit tests, suites and verdict snapshots (contract §3, §5). */
export async function runTest(request: TestRequest, shell: Shell): Promise<Report> {
	if (request.update === true && (shell.env.CI ?? '') !== '' && shell.env.CI !== 'false') {
		throw new SluiceError('ERR_UPDATE_IN_CI', 'snapshots are not rewritten where `CI` is set', {
			help: 'run `sluice test --update` on your own machine and commit the result',
		});
	}
	const groups: Group[] = [];
	let coverage: CoverageResult | undefined;
	await withCompiler(shell, async (compiler) => {
		const work = await plan(request, shell);
		const shelf = policyShelf(compiler, shell);
		const wanted = (name: string) => request.run === undefined || request.run.test(name);
		for (const job of work) {
			const group = await runJob(job, request, compiler, shelf, wanted, shell);
			if (group.items.length === 0) continue;
			groups.push(group);
			shell.progress(`${group.title}: ${group.items.length}`);
			if (request.bail === true && group.items.some(({ status }) => status === 'failure')) return;
		}
		if (wantsCoverage(request) && groups.length > 0) {
			coverage = await runCoverage(request, await executed(work, request, shell), wanted, compiler, shell);
		}
	});
	const items = groups.flatMap((group) => group.items);
	if (items.length === 0) {
		throw new SluiceError('ERR_NOTHING_TO_JUDGE', 'there is nothing to test', {
			help:
				request.run === undefined
					? 'name policy folders, suites or session files'
					: 'no test has a name that --run takes',
		});
	}
	const failed = items.filter(({ status }) => status === 'failure').length;
	const all = [...groups, ...(coverage?.groups ?? [])];
	return {
		command: 'test',
		exit: all.some((group) => group.items.some(({ status }) => status === 'failure')) ? 1 : 0,
		groups: all,
		summary: [`${items.length - failed} passed, ${failed} failed`, ...(coverage ? [coverage.words] : [])].join(', '),
		data: {
			passed: items.length - failed,
			failed,
			tests: groups.flatMap(({ title, items: all }) => all.map((item) => ({ suite: title, ...item }))),
			...(coverage === undefined ? {} : { coverage: coverage.data }),
		},
	};
}

type Job =
	| { readonly kind: 'rego'; readonly policy: string | undefined; readonly under?: string }
	| { readonly kind: 'suite'; readonly file: string }
	| { readonly kind: 'snapshot'; readonly file: string };

async function plan({ paths, policy }: TestRequest, shell: Shell): Promise<Job[]> {
	const given =
		paths.length > 0 ? paths : ['policies', 'policy-test-fixtures'].filter((p) => existsSync(resolve(shell.cwd, p)));
	const jobs: Job[] = [];
	for (const arg of given) {
		const path = resolve(shell.cwd, arg);
		const found = await stat(path).catch(() => undefined);
		if (found === undefined) {
			throw new SluiceError('ERR_TEST_PATH', `there is no \`${arg}\``, {
				help: 'name policy folders, suites or session files',
			});
		}
		if (!found.isDirectory()) {
			jobs.push(jobOf(path, arg, policy));
			continue;
		}
		const files = (await readdir(path, { recursive: true })).map((name) => join(path, name)).sort();
		if (files.some((file) => file.endsWith('_test.rego'))) {
			// a part of a policy does not compile alone: --policy names the whole, the path selects
			jobs.push(policy === undefined ? { kind: 'rego', policy: path } : { kind: 'rego', policy, under: path });
		}
		for (const file of files) {
			if (basename(file) === 'suite.yaml') jobs.push({ kind: 'suite', file });
			else if (/\.jsonl(\.gz)?$/.test(file) && existsSync(snapshotOf(file))) jobs.push({ kind: 'snapshot', file });
		}
	}
	return jobs;
}

function jobOf(path: string, arg: string, policy: string | undefined): Job {
	if (path.endsWith('_test.rego')) return { kind: 'rego', policy, under: path };
	if (/\.jsonl(\.gz)?$/.test(path)) return { kind: 'snapshot', file: path };
	if (/\.ya?ml$/.test(path) && !path.endsWith('.verdicts.yaml')) return { kind: 'suite', file: path };
	throw new SluiceError('ERR_TEST_PATH', `\`${arg}\` is no test`, {
		help: 'tests are `*_test.rego`, `suite.yaml` and session files with a `.verdicts.yaml` beside them',
	});
}

/** The same work, as coverage takes it. */
function executed(work: readonly Job[], { policy }: TestRequest, shell: Shell): Promise<readonly Executed[]> {
	return Promise.all(
		work.map(async (job) => {
			if (job.kind !== 'snapshot') return { policy, ...job };
			return { ...job, policy: policy ?? (await policyBeside(job.file, shell)) };
		}),
	);
}

async function runJob(
	job: Job,
	{ policy, update }: TestRequest,
	compiler: Compiler,
	shelf: PolicyShelf,
	wanted: (name: string) => boolean,
	shell: Shell,
): Promise<Group> {
	if (job.kind === 'rego') return regoTests(job, compiler, wanted, shell);
	if (job.kind === 'suite') return runSuite(job.file, shelf, policy, wanted, shell);
	const title = shown(snapshotOf(job.file), shell);
	if (!wanted(title)) return { title, items: [] };
	const judge = await shelf(policy ?? (await policyBeside(job.file, shell)));
	return runSnapshot(job.file, judge, update === true, shell);
}

async function regoTests(
	{ policy, under }: Extract<Job, { kind: 'rego' }>,
	compiler: Compiler,
	wanted: (name: string) => boolean,
	shell: Shell,
): Promise<Group> {
	const argument = await policyArgument(policy, shell);
	const source = await sourceOf(argument);
	const folder = argument.kind === 'folder' ? argument.folder : shell.cwd;
	const tests = await runRegoTests(source, compiler);
	const differs = new Map(
		(await runTestsInModule(source, tests, compiler, BigInt(Date.now()) * 1_000_000n))
			.filter(({ test, outcome }) => (test.outcome === 'pass') !== (outcome === 'pass'))
			.map((outcome) => [outcome.test, outcome]),
	);
	const items: Item[] = [];
	for (const test of tests) {
		const file = join(folder, test.file);
		if (under !== undefined && file !== under && relative(under, file).startsWith(`..${sep}`)) continue;
		const name = `${test.package}.${test.name}`;
		if (!wanted(name)) continue;
		const place = { file: shown(file, shell), row: test.row, col: test.col };
		const other = differs.get(test);
		if (other !== undefined) {
			items.push({ name, status: 'failure', message: differing(other), place, detail: [] });
			continue;
		}
		if (test.outcome === 'pass' || test.outcome === 'skip') {
			items.push({ name, status: test.outcome === 'pass' ? 'ok' : 'skipped' });
			continue;
		}
		const { failed, message, output, cases } = test;
		const detail = [
			...(failed === undefined ? [] : [`${failed.row ?? ''}:${failed.col ?? ''} ${failed.message}`]),
			...(cases ?? []).map((one) => `case ${one}`),
			...(output === undefined || output === '' ? [] : output.trimEnd().split('\n')),
		];
		items.push({ name, status: 'failure', message: message ?? test.outcome, place, detail });
	}
	return { title: `${shown(folder, shell)} (Rego tests)`, items, brief: true };
}

function differing({ test, message }: ModuleOutcome): string {
	const why = message === undefined ? '' : `: ${message}`;
	return test.outcome === 'pass'
		? `it passes in OPA's interpreter, and not in the engine that judges${why}`
		: `it passes in the engine that judges, and not in OPA's interpreter: ${test.message ?? test.outcome}`;
}

/** The policy of the suite that lies in the same folder. */
async function policyBeside(session: string, shell: Shell): Promise<string | undefined> {
	const folder = resolve(session, '..');
	const file = join(folder, 'suite.yaml');
	if (!existsSync(file)) return undefined;
	const { policy } = parseSuite(await readFile(file, 'utf8'), shown(file, shell));
	return policy === undefined ? undefined : resolve(folder, policy);
}

function policyShelf(compiler: Compiler, shell: Shell): PolicyShelf {
	const shelf = new Map<string, Promise<Policy>>();
	return (path, data) => {
		const key = JSON.stringify([path, data]);
		const known = shelf.get(key) ?? make(path, data, compiler, shell);
		shelf.set(key, known);
		return known;
	};
}

async function make(
	path: string | undefined,
	data: Readonly<Record<string, unknown>> | undefined,
	compiler: Compiler,
	shell: Shell,
): Promise<Policy> {
	const argument = await policyArgument(path, shell);
	if (data !== undefined && argument.kind === 'bundle') {
		throw new SluiceError('ERR_SUITE', `\`with: { data }\` cannot change the data in the bundle \`${argument.name}\``, {
			help: 'name the policy folder with --policy',
		});
	}
	const compiled = await compiledOf(argument, compiler, shell, (source) =>
		data === undefined ? source : { ...source, data: mergeData(source.data, data) as typeof source.data },
	);
	return loadPolicy(compiled);
}
