import { SluiceError } from '../../../engine/error.ts';
import type { Compiler } from '../../../engine/policy/compiler.ts';
import type { Shell } from '../../shell.ts';
import { type PolicyArgument, policyArgument, shown, sourceOf, startCompiler } from '../policy-argument.ts';
import { compiledWith } from '../policy-shelf.ts';
import { casesOf, type Fixture } from '../suite.ts';
import type { Job } from '../test-plan.ts';
import type { RegoRun } from '../test-rego.ts';
import { snapshotFixture } from '../test-snapshot.ts';
import type { MutationFixture } from './fixtures.ts';
import { type MutationReport, reportMutation } from './report.ts';
import { type PreparedMutants, prepareMutants, runMutants } from './run.ts';

/** A policy folder with the jobs that test it. */
interface Tested {
	readonly argument: Extract<PolicyArgument, { kind: 'folder' }>;
	readonly under: (string | undefined)[];
	readonly rego: Job[];
	readonly fixtures: { readonly title: string; readonly fixture: Fixture; readonly argument: PolicyArgument }[];
	mutants: Promise<PreparedMutants>;
}

interface Options {
	readonly policy?: string;
	readonly run?: RegExp;
	readonly threshold?: number;
	readonly jobs?: number;
}

/**
 * Mutates every policy folder that some jobs test: one after the other, each with its unit tests and with the suites and
 * snapshots that judge by it. The mutants are compiled while the tests run on the policy as it is, by a compiler of
 * their own.
 */
export class PolicyMutation {
	readonly #policies: ReadonlyMap<string, Tested>;
	readonly #options: Options;
	readonly #compiler: Compiler;
	readonly #close: () => Promise<void>;
	readonly #shell: Shell;

	private constructor(policies: ReadonlyMap<string, Tested>, options: Options, shell: Shell) {
		const { compiler, close } = startCompiler(shell);
		this.#policies = policies;
		this.#options = options;
		this.#compiler = compiler;
		this.#close = close;
		this.#shell = shell;
	}

	/** Begins to compile the mutants of the policies that these jobs are about. @throws SluiceError when one cannot be read */
	static async start(jobs: readonly Job[], options: Options, shell: Shell): Promise<PolicyMutation> {
		const mutation = new PolicyMutation(await policiesOf(jobs, options.policy, shell), options, shell);
		for (const tested of mutation.#policies.values()) {
			tested.mutants = mutation.#prepare(tested);
			// what is wrong with the policy is said by its tests, which come first
			tested.mutants.catch(() => {});
		}
		return mutation;
	}

	/**
	 * Runs them; `runs`: how the tests of the jobs went. All of them passed.
	 * @throws SluiceError `ERR_NOTHING_TO_JUDGE` when there is no mutant at all
	 */
	async finish(runs: ReadonlyMap<Job, RegoRun>): Promise<readonly MutationReport[]> {
		const [shell, { run, threshold, jobs }] = [this.#shell, this.#options];
		const reports: MutationReport[] = [];
		for (const { argument, rego, fixtures, mutants } of this.#policies.values()) {
			const judged: MutationFixture[] = [];
			for (const { title, fixture, argument: by } of fixtures) {
				judged.push({ title, fixture, compiled: await compiledWith(by, fixture.data, this.#compiler, shell) });
			}
			const tests = rego.flatMap((job) => runs.get(job)?.tests ?? []);
			const mutation = await runMutants(
				await mutants,
				{
					tests: [...new Map(tests.map((test) => [`${test.package}.${test.name}`, test])).values()],
					fixtures: judged,
					nowNs: shell.clock.now(),
					progress: (line) => shell.progress(`${shown(argument.folder, shell)}: ${line}`),
					...(jobs === undefined ? {} : { jobs }),
				},
				this.#compiler,
			);
			if (mutation.results.length === 0 && mutation.slips.length === 0) continue;
			reports.push(reportMutation(mutation, argument.folder, (path) => shown(path, shell), threshold));
		}
		if (reports.length > 0) return reports;
		throw new SluiceError('ERR_NOTHING_TO_JUDGE', 'there is nothing to mutate', {
			help:
				run === undefined
					? 'name a policy folder, or suites that judge by one; a bundle has no Rego that could be changed'
					: 'with --mutate, --run takes ids of rules and names of packages, as in `--run ^shell/closed$`',
		});
	}

	/** Ends the compiler, whatever it is at. */
	close(): Promise<void> {
		return this.#close();
	}

	async #prepare({ argument, under }: Tested): Promise<PreparedMutants> {
		const { run } = this.#options;
		return prepareMutants(
			{
				source: await sourceOf(argument),
				folder: argument.folder,
				under,
				...(run === undefined ? {} : { run }),
				shown: (path) => shown(path, this.#shell),
			},
			this.#compiler,
		);
	}
}

async function policiesOf(
	jobs: readonly Job[],
	policy: string | undefined,
	shell: Shell,
): Promise<ReadonlyMap<string, Tested>> {
	const tested = new Map<string, Tested>();
	const of = (argument: PolicyArgument): Tested | undefined => {
		if (argument.kind === 'bundle') return undefined;
		const known = tested.get(argument.folder) ?? { argument, under: [], rego: [], fixtures: [], mutants: NEVER };
		tested.set(argument.folder, known);
		return known;
	};
	for (const job of jobs) {
		if (job.kind === 'rego') {
			const known = of(await policyArgument(job.policy, shell));
			known?.rego.push(job);
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

const NEVER = new Promise<never>(() => {});

/** A test file is about the folder that it lies in. */
function underOf(path: string | undefined): string | undefined {
	return path?.endsWith('_test.rego') === true ? path.replace(/[\\/][^\\/]*$/, '') : path;
}
