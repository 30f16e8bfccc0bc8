import type { Group, Item } from '../output/report.ts';
import type { Shell } from '../shell.ts';
import { shown } from './policy-argument.ts';
import { snapshotOf } from './snapshot.ts';
import type { Job } from './test-plan.ts';

/** A group up to its first failure, and the items behind it. */
export function cutAtFailure(group: Group): { readonly kept: Group; readonly left: readonly Item[] } {
	const at = group.items.findIndex(({ status }) => status === 'failure');
	if (at === -1) return { kept: group, left: [] };
	return { kept: { ...group, items: group.items.slice(0, at + 1) }, left: group.items.slice(at + 1) };
}

/** What stands behind the first failure: it counts for nothing, whether or not some of it had begun. */
export function notRun(left: readonly Item[], jobs: readonly Job[], shell: Shell): Group[] {
	const items = [...left.map(({ name }) => name), ...jobs.map((job) => nameOf(job, shell))].map(
		(name): Item => ({ name, status: 'skipped', message: 'not run' }),
	);
	return items.length === 0 ? [] : [{ title: 'not run, because --bail ends at the first failure', items }];
}

function nameOf(job: Job, shell: Shell): string {
	if (job.kind === 'suite') return shown(job.file, shell);
	if (job.kind === 'snapshot') return shown(snapshotOf(job.file), shell);
	return `${shown(job.under ?? job.policy ?? 'policies', shell)} (Rego tests)`;
}
