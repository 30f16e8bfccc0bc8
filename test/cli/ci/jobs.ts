import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { parse } from 'yaml';
import type { Ended } from '../spawn.ts';
import type { Repository } from './repository.ts';

/** What a job came to: its steps that ran, and the worst exit code. */
export interface JobRun {
	readonly cwd: string;
	readonly steps: Readonly<Record<string, Ended & { readonly summary: string }>>;
	readonly exit: number;
}

interface Step {
	readonly name: string;
	readonly id?: string;
	readonly if?: string;
	readonly uses?: string;
	readonly run?: string;
}

/** Steps that need the network or a service, and why the test does without. */
export const NOT_HERE: Readonly<Record<string, string>> = {
	'Check out': 'the test makes the same checkout with git',
	'Set up Node': 'there is one',
	'Keep the compiler': 'a service of GitHub; the compiler is built already',
	'Install Sluice': 'from a registry; `sluice` is on PATH',
	'Keep the findings': 'a service of GitHub; the test looks at the file',
	'Fetch the findings': 'a service of GitHub',
	'Upload the findings': 'a service of GitHub',
};

/** The workflow of a pull request or a push, step by step, under GitHub's rules of what runs when. */
export function runGithub(
	repository: Repository,
	cwd: string,
	event: 'pull_request' | 'push' = 'pull_request',
): JobRun {
	const { jobs } = parse(readFileSync(join(cwd, '.github/workflows/policy.yml'), 'utf8'));
	const steps: Record<string, Ended & { summary: string }> = {};
	const outcomes: Record<string, { outcome: string }> = {};
	for (const [i, step] of (jobs.policy.steps as Step[]).entries()) {
		const failed = Object.values(steps).some(({ code }) => code !== 0);
		const context = { steps: outcomes, github: { event_name: event } };
		const runs = step.if === undefined ? !failed : holds(step.if, context);
		if (step.id !== undefined) outcomes[step.id] = { outcome: runs ? 'success' : 'skipped' };
		if (!runs || step.run === undefined || step.name in NOT_HERE) continue;
		const summary = join(cwd, `../summary-${i}.md`);
		writeFileSync(summary, '');
		const base: Record<string, string> = event === 'push' ? {} : { GITHUB_BASE_REF: 'main', GITHUB_HEAD_REF: 'change' };
		const env = { ...base, CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, GITHUB_EVENT_NAME: event };
		const ended = repository.run(cwd, step.run, env);
		steps[step.name] = { ...ended, summary: readFileSync(summary, 'utf8') };
	}
	return { cwd, steps, exit: worst(steps) };
}

/** An expression of a workflow. A member of what is not there is nothing, as in GitHub. */
export function holds(expression: string, context: object): boolean {
	const code = expression.replace(/^\$\{\{|\}\}$/g, '').replace(/(\w)\.(?=[a-z_])/g, '$1?.');
	return Boolean(runInNewContext(code, { cancelled: () => false, ...context }));
}

/** The jobs of a merge request, each in the shell that a runner starts for it. */
export function runGitlab(repository: Repository, cwd: string, env: Readonly<Record<string, string>>): JobRun {
	const file = parse(readFileSync(join(cwd, '.gitlab-ci.yml'), 'utf8'));
	const steps: Record<string, Ended & { summary: string }> = {};
	for (const [name, job] of Object.entries<{ script?: string[] }>(file)) {
		if (job.script === undefined) continue;
		const script = job.script.join('\n');
		const all = { ...env, CI: 'true', GITLAB_CI: 'true', CI_PROJECT_DIR: cwd };
		steps[name] = { ...repository.run(cwd, script, all, ['bash', '-e', '-o', 'pipefail', '-c']), summary: '' };
	}
	return { cwd, steps, exit: worst(steps) };
}

function worst(steps: JobRun['steps']): number {
	return Math.max(...Object.values(steps).map(({ code }) => code ?? 3));
}
