import type { Compiler } from '../../engine/policy/compiler.ts';
import type { Group } from '../output/report.ts';
import type { Shell } from '../shell.ts';
import { shown } from './policy-argument.ts';
import { runSnapshot, snapshotOf } from './snapshot.ts';
import { type PolicyShelf, runSuite } from './suite.ts';
import type { Job } from './test-plan.ts';
import { type RegoRun, runRego } from './test-rego.ts';
import { policyBeside } from './test-snapshot.ts';
import type { TestBooks } from './watch/books.ts';

/** What of a request decides how one job runs; it can be sent to another thread. */
export interface JobRequest {
	readonly policy?: string;
	readonly run?: RegExp;
	readonly update?: true;
	readonly verbose?: true;
	readonly mutate?: true;
	/** All tests follow: of a policy, only what these tests reach is compiled. */
	readonly first?: true;
}

/** What a job gave; `rego`: of unit tests. */
export interface JobResult {
	readonly group: Group;
	readonly rego?: RegoRun;
}

/** Runs one job. @throws SluiceError */
export async function runJob(
	job: Job,
	request: JobRequest,
	compiler: Compiler,
	shelf: PolicyShelf,
	shell: Shell,
	books?: TestBooks,
): Promise<JobResult> {
	const { policy, run, update, mutate } = request;
	// with --mutate, --run selects what is changed, and every test may notice
	const wanted = (name: string) => mutate === true || run === undefined || run.test(name);
	if (job.kind === 'rego') {
		const rego = await runRego(job, compiler, wanted, request, shell, books);
		return { group: rego.group, rego };
	}
	if (job.kind === 'suite') return { group: await runSuite(job.file, shelf, policy, wanted, shell) };
	const title = shown(snapshotOf(job.file), shell);
	if (!wanted(title)) return { group: { title, items: [] } };
	const judge = await shelf(policy ?? (await policyBeside(job.file, shell)));
	return { group: await runSnapshot(job.file, judge, update === true, shell) };
}
