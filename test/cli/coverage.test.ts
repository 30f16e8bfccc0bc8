import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { closing, SESSION } from './policies.ts';
import { sluice } from './spawn.ts';

const SUITE = `policy: ../p
cases:
  - session: s.session.jsonl
    expect: [{ at: 1, verdict: deny }, { at: 2, verdict: unreached }, { at: 4, verdict: mask }]
`;
const EXTRA = `package rules.extra.never

import rego.v2

deny contains "never" if {
	input.method == "tools/call"
	input.tool.name == "rm"
	input.tool.arguments.all
}

warn contains "odd" if input.session.calls.total > 1000 # sluice:uncovered a day's work
`;

const folder = () => ({
	p: closing(['exec'], { 'never.rego': EXTRA }),
	fixtures: { 'suite.yaml': SUITE, 's.session.jsonl': SESSION },
});

/** Records of an lcov tracefile, strictly: every line is one that geninfo(1) names, and the totals are right. */
function records(text: string): { file: string; lines: Map<number, number> }[] {
	const found: { file: string; lines: Map<number, number> }[] = [];
	for (const record of text.split('end_of_record\n').slice(0, -1)) {
		const [tn, sf, ...rest] = record.trimEnd().split('\n');
		if (tn !== 'TN:' || !sf?.startsWith('SF:')) throw new Error(record);
		const da = rest.filter((line) => /^DA:[1-9]\d*,\d+$/.test(line));
		const lines = new Map(da.map((line) => line.slice(3).split(',').map(Number) as [number, number]));
		const hit = [...lines.values()].filter((n) => n > 0).length;
		if (rest.slice(da.length).join() !== `LF:${lines.size},LH:${hit}` || lines.size !== da.length)
			throw new Error(record);
		found.push({ file: sf.slice(3), lines });
	}
	return found;
}

