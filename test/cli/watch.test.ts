import { spawn } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { closing, SESSION } from './policies.ts';
import { sluice } from './spawn.ts';

t.setTimeout(120_000);

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** `sluice test --watch …` as a process, and what it says from one verdict to the next. */
function watching(cwd: string, ...args: string[]) {
	const { CI: _, ...env } = process.env;
	const child = spawn(process.execPath, [MAIN, 'test', '--watch', ...args], { cwd, env, stdio: 'pipe' });
	let said = '';
	let look = () => {};
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		said += text;
		look();
	});
	const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
	/** All up to the next line that begins with `watching:`, that line in `verdict`. */
	const next = () =>
		new Promise<{ verdict: string; text: string }>((resolve) => {
			look = () => {
				const line = /^watching: .*\n/m.exec(said);
				if (line === null) return;
				const text = said.slice(0, line.index + line[0].length);
				said = said.slice(text.length);
				look = () => {};
				resolve({ verdict: line[0].trim(), text });
			};
			look();
		});
	return {
		child,
		ended,
		/** What was said with the next such verdict: one before it may be of a save that was half done. */
		async until(verdict: string): Promise<string> {
			for (;;) {
				const seen = await next();
				if (seen.verdict === `watching: ${verdict}`) return seen.text;
			}
		},
	};
}

const RULE = 'p/rules/shell/closed/closed.rego';

t.test('each save gives a verdict, however it was made', async (t) => {
	const cwd = t.testdir({ p: closing([]) });
	const file = join(cwd, RULE);
	const rule = (deny: string) => `package rules.shell.closed\n\ndeny contains "closed" if ${deny}\n`;
	const good = rule('input.tool.name in data.closed');
	writeFileSync(file, good);
	const { child, ended, until } = watching(cwd, 'p');
	t.teardown(() => child.kill('SIGKILL'));
	await until('2 passed, 0 failed');

	writeFileSync(file, rule('input.tool.name == "nothing"'));
	const red = await until('1 passed, 1 failed');
	t.match(red, /^changed: p\/rules\/shell\/closed\/closed\.rego\n/);
	t.match(red, /beside the change: 1 passed, 1 failed[\s\S]*^1 passed, 1 failed/m, 'the affected ones come first');

	writeFileSync(file, `${good}\ndeny contains "more" if {\n`);
	const broken = await until('the tests do not run; before: 1 passed, 1 failed');
	t.match(broken, /error: [\s\S]*closed\.rego:\d+:\d+:[\s\S]*code: ERR_POLICY_REFUSED/);

	writeFileSync(`${file}.tmp`, good);
	renameSync(`${file}.tmp`, file);
	await until('2 passed, 0 failed'); // a save by rename

	mkdirSync(join(cwd, 'p/rules/new/one'), { recursive: true });
	writeFileSync(join(cwd, 'p/rules/new/one/one_test.rego'), 'package rules.new.one_test\n\ntest_new if false\n');
	await until('2 passed, 1 failed'); // a new file in a new folder

	rmSync(join(cwd, 'p/rules/new'), { recursive: true });
	await until('2 passed, 0 failed');

	child.kill('SIGINT');
	t.equal(await ended, 130);
});

t.test('data, suites and sessions count; saves in a row are all in the last verdict', async (t) => {
	const suite = (verdict: string) =>
		`policy: ../p\ncases:\n  - session: s.session.jsonl\n    otherwise: any\n    expect: [{ at: 1, verdict: ${verdict} }]\n`;
	const cwd = t.testdir({ p: closing(['exec']), f: { 's.session.jsonl': SESSION, 'suite.yaml': suite('deny') } });
	const { child, ended, until } = watching(cwd, 'f');
	t.teardown(() => child.kill('SIGKILL'));
	await until('1 passed, 0 failed');
	writeFileSync(join(cwd, 'p/data.json'), '{"closed": []}');
	await until('0 passed, 1 failed'); // the policy that a suite names
	writeFileSync(join(cwd, 'f/suite.yaml'), suite('allow'));
	await until('1 passed, 0 failed');
	writeFileSync(join(cwd, 'p/data.json'), '{"closed": ["exec"]}');
	writeFileSync(join(cwd, 'p/data.json'), '{"closed": ["read"]}');
	writeFileSync(join(cwd, 'f/suite.yaml'), 'cases: [');
	t.match(await until('the tests do not run; before: 1 passed, 0 failed'), /suite\.yaml:1/);
	child.kill('SIGTERM');
	t.equal(await ended, 143);
});

t.test('what does not go with it', async (t) => {
	const cwd = t.testdir({ p: closing([]) });
	for (const option of ['--update', '--mutate', '--format=json']) {
		const ended = await sluice(['test', '--watch', option, 'p'], { cwd });
		t.match(ended, { code: 2, stdout: '', stderr: /ERR_USAGE/ }, option);
	}
	t.match(await sluice(['test', '--watch', 'nothing'], { cwd }), { code: 2, stderr: /ERR_TEST_PATH/ });
});
