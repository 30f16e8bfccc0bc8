import t from 'tap';
import { sluice } from '../../spawn.ts';

t.setTimeout(420_000);

const RULE = `package rules.shell.closed

deny contains "no" if {
	input.from == "client"
	input.tool.name == "exec"
}
`;

const test = (...lines: string[]) => `package rules.shell.closed_test

import data.rules.shell.closed

${lines.join('\n\n')}
`;

const calls = (from: string, name: string) => `with input as {"from": "${from}", "tool": {"name": "${name}"}}`;

const STRONG = [
	`test_denied if count(closed.deny) == 1 ${calls('client', 'exec')}`,
	`test_other if count(closed.deny) == 0 ${calls('client', 'read')}`,
	`test_server if count(closed.deny) == 0 ${calls('server', 'exec')}`,
];

/** Without where lines end. */
const flat = (text: string) => text.replace(/\s+/g, ' ');

const policy = (rule: string, tests: string, extra = {}) => ({
	rules: { shell: { closed: { 'closed.rego': rule, 'closed_test.rego': tests } } },
	...extra,
});

async function mutated(cwd: string, ...args: string[]) {
	const ended = await sluice(['test', '--mutate', '--format', 'json', ...args], { cwd });
	const { mutation, ...rest } = JSON.parse(ended.stdout);
	return { ...ended, mutation, rest };
}

const alive = ({ mutation }: Awaited<ReturnType<typeof mutated>>) =>
	mutation.results.filter(({ status }: { status: string }) => status !== 'killed');

t.test('strong tests kill all', async (t) => {
	const cwd = t.testdir({ p: policy(RULE, test(...STRONG)) });
	const { code, mutation, rest } = await mutated(cwd, 'p', '--threshold', '100');
	t.equal(code, 0);
	t.match(mutation, { score: 100, survived: 0, ignored: 0, killed: mutation.mutants, threshold: 100 });
	t.equal(rest.passed, 3, 'mutants are no tests');
	t.strictSame(mutation.rules, [{ rule: 'shell/closed', score: 100, mutants: 7, killed: 7 }]);
});