test('test --coverage: lines, reasons, rules × verdicts', async (t) => {
	const cwd = t.testdir(folder());
	const text = await sluice(['test', 'p', 'fixtures', '--coverage'], { cwd });
	t.equal(text.code, 0);
	t.match(
		text.stdout,
		/^p \(coverage\)\n {2}✓ lines 66\.6 % \(6 of 9\) {2}executed by WebAssembly in 3 frames and 2 unit tests\n/m,
	);
	t.match(text.stdout, /rules fired in a fixture: 1 of 2\n {4}rule +deny +hold +mask +warn +label\n/);
	t.match(text.stdout, /^ {4}shell\/closed +1 +- +1 +- +-$/m);
	t.match(text.stdout, /^ {4}extra\/never +0 +- +- +0 +-$/m);
	t.match(text.stdout, /^ {4}extra\/never deny$/m);
	t.match(text.stdout, /p\/never\.rego:7:1: never true {2}the expression was always false/);
	t.match(text.stdout, /it keeps from being covered: lines 5, 8$/m);
	t.match(text.stdout, /p\/never\.rego:11:1: left out {2}ignored: a day's work$/m);
	t.match(text.stdout, /5 passed, 0 failed; coverage 66\.6 %\n$/);

	const json = JSON.parse((await sluice(['test', 'p', 'fixtures', '--coverage', '--format', 'json'], { cwd })).stdout);
	t.match(json.coverage, {
		lines: { covered: 6, total: 9, percent: 66.6 },
		policies: [
			{
				policy: 'p',
				frames: 3,
				tests: 2,
				lines: { covered: 6, partial: 2, missed: 1, ignored: 1, total: 9 },
				byFixtures: { covered: 6 },
				rules: {
					total: 2,
					fired: 1,
					never: [
						{ rule: 'extra/never', set: 'deny' },
						{ rule: 'extra/never', set: 'warn' },
					],
				},
				files: [{ file: 'p/never.rego' }, { file: 'p/rules/shell/closed/closed.rego', percent: 100 }],
			},
		],
	});
	t.match(json.coverage.policies[0].files[0].lines[3], {
		row: 8,
		status: 'missed',
		code: 'blocked',
		reason: 'never reached because `input.tool.name == "rm"` at 7:2 was never true',
	});
	const tests = JSON.parse((await sluice(['test', 'p', 'fixtures', '--format', 'json'], { cwd })).stdout);
	t.same(json.tests, tests.tests, 'coverage changes no test');
	t.equal('coverage' in tests, false);

	const github = await sluice(['test', 'p', 'fixtures', '--coverage', '--format', 'github'], { cwd });
	t.match(github.stdout, /^::notice file=p\/never\.rego,line=7/m);
});

test('test --threshold: exit 1 below it, with a clear item', async (t) => {
	const cwd = t.testdir(folder());
	const low = await sluice(['test', 'p', 'fixtures', '--threshold', '66.6'], { cwd });
	t.match(low, { code: 0, stdout: /✓ line coverage 66\.6 % \(6 of 9\) {2}the threshold is 66\.6 %/ });
	const high = await sluice(['test', 'p', 'fixtures', '--coverage', '--threshold', '80'], { cwd });
	t.match(high, {
		code: 1,
		stdout: /✗ line coverage 66\.6 % \(6 of 9\) {2}below the threshold of 80 %\n {4}help: add fixtures/,
	});
	for (const wrong of ['x', '101', '-1', ' ']) {
		t.match(await sluice(['test', 'p', '--threshold', wrong], { cwd }), {
			code: 2,
			stderr: /number from 0 to 100[\s\S]*ERR_USAGE/,
		});
	}
});

test('test --coverage-out: lcov, JSON, and a page that needs nothing else', async (t) => {
	const cwd = t.testdir({ ...folder(), taken: 'a file' });
	const args = ['test', 'p', 'fixtures', '--coverage-out', 'out/coverage'];
	t.equal((await sluice(args, { cwd })).code, 0);
	const files = ['lcov.info', 'coverage.json', 'index.html'].map((name) =>
		readFileSync(join(cwd, 'out/coverage', name), 'utf8'),
	);
	const [lcov = '', json = '', html = ''] = files;
	const found = records(lcov);
	t.same(
		found.map(({ file }) => file),
		['p/never.rego', 'p/rules/shell/closed/closed.rego'],
	);
	t.same(
		[...found[0]!.lines],
		[
			[5, 0],
			[6, 3],
			[7, 0],
			[8, 0],
		],
		'what is left out has no line',
	);
	t.ok(found.every(({ file }) => existsSync(join(cwd, file))));
	t.match(JSON.parse(json), { version: 1, lines: { percent: 66.6 } });
	t.notMatch(html, /(?:src|href)="(?!#)|url\(|@import|<script/);
	t.match(html, 'never reached because `input.tool.name == &quot;rm&quot;` at 7:2 was never true');
	t.match(html, /<li class="partial"><span class="n">7<\/span>/);
	// the second time it writes the same
	t.equal((await sluice(args, { cwd })).code, 0);
	t.same(readFileSync(join(cwd, 'out/coverage/index.html'), 'utf8'), html);
	const refused = await sluice(['test', 'p', '--coverage-out', 'taken'], { cwd });
	t.match(refused, { code: 2, stderr: /cannot be written to `taken`[\s\S]*ERR_COVERAGE_OUT/ });
});

test('test --coverage: what is run is what counts; a bundle has no files', async (t) => {
	const cwd = t.testdir(folder());
	const percent = async (...args: string[]) =>
		JSON.parse((await sluice(['test', ...args, '--coverage', '--format', 'json'], { cwd })).stdout).coverage
			.policies[0];
	t.match(await percent('p'), { frames: 0, tests: 2, byFixtures: { covered: 0 }, rules: { fired: 0 } });
	t.match(await percent('fixtures'), { frames: 3, tests: 0 });
	t.match(await percent('p', 'fixtures', '--run', 'test_allow'), { frames: 0, tests: 1 });
	t.equal((await sluice(['build', 'p', '-o', 'b.tar.gz'], { cwd })).code, 0);
	const bundle = await sluice(['test', 'fixtures', '--policy', 'b.tar.gz', '--coverage'], { cwd });
	t.match(bundle, { code: 2, stderr: /is a bundle, and this needs the folder/ });
});

test('test --coverage: rules that are off, and unit tests that reach further than fixtures', async (t) => {
	const data = JSON.stringify({ closed: ['exec'], config: { rules: { 'extra/never': { level: 'off' } } } });
	const never = `package rules.extra.never_test

test_never if {
	data.rules.extra.never.deny with input as {"method": "tools/call", "tool": {"name": "rm", "arguments": {"all": true}}}
}
`;
	const cwd = t.testdir({
		...folder(),
		p: closing([], { 'never.rego': EXTRA, 'never_test.rego': never, 'data.json': data }),
	});
	const { stdout } = await sluice(['test', 'p', 'fixtures', '--coverage', '--format', 'json'], { cwd });
	const [policy] = JSON.parse(stdout).coverage.policies;
	t.match(policy, { lines: { covered: 9, percent: 100 }, byFixtures: { covered: 6 } });
	t.same(policy.files[0].byTestsOnly, [5, 7, 8]);
	const off = await sluice(['test', 'p', '--run', 'test_allow', '--coverage', '--format', 'json'], { cwd });
	const lines = JSON.parse(off.stdout).coverage.policies[0].files[0].lines;
	t.match(lines[0], { row: 5, status: 'missed', code: 'off' });
});
