import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { holds, NOT_HERE } from './jobs.ts';

const FOLDER = join(import.meta.dirname, '../../../cli/runner/scaffold/templates/policy');
const textOf = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
const github = parse(textOf('github-workflow.yml'));
const jobs: readonly { permissions?: object; steps: readonly Record<string, string>[] }[] = Object.values(github.jobs);

t.test('the recipes fail closed', async (t) => {
	for (const name of readdirSync(FOLDER)) {
		t.notMatch(textOf(name), /\|\| true|\|\| :|continue-on-error|allow_failure|set \+e(?! #)/, name);
		if (!/\.(md|ya?ml|json)$|gitignore/.test(name)) execFileSync('sh', ['-n', join(FOLDER, name)]);
	}
	const gitlab: Record<string, { before_script?: string[] }> = parse(textOf('gitlab-ci.yml'));
	const install = jobs[0]!.steps.find(({ name }) => name === 'Install Sluice')!['run']!;
	for (const line of [install, ...gitlab['.policy']!.before_script!]) {
		t.throws(() => execFileSync('sh', ['-c', line], { env: { SLUICE_PACKAGE: '' }, stdio: 'pipe' }), /is empty/);
	}
});

t.test('the workflow: least permissions, pinned actions, nothing of a pull request in a script', async (t) => {
	t.strictSame(github.permissions, { contents: 'read' });
	t.strictSame(Object.keys(github.on), ['pull_request', 'push'], 'never pull_request_target');
	const writing = jobs.filter(({ permissions = {} }) => Object.values(permissions).includes('write'));
	t.equal(writing.length, 1);
	for (const step of writing[0]!.steps) t.notOk('run' in step, 'who may write runs nothing of the repository');
	for (const step of jobs.flatMap(({ steps }) => steps)) {
		t.ok('uses' in step !== 'run' in step, step['name']!);
		t.notMatch(step['run'] ?? '', '${{', 'expressions in scripts are code of whoever names a branch');
		if ('uses' in step) t.match(step['uses'], /^[\w/-]+@v\d+(\.\d+)*$/);
		t.equal('uses' in step || /npm install/.test(step['run']!), step['name']! in NOT_HERE, 'all else is run by a test');
	}
});

t.test('findings are uploaded where the token may: not for a fork, and not where nothing was found out', async (t) => {
	const job = github.jobs['code-scanning'];
	const when = (fork: boolean | undefined, result: string) =>
		holds(job.if, {
			needs: { policy: { result } },
			github: { event: fork === undefined ? {} : { pull_request: { head: { repo: { fork } } } } },
		});
	t.strictSame([when(false, 'success'), when(false, 'failure'), when(undefined, 'failure')], [true, true, true]);
	t.strictSame([when(true, 'success'), when(false, 'skipped')], [false, false]);
});
