import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { parse } from 'yaml';
import { COLD } from '../../engine/policy/compiler-for-tests.ts';
import { standards } from '../output/standards.ts';
import type { Ended } from '../spawn.ts';
import { type JobRun, runGithub, runGitlab } from './jobs.ts';
import { type Change, Repository } from './repository.ts';

t.setTimeout(4 * COLD);

const RULE = 'policies/rules/tools/example/example.rego';
const SUITE = 'policy-test-fixtures/tools-example/suite.yaml';
const BAD = 'policy-test-fixtures/tools-example/bad.session.jsonl';

/** A rule that no longer denies, with tests that agree: only the comparison with the base can see it. */
const LOOSENED: Change = {
	'policies/data.yaml': (text) => text.replace('tools/example: { level: enforce }', 'tools/example: { level: shadow }'),
	[SUITE]: (text) =>
		text
			.replace('verdict: deny, rule: tools/example', 'verdict: allow')
			.replace(/^ +(# whatever|- \{ at: 5).*\n/gm, '')
			.replace('good.session.jsonl\n    expect:', 'good.session.jsonl'),
};
const BROKEN: Change = { [RULE]: (text) => text.replace('input.method ==', 'input.metod ==') };

const repository = new Repository(t.testdir({}));

/** The change under both CI systems and in a shell of its own. */
function everywhere(name: string, change: Change, commands = ''): Record<'github' | 'gitlab' | 'shell', JobRun> {
	repository.propose(name, change, commands);
	const pipeline = {
		CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
		CI_MERGE_REQUEST_TARGET_BRANCH_SHA: '',
		CI_MERGE_REQUEST_DIFF_BASE_SHA: repository.git(repository.work, 'rev-parse', 'main'),
	};
	const clone = repository.checkout(`refs/heads/${name}`, 1);
	repository.git(clone, 'fetch', '-q', '--depth=1', 'origin', 'main:refs/remotes/origin/main');
	const { code, ...said } = repository.run(clone, 'ci/check.sh');
	return {
		github: runGithub(repository, repository.checkout(`refs/pull/${name}/merge`, 2)),
		gitlab: runGitlab(repository, repository.checkout(`refs/heads/${name}`, 20), pipeline),
		shell: { cwd: clone, exit: code ?? 3, steps: { all: { code, ...said, summary: '' } } },
	};
}

/** Only the comparison with the base. */
function compared(name: string, change: Change): Ended {
	repository.propose(name, change);
	return repository.run(repository.checkout(`refs/pull/${name}/merge`, 2), 'ci/diff.sh HEAD^1');
}

function exits(runs: Readonly<Record<string, JobRun>>): Record<string, number> {
	return Object.fromEntries(Object.entries(runs).map(([name, { exit }]) => [name, exit]));
}

/** All that the systems read of it is what they expect. */
async function wellFormed(t: Test, { github, gitlab }: Record<'github' | 'gitlab', JobRun>): Promise<void> {
	const written = (run: JobRun, file: string) => readFileSync(join(run.cwd, 'reports', file), 'utf8');
	t.equal(await standards.sarif!(written(github, 'check.sarif')), undefined, 'SARIF');
	t.equal(await standards.gitlab!(written(gitlab, 'check.json')), undefined, 'Code Quality');
	if (github.exit < 2) {
		t.equal(await standards.junit!(written(gitlab, 'test.xml')), undefined, 'JUnit');
		t.equal(await standards.markdown!(written(gitlab, 'diff.md')), undefined, 'the page of a merge request');
	}
	for (const [name, { stdout, summary }] of Object.entries(github.steps)) {
		if (stdout !== '') t.equal(await standards.github!(stdout), undefined, `annotations of ${name}`);
		if (summary !== '') t.equal(await standards.markdown!(summary), undefined, `summary of ${name}`);
	}
}

t.test('a change that changes no verdict is green', async (t) => {
	const runs = everywhere('words', { [RULE]: (text) => `${text}\n# a word more\n` });
	t.strictSame(exits(runs), { github: 0, gitlab: 0, shell: 0 }, { runs });
	t.strictSame(Object.keys(runs.github.steps), ['Check', 'Test', 'Compare with the base']);
	t.strictSame(Object.keys(runs.gitlab.steps), ['policy check', 'policy test', 'policy diff']);
	t.match(runs.github.steps['Compare with the base']!.summary, '✅ **Passes**: None of');
	await wellFormed(t, runs);
	for (const { cwd } of Object.values(runs)) {
		t.equal(repository.git(cwd, 'status', '--porcelain'), '', 'nothing is left behind');
		t.equal(repository.git(cwd, 'worktree', 'list').split('\n').length, 1);
	}
});

t.test('a loosening is refused and named, until somebody accepts it', async (t) => {
	const runs = everywhere('looser', LOOSENED);
	t.strictSame(exits(runs), { github: 1, gitlab: 1, shell: 1 }, { runs });
	t.equal(runs.github.steps['Test']!.code, 0, 'its own tests agree with it');
	const { summary } = runs.github.steps['Compare with the base']!;
	t.match(summary, '❌ **Does not pass**: 3 of 14 frames in 2 sessions differ: 3 loosened');
	t.match(summary, /\| \[deny → allow\]\(#[^)]+\) \| 1 \| 1 \| 1 \| 1 \| tools\/example \|/);
	t.match(readFileSync(join(runs.gitlab.cwd, 'reports/diff.md'), 'utf8'), 'tools/example');
	t.match(runs.shell.steps['all']!.stdout, 'deny → allow');
	await wellFormed(t, runs);

	const page = readFileSync(join(import.meta.dirname, '../../../docs/ci.md'), 'utf8');
	const [, shown = ''] = /<!-- summary -->\n````markdown\n([\s\S]*?)````/.exec(page) ?? [];
	const hash = /\b[0-9a-f]{64}\b/g;
	t.equal(shown.replace(hash, 'hash'), summary.replace(hash, 'hash'), 'what docs/ci.md shows');
	const [, lines = ''] = /```yaml\n([\s\S]*?)```/.exec(summary) ?? [];
	const accepted = lines
		.replace(/<why.*/, 'nobody has that tool any more')
		.replace(/<who.*/, 'kim@example.com')
		.replace(/<date.*/, '2999-01-31');
	const again = compared('accepted', { ...LOOSENED, 'policy-changes.yaml': () => accepted });
	t.match(again, { code: 0, stdout: 'accepted by kim@example.com' });
});

t.test('a loosening that edits or removes the recording is still seen', async (t) => {
	const edited: Change = { ...LOOSENED, [BAD]: (text) => text.replaceAll('example_tool', 'some_tool') };
	t.match(compared('edited', edited), { code: 1, stdout: 'loosened  tools/example' });
	const suite = (text: string) => text.replace(/ {2}- session: bad[\s\S]*?(?= {2}- session)/, '');
	const removed: Change = { ...LOOSENED, [SUITE]: suite, [BAD]: () => undefined };
	t.match(compared('removed', removed), { code: 1, stdout: 'loosened  tools/example' });
});

t.test('a tightening passes, and is refused by those who want to hear of everything', async (t) => {
	repository.propose('tighter', {}, 'sluice new rule files/closed');
	const { cwd, exit, steps } = runGithub(repository, repository.checkout('refs/pull/tighter/merge', 2));
	t.equal(exit, 0);
	t.match(steps['Compare with the base']!.summary, '3 tightened');
	t.equal(repository.run(cwd, 'ci/diff.sh HEAD^1 --fail-on any').code, 1);
});

t.test('what does not compile is 2, and a base that is not there too', async (t) => {
	const runs = everywhere('broken', BROKEN);
	t.strictSame(exits(runs), { github: 2, gitlab: 2, shell: 2 }, { runs });
	t.match(runs.github.steps['Check']!.stdout, `::error file=${RULE},line=13`);
	t.match(runs.github.steps['Check']!.summary, 'input.metod');
	await wellFormed(t, runs);
	const missing = repository.run(runs.shell.cwd, 'ci/check.sh nowhere');
	t.match([missing.code, missing.stderr], [2, /no commit `nowhere`.*git fetch/]);
	const unnamed = repository.run(runs.shell.cwd, 'ci/diff.sh');
	t.match([unnamed.code, unnamed.stderr], [2, /name the commit/]);
	const bare = repository.run(runs.shell.cwd, '/bin/sh ci/check.sh', { PATH: '/usr/bin:/bin' });
	t.match([bare.code, bare.stderr], [2, /no sluice on PATH/]);
});

t.test('on the main branch, and where there was no policy before, nothing is compared', async (t) => {
	const pushed = runGithub(repository, repository.checkout('refs/heads/main', 2), 'push');
	t.strictSame([pushed.exit, Object.keys(pushed.steps)], [0, ['Check', 'Test']]);
	repository.git(repository.work, 'checkout', '-q', '--orphan', 'empty');
	repository.git(repository.work, 'rm', '-r', '-q', '--cached', '.');
	repository.git(repository.work, 'commit', '-q', '--allow-empty', '-m', 'nothing');
	repository.git(repository.work, 'checkout', '-q', '-f', 'main');
	const first = repository.run(repository.work, 'ci/diff.sh empty');
	t.match([first.code, first.stdout], [0, /no policies folder in/]);
	const { steps } = parse(readFileSync(join(pushed.cwd, '.github/workflows/policy.yml'), 'utf8')).jobs.policy;
	const compare = steps.find(({ name }: { name: string }) => name === 'Compare with the base').run;
	t.match(repository.run(pushed.cwd, compare), { code: 2, stdout: 'not the merge of a pull request' });
});

t.test('git commit asks the hook about what is staged', async (t) => {
	const { work } = repository;
	repository.git(work, 'checkout', '-q', '-f', '-B', 'hooked', 'main');
	repository.git(work, 'config', 'core.hooksPath', 'hooks');
	const commit = (files: string) =>
		repository.run(work, `git add -A ${files} && git commit -q --allow-empty -m change`);
	repository.edit(BROKEN);
	writeFileSync(join(work, 'notes.txt'), 'not about the policy\n');
	t.equal(commit('notes.txt').code, 0, 'what is not staged does not matter');
	const refused = commit('.');
	t.match([refused.code, refused.stderr], [1, /input\.metod/]);
	repository.git(work, 'checkout', '-q', '-f', 'HEAD', '--', RULE);
	repository.edit({ [SUITE]: (text) => text.replace('verdict: deny', 'verdict: hold') });
	t.equal(commit('.').code, 1, 'a failed test');
	repository.git(work, 'checkout', '-q', '-f', 'HEAD', '--', SUITE);
	writeFileSync(join(work, 'policy-test-fixtures/raw.session.jsonl'), unscrubbed());
	const raw = commit('.');
	t.match([raw.code, raw.stderr], [1, /LINT_SESSION_UNSCRUBBED/]);
	repository.git(work, 'rm', '-q', '-f', 'policy-test-fixtures/raw.session.jsonl');
	repository.edit({ [RULE]: (text) => `${text}\n# a word more\n` });
	t.equal(commit('.').code, 0);
	t.equal(repository.git(work, 'log', '-1', '--format=%s'), 'change');
	repository.git(work, 'config', '--unset', 'core.hooksPath');

	const { repos } = parse(readFileSync(join(work, '.pre-commit-config.yaml'), 'utf8'));
	const entries = () => repos[0].hooks.map(({ entry }: { entry: string }) => repository.run(work, entry).code);
	t.strictSame(entries(), [0, 0]);
	repository.edit(BROKEN);
	t.strictSame(entries(), [2, 2]);
	for (const { files } of repos[0].hooks) t.ok(new RegExp(files).test(RULE) && !new RegExp(files).test('README.md'));
	repository.git(work, 'checkout', '-q', '-f', 'main');
	t.notOk(existsSync(join(work, 'notes.txt')));
});

/** A session as nobody may commit it; the token is made up here. */
function unscrubbed(): string {
	const token = `ghp_${'abcdefghijklmnopqrstuvwxyz'.repeat(2).slice(0, 36)}`;
	const frame = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a', arguments: { token } } };
	const lines = [
		{ sluice: 'session', version: 1, id: 'raw', server: { name: 'box' } },
		{ seq: 1, from: 'client', text: JSON.stringify(frame) },
	];
	return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
