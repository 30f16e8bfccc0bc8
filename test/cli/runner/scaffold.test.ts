import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import fc from 'fast-check';
import t from 'tap';
import { parse } from 'yaml';
import { commands } from '../../../cli/commands/index.ts';
import { withLevel } from '../../../cli/runner/scaffold/rule-level.ts';
import { ruleName } from '../../../cli/runner/scaffold/rule-name.ts';
import type { Shell } from '../../../cli/shell.ts';
import { COLD } from '../../engine/policy/compiler-for-tests.ts';
import { closing } from '../policies.ts';
import { sluice } from '../spawn.ts';

t.setTimeout(COLD);

const SETS = ['deny', 'hold', 'mask', 'warn', 'label'];

t.test('new policy, and a rule of every kind in it: check and test pass at once', async (t) => {
	const cwd = t.testdir({});
	const made = await sluice(['new', 'policy', 'ours'], { cwd });
	t.equal(made.code, 0, made.stderr);
	const home = { cwd: join(cwd, 'ours') };
	for (const path of made.stdout.trimEnd().split('\n')) t.ok(statSync(join(cwd, path)).isFile(), path);
	for (const set of SETS) {
		const { code, stdout, stderr } = await sluice(['new', 'rule', `files/${set}_some`, '--set', set], home);
		t.equal(code, 0, stderr);
		t.match(stdout, `policies/rules/files/${set}_some/${set}_some.rego\n`);
		t.match(stdout, `policy-test-fixtures/files-${set}-some/suite.yaml\n`);
	}
	execFileSync('git', ['init', '-q'], home);
	t.match(parse(readFileSync(join(home.cwd, '.opa/input.schema.json'), 'utf8')), { type: 'object' }, 'for editors');
	const check = await sluice(['check', '--format', 'json'], home);
	t.same([check.code, JSON.parse(check.stdout).diagnostics], [0, []]);
	const test = await sluice(['test', '--format', 'json'], home);
	t.match(JSON.parse(test.stdout), { passed: 38, failed: 0 });
	const again = await sluice(['new', 'policy', 'ours'], { cwd });
	t.match([again.code, again.stderr], [2, /`ours\/README.md` is there already/]);
	t.equal(statSync(join(cwd, 'ours/ci/check.sh')).mode & 0o111, 0o111, 'a program');
});

t.test('new rule: names, places and a second time', async (t) => {
	const cwd = t.testdir({ policies: closing(['exec']), elsewhere: { 'a.txt': '' } });
	for (const [args, said] of [
		[['Files/Outside-Hours'], /ERR_RULE_NAME|did you mean `files\/outside_hours`/],
		[['outsideHours'], /did you mean `team\/outside_hours`/],
		[['files/a/b'], /as in `files\/outside_hours`/],
		[['not/every'], /did you mean `not_rule\/every_rule`/],
		[['shell/closed'], /`policies\/rules\/shell\/closed` is there already/],
		[['a/b', '--policy', 'elsewhere'], /holds no rule package/],
		[['a/b', '--policy', 'nowhere'], /there is no policy `nowhere`/],
		[['a/b', '--set', 'log'], /`log` is invalid/],
	] as const) {
		const { code, stderr } = await sluice(['new', 'rule', ...args], { cwd });
		t.equal(code, 2, stderr);
		t.match(stderr, said);
	}
	t.same(readdirSync(join(cwd, 'policies/rules')), ['shell'], 'nothing was written');
	await sluice(['new', 'rule', 'a/b'], { cwd });
	t.match(JSON.parse(readFileSync(join(cwd, 'policies/data.json'), 'utf8')), {
		closed: ['exec'],
		config: { rules: { 'a/b': { level: 'enforce' } } },
	});
	t.equal((await sluice(['test'], { cwd })).code, 0);
	const twice = await sluice(['new', 'rule', 'a/b'], { cwd });
	t.match([twice.code, twice.stderr], [2, 'ERR_WOULD_OVERWRITE']);
});

t.test('whatever is no name is refused, and a name that is suggested is one', async (t) => {
	fc.assert(
		fc.property(fc.string(), (text) => {
			try {
				return /^[a-z][a-z0-9_]*\/[a-z][a-z0-9_]*$/.test(ruleName(text).id);
			} catch (error) {
				const meant = /did you mean `([^`]*)`/.exec((error as { help: string }).help)?.[1];
				return meant === undefined || ruleName(meant).id === meant;
			}
		}),
	);
	t.pass();
});

t.test('a level is one more line: comments, blanks and order stay', async (t) => {
	const bundled = readFileSync(join(import.meta.dirname, '../../../policies/data.yaml'), 'utf8');
	const lines = (text: string) => text.split('\n');
	for (const id of ['a/a', 'files/a', 'zz/z']) {
		const after = withLevel(bundled, id);
		t.same(
			lines(after).filter((line) => !line.includes(`${id}: { level: enforce }`)),
			lines(bundled),
		);
		const rules = Object.keys(parse(after).config.rules);
		t.same(rules, [...rules].sort());
	}
	for (const text of [
		'',
		'# only a comment\n',
		'config:\n  rules: {} # none yet\nother: 1\n',
		'config: { level: shadow, rules: { b/b: { level: off } } }\n',
		'config:\n  rules:\n    b/b:\n      level: off\n',
		'config:\n  rules:\n    b/b: { level: off }',
		'config:\n  rules:\n',
		'config:\n',
	]) {
		const before = parse(text) ?? {};
		const after = parse(withLevel(text, 'c/c'));
		t.same(after.config.rules, { ...before.config?.rules, 'c/c': { level: 'enforce' } }, text);
		t.equal(withLevel(text, 'c/c').includes('#'), text.includes('#'), 'comments stay');
	}
});

t.test('every command in the CI files exists', async (t) => {
	const folder = join(import.meta.dirname, '../../../cli/runner/scaffold/templates/policy');
	const program = new Command('sluice');
	for (const add of commands) add(program, {} as Shell, () => {});
	let seen = 0;
	for (const name of readdirSync(folder)) {
		const text = readFileSync(join(folder, name), 'utf8').replace(/>-\n((?: {8,}.*\n)+)/g, (_, lines) =>
			lines.replace(/\n\s+/g, ' '),
		);
		for (const [, line = ''] of text.matchAll(/(?:^|run: |- |\t| {2,})(?:step )?(?:entry: )?sluice ([a-z][^\n]*)/gm)) {
			seen++;
			const words = line.replace(/\s+[>#].*$/, '').split(/\s+/);
			let command = program.commands.find((one) => one.name() === words[0]);
			t.ok(command, `${name}: sluice ${line}`);
			command = command?.commands.find((one) => one.name() === words[1]) ?? command;
			for (const flag of words.filter((word) => word.startsWith('--'))) {
				t.ok(
					command?.options.some(({ long }) => long === flag),
					`${name}: sluice ${words[0]} ${flag}`,
				);
			}
		}
	}
	t.ok(seen > 12, `${seen}`);
});
