import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { SluiceError } from '../../engine/error.ts';
import type { Compiler } from '../../engine/policy/compiler.ts';
import type { Group, Item, Report } from '../output/report.ts';
import type { Shell } from '../shell.ts';
import { cutAtFailure, notRun } from './bail.ts';
import type { Executed } from './coverage/measure.ts';
import { type CoverageRequest, runCoverage, wantsCoverage } from './coverage/run.ts';
import type { MutationReport } from './mutation/report.ts';
import { withCompiler } from './policy-argument.ts';
import { policyShelf } from './policy-shelf.ts';
import { sessionFiles } from './session-argument.ts';
import { runJob } from './test-job.ts';
import { type Job, plan } from './test-plan.ts';
import { TestPool } from './test-pool.ts';
import type { RegoRun } from './test-rego.ts';
import { policyBeside } from './test-snapshot.ts';
import type { TestBooks } from './watch/books.ts';

export interface TestRequest extends CoverageRequest {
	/** Policy folders, suites, session files, or folders of them; empty: `policies` and `policy-test-fixtures` here. */
	readonly paths: readonly string[];
	readonly policy?: string;
	/** Tests by their names; with `mutate`, rules by their ids. */
	readonly run?: RegExp;
	readonly bail?: true;
	readonly update?: true;
	readonly verbose?: true;
	readonly mutate?: true;
	/** The least mutation score, in per cent. */
	readonly threshold?: number;
	/** Threads for suites and snapshots; default: as many as there are cores, where it is worth it. */
	readonly jobs?: number;
	/** Part of a run, all follows: nothing to test is no error. */
	readonly first?: true;
}

/** Rego unit tests, suites and verdict snapshots (contract §3, §5). */
export function runTest(request: TestRequest, shell: Shell): Promise<Report> {
	checkRequest(request, shell);
	return withCompiler(shell, (compiler) => testWith(compiler, request, shell));
}

/** @throws SluiceError `ERR_UPDATE_IN_CI`, `ERR_USAGE` */
export function checkRequest(request: TestRequest, shell: Shell): void {
	if (request.update === true && (shell.env.CI ?? '') !== '' && shell.env.CI !== 'false') {
		throw new SluiceError('ERR_UPDATE_IN_CI', 'snapshots are not rewritten where `CI` is set', {
			help: 'run `sluice test --update` on your own machine and commit the result',
		});
	}
	if (request.update === true && request.mutate === true) {
		throw new SluiceError('ERR_USAGE', '`--mutate` and `--update` do not go together', {
			help: 'update the snapshots first, and review them; then look at what they notice',
		});
	}
}

/** With a compiler that somebody else starts and ends; `books`: results of unit tests that need not run again. */
export async function testWith(
	compiler: Compiler,
	request: TestRequest,
	shell: Shell,
	books?: TestBooks,
): Promise<Report> {
	const jobs = await plan(request.paths, request.policy, shell);
	const mutation =
		request.mutate === true
			? await (await import('./mutation/of-policies.ts')).PolicyMutation.start(jobs, request, shell)
			: undefined;
	try {
		const { groups, runs } = await runJobs(jobs, compiler, request, shell, books);
		const passed = !groups.some(({ items }) => items.some(isFailure));
		const extras: Extra[] = [];
		if (wantsCoverage(request) && groups.length > 0) extras.push(await coverageOf(jobs, request, compiler, shell));
		if (mutation !== undefined) extras.push(passed ? mutated(await mutation.finish(runs)) : NOT_MUTATED);
		return reportOf(groups, extras);
	} finally {
		await mutation?.close();
	}
}

const NOT_MUTATED: Extra = { groups: [], summary: ['not mutated: the tests must pass first'], data: {} };

function mutated(reports: readonly MutationReport[]): Extra {
	const [first] = reports;
	return {
		groups: reports.flatMap((report) => report.groups.filter(({ items }) => items.length > 0)),
		summary: reports.map(({ summary }) => summary),
		data: { mutation: reports.length === 1 ? first!.data : { policies: reports.map(({ data }) => data) } },
	};
}

/** What the same work executes. */
async function coverageOf(
	jobs: readonly Job[],
	request: TestRequest,
	compiler: Compiler,
	shell: Shell,
): Promise<Extra> {
	const { policy, run, mutate } = request;
	const executed = await Promise.all(
		jobs.map(async (job): Promise<Executed> => {
			if (job.kind !== 'snapshot') return { policy, ...job };
			return { ...job, policy: policy ?? (await policyBeside(job.file, shell)) };
		}),
	);
	const wanted = (name: string) => mutate === true || run === undefined || run.test(name);
	const { groups, words, data } = await runCoverage(request, executed, wanted, compiler, shell);
	return { groups, summary: [words], data: { coverage: data } };
}

