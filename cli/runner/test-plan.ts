import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { SluiceError } from '../../engine/error.ts';
import type { Shell } from '../shell.ts';
import { snapshotOf } from './snapshot.ts';

/** What `test` runs as a whole. `policy`: a path; undefined: the one of the current folder. */
export type Job =
	| { readonly kind: 'rego'; readonly policy: string | undefined; readonly under?: string }
	| { readonly kind: 'suite'; readonly file: string }
	| { readonly kind: 'snapshot'; readonly file: string };

/**
 * What the paths hold, in their order, and in the order of the names below a folder; nothing twice.
 * @throws SluiceError `ERR_TEST_PATH`
 */
export async function plan(paths: readonly string[], policy: string | undefined, shell: Shell): Promise<Job[]> {
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
	const seen = new Set<string>();
	return jobs.filter((job) => {
		const key = JSON.stringify(job);
		return !seen.has(key) && seen.add(key);
	});
}

function jobOf(path: string, arg: string, policy: string | undefined): Job {
	if (path.endsWith('_test.rego')) return { kind: 'rego', policy, under: path };
	if (/\.jsonl(\.gz)?$/.test(path)) return { kind: 'snapshot', file: path };
	if (/\.ya?ml$/.test(path) && !path.endsWith('.verdicts.yaml')) return { kind: 'suite', file: path };
	throw new SluiceError('ERR_TEST_PATH', `\`${arg}\` is no test`, {
		help: 'tests are `*_test.rego`, `suite.yaml` and session files with a `.verdicts.yaml` beside them',
	});
}
