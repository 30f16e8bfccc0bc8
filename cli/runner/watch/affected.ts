import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Shell } from '../../shell.ts';
import { policyArgument } from '../policy-argument.ts';
import type { Job } from '../test-plan.ts';
import { isUnder } from '../test-rego.ts';

/** What is worth running first after some files changed: the tests beside them. Empty: nothing stands out. */
export async function affectedBy(changed: readonly string[], jobs: readonly Job[], shell: Shell): Promise<Job[]> {
	const first: Job[] = [];
	const add = (job: Job) => {
		if (!first.some((other) => JSON.stringify(other) === JSON.stringify(job))) first.push(job);
	};
	for (const job of jobs) {
		if (job.kind !== 'rego') {
			if (changed.some((path) => dirname(path) === dirname(job.file))) add(job);
			continue;
		}
		const argument = await policyArgument(job.policy, shell);
		if (argument.kind === 'bundle') continue;
		for (const path of changed) {
			const folder = dirname(path);
			const inside = isUnder(path, argument.folder) && isUnder(path, job.under);
			if (path.endsWith('.rego') && inside && hasTests(folder))
				add({ ...job, policy: job.policy ?? argument.folder, under: folder });
		}
	}
	return first;
}

function hasTests(folder: string): boolean {
	return existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('_test.rego'));
}

/** Files and folders that the jobs and the paths read. */
export async function rootsOf(
	paths: readonly string[],
	jobs: readonly Job[],
	shell: Shell,
): Promise<readonly string[]> {
	const roots = new Set(paths.map((path) => resolve(shell.cwd, path)));
	const add = async (policy: string | undefined) => {
		const argument = await policyArgument(policy, shell).catch(() => undefined);
		if (argument?.kind === 'bundle') roots.add(argument.file);
		if (argument?.kind === 'folder') for (const path of [argument.folder, ...argument.dataFiles]) roots.add(path);
		if (policy !== undefined) roots.add(resolve(shell.cwd, policy));
	};
	for (const job of jobs) {
		if (job.kind === 'rego') await add(job.policy);
		else roots.add(dirname(job.file));
	}
	for (const job of jobs) if (job.kind !== 'rego') await add(await namedBy(job, shell));
	return [...roots];
}

async function namedBy(job: Extract<Job, { file: string }>, shell: Shell): Promise<string | undefined> {
	const { policyBeside } = await import('../test-snapshot.ts');
	return policyBeside(job.kind === 'suite' ? join(dirname(job.file), 'x') : job.file, shell).catch(() => undefined);
}