/** So much recorded traffic that threads are worth their start, bytes. */
const WORTH_THREADS = 4 * 1024 * 1024;

/** Threads for suites and snapshots; undefined: one core does it, or there is too little to do, unless `jobs` asks for it. */
async function poolFor(jobs: readonly Job[], request: TestRequest, shell: Shell): Promise<TestPool | undefined> {
	const files = jobs.flatMap((job) => (job.kind === 'rego' ? [] : [job.file]));
	const size = Math.min(request.jobs ?? availableParallelism(), files.length);
	if (size < 2) return undefined;
	if (request.jobs === undefined && (await recordedBytes(files)) < WORTH_THREADS) return undefined;
	return new TestPool(size, { cwd: shell.cwd, env: shell.env, request });
}

/** Bytes of the sessions in the folders of these files. */
async function recordedBytes(files: readonly string[]): Promise<number> {
	let bytes = 0;
	for (const folder of new Set(files.map((file) => dirname(file)))) {
		for (const file of await sessionFiles(folder)) bytes += (await stat(file)).size;
	}
	return bytes;
}

/** Runs them, and reports them in their order. @throws SluiceError `ERR_NOTHING_TO_JUDGE` when none has a test */
export async function runJobs(
	jobs: readonly Job[],
	compiler: Compiler,
	request: TestRequest,
	shell: Shell,
	books?: TestBooks,
): Promise<{ readonly groups: readonly Group[]; readonly runs: ReadonlyMap<Job, RegoRun> }> {
	const groups: Group[] = [];
	const shelf = policyShelf(compiler, shell);
	const runs = new Map<Job, RegoRun>();
	const pool = await poolFor(jobs, request, shell);
	// with threads, all begins at once; what is awaited in order is reported in order, whatever ends first
	const begun =
		pool === undefined
			? undefined
			: jobs.filter(({ kind }) => kind !== 'rego').map((job) => [job, pool.run(job)] as const);
	for (const [, result] of begun ?? []) result.catch(() => {});
	const inThreads = new Map(begun);
	let whole = false;
	try {
		for (const [i, job] of jobs.entries()) {
			const elsewhere = inThreads.get(job);
			const { group, rego } =
				elsewhere === undefined
					? await runJob(job, request, compiler, shelf, shell, books)
					: { group: await elsewhere, rego: undefined };
			if (rego !== undefined) runs.set(job, rego);
			if (group.items.length === 0) continue;
			shell.progress(`${group.title}: ${group.items.length}`);
			if (request.bail !== true || !group.items.some(isFailure)) {
				groups.push(group);
				continue;
			}
			const { kept, left } = cutAtFailure(group);
			groups.push(kept, ...notRun(left, jobs.slice(i + 1), shell));
			break;
		}
		whole = true;
	} finally {
		await pool?.close(whole);
	}
	if (groups.length > 0 || request.mutate === true || request.first === true) return { groups, runs };
	throw new SluiceError('ERR_NOTHING_TO_JUDGE', 'there is nothing to test', {
		help:
			request.run === undefined
				? 'name policy folders, suites or session files'
				: 'no test has a name that --run takes',
	});
}

/** What is no test: it can fail the run, and is not counted. */
interface Extra {
	readonly groups: readonly Group[];
	readonly summary: readonly string[];
	readonly data: Readonly<Record<string, unknown>>;
}

function reportOf(groups: readonly Group[], extras: readonly Extra[]): Report {
	const items = groups.flatMap((group) => group.items);
	const failed = items.filter(isFailure).length;
	const skipped = items.filter(({ status }) => status === 'skipped').length;
	const passed = items.length - failed - skipped;
	const counts = [`${passed} passed, ${failed} failed`, ...(skipped === 0 ? [] : [`${skipped} skipped`])].join(', ');
	return {
		command: 'test',
		exit: failed > 0 || extras.flatMap((extra) => extra.groups).some((group) => group.items.some(isFailure)) ? 1 : 0,
		groups: [...groups, ...extras.flatMap((extra) => extra.groups)],
		summary: [counts, ...extras.flatMap(({ summary }) => summary)].join('; '),
		data: {
			passed,
			failed,
			skipped,
			tests: groups.flatMap(({ title, items: all }) => all.map((item) => ({ suite: title, ...item }))),
			...Object.assign({}, ...extras.map(({ data }) => data)),
		},
	};
}

function isFailure({ status }: Item): boolean {
	return status === 'failure';
}
