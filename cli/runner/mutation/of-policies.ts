import { SluiceError } from '../../../engine/error.ts';
import type { Compiler } from '../../../engine/policy/compiler.ts';
import type { Shell } from '../../shell.ts';
import { type PolicyArgument, policyArgument, shown, sourceOf } from '../policy-argument.ts';
import { compiledWith } from '../policy-shelf.ts';
import { casesOf, type Fixture } from '../suite.ts';
import type { Job } from '../test-plan.ts';
import type { RegoRun } from '../test-rego.ts';
import { snapshotFixture } from '../test-snapshot.ts';
import type { MutationFixture } from './fixtures.ts';
import { type MutationReport, reportMutation } from './report.ts';
import { mutate } from './run.ts';

interface Tested {
	readonly argument: Extract<PolicyArgument, { kind: 'folder' }>;
	readonly under: (string | undefined)[];
	readonly runs: RegoRun[];
	readonly fixtures: { readonly title: string; readonly fixture: Fixture; readonly argument: PolicyArgument }[];
}

/**
 * Mutates every policy folder that the jobs test: one after the other, each with its unit tests and with the suites and
 * snapshots that judge by it.
 * @throws SluiceError `ERR_MUTATE_NOTHING` when there is no such folder, or no mutant in it
 */
export async function mutatePolicies(
	jobs: readonly Job[],
	runs: ReadonlyMap<Job, RegoRun>,
	options: { readonly policy?: string; readonly run?: RegExp; readonly threshold?: number },
	compiler: Compiler,
	shell: Shell,
): Promise<readonly MutationReport[]> {
	const reports: MutationReport[] = [];
	for (const { argument, under, runs: rego, fixtures } of (
		await policiesOf(jobs, runs, options.policy, shell)
	).values()) {
		shell.progress(`${shown(argument.folder, shell)}: mutants`);
		const compiled: MutationFixture[] = [];
		for (const { title, fixture, argument: by } of fixtures) {
			compiled.push({ title, fixture, compiled: await compiledWith(by, fixture.data, compiler, shell) });
		}
		const mutation = await mutate(
			{
				source: rego[0]?.source ?? (await sourceOf(argument)),
				folder: argument.folder,
				under,
				...(options.run === undefined ? {} : { run: options.run }),
				tests: [
					...new Map(rego.flatMap(({ tests }) => tests).map((test) => [`${test.package}.${test.name}`, test])).values(),
				],
				fixtures: compiled,
				nowNs: shell.clock.now(),
				shown: (path) => shown(path, shell),
				progress: (line) => shell.progress(line),
			},
			compiler,
		);
		if (mutation.results.length === 0 && mutation.slips.length === 0) continue;
		reports.push(reportMutation(mutation, argument.folder, (path) => shown(path, shell), options.threshold));
	}
	if (reports.length > 0) return reports;
	throw new SluiceError('ERR_NOTHING_TO_JUDGE', 'there is nothing to mutate', {
		help:
			options.run === undefined
				? 'name a policy folder, or suites that judge by one; a bundle has no Rego that could be changed'
				: 'with --mutate, --run takes ids of rules and names of packages, as in `--run ^shell/closed$`',
	});
}

async function policiesOf(
	jobs: readonly Job[],
	runs: ReadonlyMap<Job, RegoRun>,
	policy: string | undefined,
	shell: Shell,
): Promise<ReadonlyMap<string, Tested>> {
	const tested = new Map<string, Tested>();
	const of = (argument: PolicyArgument): Tested | undefined => {
		if (argument.kind === 'bundle') return undefined;
		const known = tested.get(argument.folder) ?? { argument, under: [], runs: [], fixtures: [] };
		tested.set(argument.folder, known);
		return known;
	};
	for (const job of jobs) {
		if (job.kind === 'rego') {
			const run = runs.get(job);
			const known = run === undefined ? undefined : of(run.argument);
			known?.runs.push(run!);
			known?.under.push(underOf(job.under));
			continue;
		}
		const found =
			job.kind === 'suite' ? await casesOf(job.file, policy, shell) : [await snapshotFixture(job.file, policy, shell)];
		for (const fixture of found) {
			const argument = await policyArgument(fixture.policy, shell);
			const title = job.kind === 'suite' ? `${shown(job.file, shell)} ${fixture.name}` : fixture.name;
			of(argument)?.fixtures.push({ title, fixture, argument });
		}
	}
	// suites alone: all of the policy that they judge by
	for (const { under } of tested.values()) if (under.length === 0) under.push(undefined);
	return tested;
}

/** A test file is about the folder that it lies in. */
function underOf(path: string | undefined): string | undefined {
	return path?.endsWith('_test.rego') === true ? path.replace(/[\\/][^\\/]*$/, '') : path;
}
