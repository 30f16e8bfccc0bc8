import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'tap';
import { closing, SESSION } from './policies.ts';
import { sluice } from './spawn.ts';

const SECRET = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';

test('check, eval, build, and the bundle instead of the folder', async (t) => {
	const cwd = t.testdir({
		p: closing(['exec']),
		bad: closing([], { 'bad.rego': 'package rules.a.b\n\ndeny contains x if y\n' }),
		's.session.jsonl': SESSION,
	});
	const good = await sluice(['check', 'p'], { cwd });
	t.match(good, { code: 0, stdout: /1 rule, 0 errors/ });
	const verbose = await sluice(['check', 'p', '--verbose'], { cwd });
	t.match(verbose.stdout, /^ {2}✓ shell\/closed {3}client · tools\/call or server$/m);
	t.notMatch(good.stdout, /client/);
	const slots = JSON.parse((await sluice(['check', 'p', '--format', 'json'], { cwd })).stdout).touches;
	t.strictSame(slots, { 'shell/closed': [{ from: ['client'], method: ['tools/call'] }, { from: ['server'] }] });
	const bad = await sluice(['check', 'bad'], { cwd });
	t.equal(bad.code, 2);
	t.match(bad.stdout, /bad\/bad\.rego:3:\d+: /);
	const sarif = JSON.parse((await sluice(['check', 'bad', '--format', 'sarif'], { cwd })).stdout);
	t.equal(sarif.runs[0].results.at(-1).locations[0].physicalLocation.artifactLocation.uri, 'bad/bad.rego');

	const input = {
		version: 1,
		from: 'client',
		kind: 'request',
		method: 'tools/call',
		params: { name: 'exec' },
		tool: { name: 'exec' },
	};
	const denied = await sluice(['eval', 'p', '--input', '-'], { cwd, input: JSON.stringify(input) });
	t.match(JSON.parse(denied.stdout), {
		version: 1,
		verdict: 'deny',
		reasons: [{ rule: 'shell/closed', severity: 'high' }],
	});
	const result = { version: 1, from: 'server', kind: 'result', method: 'tools/call', result: { text: SECRET } };
	const masked = await sluice(['eval', 'p', '--input', '-'], { cwd, input: JSON.stringify(result) });
	t.equal(JSON.parse(masked.stdout).verdict, 'mask');
	const harmless = { ...result, result: { text: 'hello' } };
	const allowed = await sluice(['eval', 'p', '--input', '-'], { cwd, input: JSON.stringify(harmless) });
	t.match(JSON.parse(allowed.stdout), { verdict: 'allow', reasons: [] }, 'a mask that matches nothing adds no reason');

	const built = await sluice(['build', 'p', '-o', 'b.tar.gz'], { cwd });
	t.match(built, { code: 0, stdout: /^[0-9a-f]{64}\n$/ });
	const same = await sluice(['diff', '--from', 'p', '--to', 'b.tar.gz', 's.session.jsonl', '--format', 'json'], {
		cwd,
	});
	t.equal(same.code, 0);
	t.equal(JSON.parse(same.stdout).to, built.stdout.trim());
});

test('diff: exactly the frames that differ, and its exit codes', async (t) => {
	const cwd = t.testdir({
		before: closing(['exec']),
		after: closing([]),
		unused: closing(['exec', 'never-called']),
		bad: closing([], { 'bad.rego': 'package rules.a.b\n\ndeny contains x if y\n' }),
		's.session.jsonl': SESSION,
	});
	const diff = (from: string, to: string, ...more: string[]) =>
		sluice(['diff', '--from', from, '--to', to, 's.session.jsonl', ...more], { cwd });
	const loosened = await diff('before', 'after', '--format', 'json');
	t.equal(loosened.code, 1);
	t.match(JSON.parse(loosened.stdout), {
		version: 1,
		differences: [
			{
				session: 'two-calls',
				seq: 1,
				rule: 'shell/closed',
				rules: ['shell/closed'],
				class: 'loosened',
				from: 'deny',
				to: 'allow',
			},
		],
		unreached: [{ session: 'two-calls', seq: 2 }],
	});
	t.equal(JSON.parse(loosened.stdout).differences.length, 1);
	t.equal((await diff('before', 'after', '--fail-on', 'tightened')).code, 0);
	t.equal((await diff('after', 'before', '--fail-on', 'tightened')).code, 1);
	t.equal((await diff('after', 'before', '--fail-on', 'loosened')).code, 0);
	t.equal((await diff('before', 'before')).code, 0);
	const unexercised = await diff('before', 'unused', '--format', 'json');
	t.match(
		[unexercised.code, JSON.parse(unexercised.stdout).unexercised],
		[0, []],
		'the rule fires, so it is exercised',
	);
	const broken = await diff('before', 'bad');
	t.equal(broken.code, 2);
	t.match(broken.stderr, /bad\.rego:3:\d+: /);
	const text = await diff('before', 'after');
	t.match(text.stdout, /^deny → allow +1 +1 +1 +1 {2}shell\/closed$/m);
	t.match(text.stdout, /loosened {2}shell\/closed: deny → allow, 1 frame\n/);
	t.ok(text.stdout.split('\n').every((line) => line.length <= 80));
});