t.test('a weak test leaves exactly what it does not ask', async (t) => {
	const cwd = t.testdir({ p: policy(RULE, test(...STRONG.slice(0, 2))) });
	const weak = await mutated(cwd, 'p');
	t.equal(weak.code, 0, 'without a threshold survivors are warnings');
	t.match(alive(weak), [
		{
			id: 'rules/shell/closed/closed.rego:4:2:drop-expression',
			file: 'p/rules/shell/closed/closed.rego',
			row: 4,
			col: 2,
			rule: 'shell/closed',
			before: 'input.from == "client"',
			after: '',
			status: 'survived',
			nearest: { name: 'rules.shell.closed_test.test_denied', nearness: 'reached' },
		},
	]);
	t.equal(alive(weak).length, 1);
	const below = await sluice(['test', '--mutate', 'p', '--threshold', '90'], { cwd });
	t.equal(below.code, 1);
	t.match(below.stdout, /✗ p\/rules\/shell\/closed\/closed\.rego:4:2: drop-expression {2}`input\.from ==/);
	t.match(flat(below.stdout), '85.7 % of the mutants are killed, less than the threshold of 90 %');
	t.match(below.stdout, /2 passed, 0 failed; mutation score 85\.7 % \(6 of 7 killed\)/);
	const same = await sluice(['test', '--mutate', 'p', '--threshold', '85.7'], { cwd });
	t.equal(same.code, 0);
});

t.test('suites and snapshots kill too, and a lib is killed by whoever uses it', async (t) => {
	const lines = [
		{ sluice: 'session', version: 1, id: 's', server: { name: 'box' } },
		{ seq: 1, from: 'client', text: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"exec"}}' },
		{ seq: 2, from: 'client', text: '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"read"}}' },
	];
	const cwd = t.testdir({
		p: policy(
			'package rules.shell.closed\n\nimport data.lib.words\n\ndeny contains "no" if words.bad(input.tool.name)\n',
			test('test_nothing if true'),
			{ lib: { words: { 'words.rego': 'package lib.words\n\nbad(name) if name == "exec"\n' } } },
		),
		f: {
			's.session.jsonl': lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
			'suite.yaml':
				'policy: ../p\ncases:\n  - session: s.session.jsonl\n    expect:\n      - { at: 1, verdict: deny, rule: shell/closed }\n',
		},
	});
	const both = await mutated(cwd, 'p', 'f');
	t.match(both.mutation, { score: 100, killedBy: { tests: 0, suites: both.mutation.mutants, failures: 0 } });
	t.match(both.mutation.results[0], { rule: 'lib/words', killer: 'f/suite.yaml case 1 s.session.jsonl' });
	const alone = await mutated(cwd, 'f');
	t.strictSame(alone.mutation, both.mutation, 'a suite alone mutates the policy that it judges by');
	const unit = await mutated(cwd, 'p');
	t.equal(unit.mutation.score, 0);
	t.notOk(unit.mutation.results[0].nearest, 'no test evaluates the rule');
	await sluice(['test', 'f/s.session.jsonl', '--update'], { cwd });
	const snapshot = await mutated(cwd, 'f/s.session.jsonl');
	t.match(snapshot.mutation, { score: 100 });
	t.match(snapshot.mutation.results[0].killer, /^f\/s\.verdicts\.yaml/);
});

t.test('what is called equivalent', async (t) => {
	const comment = (text: string) => RULE.replace('\tinput.from', `\t# sluice:equivalent ${text}\n\tinput.from`);
	const cwd = t.testdir({
		good: policy(comment('drop-expression nothing else sends'), test(...STRONG.slice(0, 2))),
		killed: policy(comment('flip-comparison because'), test(...STRONG.slice(0, 2))),
		silent: policy(comment('drop-expression'), test(...STRONG)),
		astray: policy(comment('swap-and-or because'), test(...STRONG)),
	});
	const run = (p: string) => sluice(['test', '--mutate', p], { cwd });
	const good = await mutated(cwd, 'good');
	t.match(good.mutation, { score: 85.7, ignored: 1, survived: 0 }, 'it counts as a survivor');
	t.match(alive(good), [{ status: 'ignored', reason: 'nothing else sends' }]);
	t.equal(good.code, 1);
	t.match((await run('good')).stdout, /1 of 7 mutants are called equivalent, more than 2 %/);
	const killed = await run('killed');
	t.equal(killed.code, 1);
	t.match(flat(killed.stdout), /a comment calls it equivalent, and rules\.shell\.closed_test\.\w+ kills it/);
	t.match(await run('silent'), { code: 1, stdout: /gives no reason/ });
	t.match(await run('astray'), {
		code: 1,
		stdout: /the comment\s+matches no\s+mutant[\s\S]*has\s+drop-expression,\s+flip-comparison,\s+change-constant/,
	});
});

t.test('an evaluation that ends with an error, or does not end, kills', async (t) => {
	const cwd = t.testdir({
		p: policy(
			`package rules.shell.closed

deny contains "no" if kind == "shell"

kind := "shell" if input.tool.name == "exec"

kind := "file" if input.tool.name == "read"

# a thousand millions, if nothing stops it
slow if {
	input.big
	some x in numbers.range(1, 100000)
	some y in numbers.range(1, 100000)
	x + y < 0
}

deny contains "slow" if slow
`,
			test(
				`test_denied if closed.deny == {"no"} ${calls('client', 'exec')}`,
				`test_other if closed.deny == set() ${calls('client', 'read')}`,
			),
		),
	});
	const { mutation } = await mutated(cwd, 'p');
	const of = (id: string) =>
		mutation.results.find((one: { id: string }) => one.id === `rules/shell/closed/closed.rego:${id}`);
	t.match(of('5:20:drop-expression'), { status: 'killed', killedBy: 'failure', message: /conflict/ });
	t.match(of('11:2:drop-expression'), { status: 'killed', killedBy: 'failure', message: 'it does not end' });
	t.ok(mutation.killedBy.failures >= 2);
});

t.test('defaults and else branches are switched like all else', async (t) => {
	const cwd = t.testdir({
		p: policy(
			`package rules.shell.closed

deny contains "no" if not open

default open := false

open if input.tool.name == "read"

warn contains $"{kind}" if input.tool

default kind := "none"

kind := "shell" if input.tool.name == "exec"
else := "file" if input.tool.name == "read"
`,
			test(
				`test_denied if closed.deny == {"no"} ${calls('client', 'exec')}`,
				`test_read if closed.deny == set() ${calls('client', 'read')}`,
				`test_kind if closed.warn == {"shell"} ${calls('client', 'exec')}`,
			),
		),
	});
	const weak = await mutated(cwd, 'p');
	const spelled = alive(weak).map(({ row, operator, after }: { row: number; operator: string; after: string }) =>
		`${row} ${operator} ${after}`.trim(),
	);
	t.strictSame(spelled, [
		'9 drop-expression',
		'11 change-default default kind := "sluice-mutant"',
		'13 drop-expression',
		'14 drop-else',
		'14 flip-comparison input.tool.name != "read"',
		'14 change-constant input.tool.name == ""',
		'14 change-constant ""',
		'14 drop-expression',
	]);
	t.match(
		weak.mutation.results.find(({ id }: { id: string }) => id.includes(':5:1:')),
		{ operator: 'change-default', status: 'killed', killer: 'rules.shell.closed_test.test_denied' },
	);
});

t.test('--run takes rules, a path takes their folder, and failing tests come first', async (t) => {
	const cwd = t.testdir({
		p: {
			rules: {
				shell: { closed: { 'closed.rego': RULE, 'closed_test.rego': test(...STRONG) } },
				other: { one: { 'one.rego': 'package rules.other.one\n\nwarn contains "x" if input.x\n' } },
			},
		},
		broken: policy(RULE, test('test_wrong if false')),
	});
	const rules = async (...args: string[]) =>
		(await mutated(cwd, ...args)).mutation.rules.map(({ rule }: { rule: string }) => rule);
	t.strictSame(await rules('p'), ['other/one', 'shell/closed']);
	t.strictSame(await rules('p', '--run', '^shell/'), ['shell/closed']);
	t.strictSame(await rules('p/rules/shell', '--policy', 'p'), ['shell/closed']);
	t.strictSame(await rules('p/rules/shell/closed/closed_test.rego', '--policy', 'p'), ['shell/closed']);
	t.match(await sluice(['test', '--mutate', 'p', '--run', 'nothing'], { cwd }), {
		code: 2,
		stderr: /nothing to mutate[\s\S]*ids of rules[\s\S]*ERR_NOTHING_TO_JUDGE/,
	});
	const broken = await sluice(['test', '--mutate', 'broken'], { cwd });
	t.match(broken, { code: 1, stdout: /0 passed, 1 failed; not mutated: the tests must pass first/ });
	t.match(await sluice(['test', '--mutate', '--update', 'p'], { cwd }), { code: 2, stderr: /do not go together/ });
	t.match(await sluice(['test', '--threshold', 'x'], { cwd }), { code: 2, stderr: /from 0 to 100/ });
});