test('a changed rule that no frame reaches fails `any`', async (t) => {
	const quiet = (title: string) =>
		`# METADATA\n# title: ${title}\npackage rules.a.quiet\n\ndeny contains "no" if input.method == "never/sent"\n`;
	const cwd = t.testdir({
		before: closing([], { 'quiet.rego': quiet('One') }),
		after: closing([], { 'quiet.rego': quiet('Two') }),
		's.session.jsonl': SESSION,
	});
	const any = await sluice(['diff', '--from', 'before', '--to', 'after', 's.session.jsonl', '--format', 'json'], {
		cwd,
	});
	t.match([any.code, JSON.parse(any.stdout).unexercised], [1, ['a/quiet']]);
	t.equal(
		(await sluice(['diff', '--from', 'before', '--to', 'after', 's.session.jsonl', '--fail-on', 'loosened'], { cwd }))
			.code,
		0,
	);
});

test('replay compares with what was recorded, and shows no secret in any format', async (t) => {
	const lines = SESSION.trimEnd().split('\n');
	const recorded = [
		lines[0],
		...lines.slice(1).map((line) => JSON.stringify({ ...JSON.parse(line!), verdict: 'allow', outcome: 'forwarded' })),
	];
	const cwd = t.testdir({ p: closing(['exec']), 's.session.jsonl': `${recorded.join('\n')}\n` });
	const json = await sluice(['replay', 's.session.jsonl', '--policy', 'p', '--format', 'json'], { cwd });
	t.equal(json.code, 1);
	const { sessions } = JSON.parse(json.stdout);
	t.match(sessions[0].frames, [
		{ seq: 1, verdict: 'deny', recorded: 'allow', changed: true, rules: ['shell/closed'] },
		{ seq: 2, status: 'unreached', changed: false },
		{ seq: 3, verdict: 'allow', changed: false },
		{ seq: 4, verdict: 'mask', changed: true, masked: ['/result/content/0/text'] },
	]);
	for (const format of ['text', 'json', 'tap', 'junit', 'sarif', 'github', 'markdown']) {
		const { stdout } = await sluice(['replay', 's.session.jsonl', '--policy', 'p', '--format', format], { cwd });
		t.match(stdout, /shell\/closed/, format);
		t.notMatch(stdout, SECRET, format);
	}
	const played = await sluice(['play', 's.session.jsonl'], { cwd });
	t.match(played.stdout, /tools\/call read/);
	t.match(played.stdout, /masked:secret\/github-token/);
	t.notMatch(played.stdout.replaceAll(/\n\s*/g, ''), SECRET);
});

test('test: Rego, suites and snapshots', async (t) => {
	const suite = `policy: ../p
cases:
  - session: s.session.jsonl
    expect:
      - { at: 1, verdict: deny, rule: shell/closed }
      - { at: 4, verdict: mask, masked: ["/result/content/0/text"] }
  - session: s.session.jsonl
    with: { data: { closed: [read] } }
    expect:
      - { at: 2, verdict: allow }
      - { at: 3, verdict: deny }
`;
	const cwd = t.testdir({ p: closing(['exec']), f: { 'suite.yaml': suite, 's.session.jsonl': SESSION } });
	const ok = await sluice(['test', 'p', 'f'], { cwd });
	t.match(ok, { code: 0, stdout: /p \(Rego tests\) {2}2 ok[\s\S]*suite\.yaml {2}4 ok[\s\S]*6 passed, 0 failed/ });

	writeFileSync(`${cwd}/f/suite.yaml`, suite.replace('{ at: 4, verdict: mask', '{ at: 4, verdict: deny'));
	const failed = await sluice(['test', 'f', '--format', 'json'], { cwd });
	t.equal(failed.code, 1);
	const [wrong] = JSON.parse(failed.stdout).tests.filter((one: { status: string }) => one.status === 'failure');
	t.match(wrong, { place: { file: 'f/suite.yaml', row: 6 }, message: 'expected deny, got mask shell/closed' });
	writeFileSync(
		`${cwd}/f/suite.yaml`,
		suite.replace('      - { at: 4, verdict: mask, masked: ["/result/content/0/text"] }\n', ''),
	);
	t.match(await sluice(['test', 'f'], { cwd }), {
		code: 1,
		stdout: /expected allow \(no\s+expectation names it\), got mask/,
	});
	writeFileSync(`${cwd}/f/suite.yaml`, suite.replace('verdict: deny, rule', 'verdikt: deny, rule'));
	t.match(await sluice(['test', 'f'], { cwd }), { code: 2, stderr: /f\/suite\.yaml:5:\d+: .*verdikt/ });
	writeFileSync(`${cwd}/f/suite.yaml`, suite);

	const snapshot = ['test', 'f/s.session.jsonl'];
	t.match(await sluice(snapshot, { cwd }), { code: 1, stdout: /no snapshot/ });
	t.match(await sluice([...snapshot, '--update'], { cwd, env: { CI: 'true' } }), {
		code: 2,
		stderr: /ERR_UPDATE_IN_CI/,
	});
	t.notOk(existsSync(`${cwd}/f/s.verdicts.yaml`));
	t.equal((await sluice([...snapshot, '--update'], { cwd })).code, 0);
	const written = readFileSync(`${cwd}/f/s.verdicts.yaml`, 'utf8');
	t.match(written, /^ {2}1: \{ verdict: deny, rules: \["shell\/closed"\] \} # client tools\/call exec$/m);
	t.match(await sluice(['test', 'f'], { cwd }), { code: 0 });
	writeFileSync(`${cwd}/p/data.json`, JSON.stringify({ closed: [] }));
	t.match(await sluice(snapshot, { cwd }), { code: 1, stdout: /was \{ verdict: deny[\s\S]*is {1,2}\{ verdict: allow/ });
	t.match(await sluice(['test', 'p', '--run', 'allow_other'], { cwd }), { code: 0, stdout: /1 passed/ });
});
