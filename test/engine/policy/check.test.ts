import t from 'tap';
import { checkPolicy, type PolicyKnowledge } from '../../../engine/policy/check.ts';
import type { RuleInfo } from '../../../engine/policy/types.ts';
import { COLD, openTestCompiler, sourceOf } from './compiler-for-tests.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const check = (files: Record<string, string>, knowledge?: PolicyKnowledge, data?: Record<string, unknown>) =>
	checkPolicy(sourceOf(files, data), compiler, knowledge);
/** A rule with METADATA, so that only what is tested is said; the body begins at row 7. */
const rule = (body: string) => ({
	'rules/a/b/b.rego': `# METADATA\n# title: T\n# description: D\n# custom:\n#   severity: low\npackage rules.a.b\n${body}\n`,
});

t.test('a good policy has nothing to be said of it', async (t) => {
	const { diagnostics, rules } = await check(
		{
			'rules/shell/closed/closed.rego': `# METADATA
# title: Shell tools are closed
# description: Nobody runs a shell.
# custom:
#   severity: high
package rules.shell.closed

import data.lib.names

deny contains "no shell" if {
	input.from == "client"
	names.shell[input.tool.name]
}

hold contains {"message": "ask", "approvers": ["group:a", $"user:{input.principal.id}"], "quorum": 2, "timeout": "10m"} if {
	input.params.anything.goes
}

mask contains {"message": "m", "finding": "secret/*"}

mask contains {"message": "m", "path": "$.result.x", "op": "replace", "with": 0}

label contains {"label": "seen", "scope": "principal", "for": "1h"}

helper(x) := y if {
	some f in input.findings
	f.type == x
	y := f.start
}

maximum := helper("x")
`,
			'rules/shell/closed/closed_test.rego': `package rules.shell.closed_test

import data.rules.shell.closed

test_it if count(closed.deny) == 0 with input as {}
`,
			'rules/shell/closed/more.rego':
				'package rules.shell.closed\n\nwarn contains "x" if input.session.calls.by_tool.query > 3\n',
			'lib/names.rego': 'package lib.names\n\nshell contains "bash"\n',
		},
		{ findingTypes: ['secret/jwt'] },
	);
	t.same(diagnostics, []);
	t.match(rules, [{ finds: true, uses: { files: ['lib/names.rego', ...rules[0]!.files], data: [] } }]);
	t.match(rules[0]!.uses!.code, /^[0-9a-f]{64}$/);
	const [{ uses: _uses, finds: _finds, ...rest }] = rules as [RuleInfo];
	t.same(
		[rest],
		[
			{
				id: 'shell/closed',
				title: 'Shell tools are closed',
				description: 'Nobody runs a shell.',
				severity: 'high',
				sets: ['deny', 'hold', 'mask', 'warn', 'label'],
				files: ['rules/shell/closed/closed.rego', 'rules/shell/closed/more.rego'],
				reads: [
					'input.from',
					'input.params.anything.goes',
					'input.principal.id',
					'input.session.calls.by_tool.query',
					'input.tool.name',
				],
				touches: [{}],
			},
		],
	);
});

t.test('what would silently never fire is an error with its place', async (t) => {
	const cases: [body: string, code: string, message: RegExp, col?: number][] = [
		['deny[x] := 1 if x := 2', 'ERR_RULE_SHAPE', /a map/],
		['deny[x] if x := 2', 'ERR_RULE_SHAPE', /a map/],
		['deny := true', 'ERR_RULE_SHAPE', /a single value/],
		['deny if true', 'ERR_RULE_SHAPE', /a single value/],
		['deny.x contains 1', 'ERR_RULE_SHAPE', /nested/],
		['deny(x) := x', 'ERR_RULE_SHAPE', /a function/],
		['denied contains "x"', 'ERR_RULE_EMPTY', /none of/],
		['deny contains 1', 'ERR_RULE_MEMBER', /not a number/, 15],
		['deny contains [1]', 'ERR_RULE_MEMBER', /not an array/],
		['deny contains count("x")', 'ERR_RULE_MEMBER', /not a number/],
		['deny contains {"msg": "x"}', 'ERR_RULE_MEMBER', /no field `msg`/, 16],
		['deny contains {}', 'ERR_RULE_MEMBER', /needs `message`/],
		['deny contains {"message": "x", "approvers": []}', 'ERR_RULE_MEMBER', /no field `approvers`/],
		['deny contains {1: "x", "message": "m"}', 'ERR_RULE_MEMBER', /named by a string/],
		['warn contains m if m := {"message": 1}', 'ERR_RULE_MEMBER', /`message` must be a string/, 37],
		['hold contains {"message": "m", "approver": []}', 'ERR_RULE_MEMBER', /no field `approver`/],
		['hold contains {"message": "m", "approvers": []}', 'ERR_RULE_MEMBER', /at least one/],
		['hold contains {"message": "m", "approvers": {"group:x"}}', 'ERR_RULE_MEMBER', /must be a list/],
		['hold contains {"message": "m", "approvers": ["x"]}', 'ERR_RULE_MEMBER', /begins with/, 46],
		['hold contains {"message": "m", "approvers": [1]}', 'ERR_RULE_MEMBER', /begins with/],
		['hold contains {"message": "m", "quorum": 0}', 'ERR_RULE_MEMBER', /whole number/],
		['hold contains {"message": "m", "quorum": 1.5}', 'ERR_RULE_MEMBER', /whole number/],
		['hold contains {"message": "m", "quorum": "2"}', 'ERR_RULE_MEMBER', /a number/],
		['hold contains {"message": "m", "timeout": "10 m"}', 'ERR_RULE_MEMBER', /a duration/],
		['hold contains {"message": "m", "grant": "0m"}', 'ERR_RULE_MEMBER', /a duration/],
		[`hold contains {"message": "m", "grant": "${'1m'.repeat(17)}"}`, 'ERR_RULE_MEMBER', /a duration/],
		['hold contains {"message": "m", "timeout": 10}', 'ERR_RULE_MEMBER', /a string/],
		['mask contains "x"', 'ERR_RULE_MEMBER', /what it covers/],
		['mask contains {"message": "m"}', 'ERR_RULE_MEMBER', /either a `path` or a `finding`/],
		['mask contains {"message": "m", "path": "$.params", "finding": "x"}', 'ERR_RULE_MEMBER', /either/],
		['mask contains {"message": "m", "path": "$.params", "op": "hide"}', 'ERR_RULE_MEMBER', /one of/],
		['mask contains {"message": "m", "path": "$.params", "op": "replace"}', 'ERR_RULE_MEMBER', /needs `with`/],
		['mask contains {"message": "m", "path": "$.params", "with": 1}', 'ERR_RULE_MEMBER', /belongs to/],
		['mask contains {"message": "m", "path": "$.params", "op": "hash", "with": 1}', 'ERR_RULE_MEMBER', /belongs to/],
		['mask contains {"message": "m", "path": "$.refused"}', 'ERR_RULE_MASK_PATH', /not this one/],
		['mask contains {"message": "m", "finding": "secret/github_token"}', 'ERR_RULE_FINDING', /no detector/],
		['mask contains {"message": "m", "finding": "sec*"}', 'ERR_RULE_FINDING', /no detector/],
		['label contains ""', 'ERR_RULE_MEMBER', /not empty/],
		['label contains {"label": "x", "scope": "sesion"}', 'ERR_RULE_MEMBER', /one of session, principal/],
		['label contains {"name": "x"}', 'ERR_RULE_MEMBER', /no field `name`/],
	];
	const knowledge: PolicyKnowledge = {
		findingTypes: ['secret/github-token', 'pii/email'],
		maskPath: (path) => {
			if (path.includes('refused')) throw new Error('not this one');
		},
	};
	for (const [body, code, message, col] of cases) {
		const { diagnostics } = await check(rule(body), knowledge);
		const found = diagnostics.find((d) => d.code === code && message.test(d.message));
		t.ok(found, `${body}: ${JSON.stringify(diagnostics)}`);
		t.match(found, { level: 'error', rule: 'a/b', place: { file: 'rules/a/b/b.rego' } });
		if (col !== undefined) t.same([found?.place?.row, found?.place?.col], [7, col], body);
	}
});

t.test('packages in the wrong place', async (t) => {
	for (const [name, message] of [
		['rules.a', /three parts/],
		['rules.a.b.c', /three parts/],
		['rules', /three parts/],
		['rules.a.Big', /`Big` is no name/],
		['rules["a-b"].c', /`a-b` is no name/],
	] as const) {
		const { diagnostics } = await check({ 'x.rego': `package ${name}\n\ndeny contains "x"` });
		t.match(diagnostics, [{ code: 'ERR_RULE_PACKAGE', message, place: { file: 'x.rego', row: 1 } }], name);
	}
	const stray = await check({ ...rule('deny contains "x"'), 'm.rego': 'package main\n\ndeny contains "x"\n' });
	t.match(stray.diagnostics, [{ code: 'ERR_RULE_PACKAGE', message: /`deny` in package `main`/, place: { row: 3 } }]);
	const ours = await check({ ...rule('deny contains "x"'), 'm.rego': 'package sluice.main\n\nreasons contains "x"\n' });
	t.match(ours.diagnostics[0], { code: 'ERR_RULE_PACKAGE', message: /generated/ });
	const none = await check({ 'm.rego': 'package lib.a\n\nx := 1\n' });
	t.match(none.diagnostics, [{ code: 'ERR_POLICY_EMPTY' }]);
});

t.test('one rule in two folders', async (t) => {
	const { diagnostics } = await check({
		...rule('deny contains "x"'),
		'rules/c/b.rego': 'package rules.a.b\n\nwarn contains "y"\n',
	});
	t.match(diagnostics, [
		{ code: 'ERR_RULE_DUPLICATE', message: /rules\/a\/b\/b\.rego/, place: { file: 'rules/c/b.rego' } },
	]);
});

t.test('the input schema: what is not there, and what was meant', async (t) => {
	for (const [ref, help] of [
		['input.tool.nme', 'did you mean `input.tool.name`?'],
		['input.principle.id', 'did you mean `input.principal`?'],
		['input.findings[_].kind', /`input.findings\[_\]` has .*`type`|did you mean/],
		['input.session.calls.by_tols', 'did you mean `input.session.calls.by_tool`?'],
	] as const) {
		const { diagnostics } = await check(rule(`deny contains "x" if ${ref}`));
		t.match(diagnostics, [{ code: 'ERR_INPUT_FIELD', message: /the input has no/, help, place: { row: 7 } }], ref);
	}
	for (const ref of [
		'input.params.x.y',
		'input.tool.arguments[_].z',
		'input.principal.claims.x',
		'input.recent.calls.by_server.db',
		'input.error.code',
		'input.tool.annotations.readOnlyHint',
		'input.findings[_].key',
	]) {
		t.same((await check(rule(`deny contains "x" if ${ref}`))).diagnostics, [], ref);
	}
});

t.test('closed functions say why and what to do', async (t) => {
	const { diagnostics } = await check(rule('deny contains "x" if http.send({"url": "x"})'));
	t.match(diagnostics, [
		{ code: 'ERR_RULE_BUILTIN', message: /`http\.send`.*network/, help: /data/, place: { row: 7, col: 22 } },
	]);
	const unknown = await check(rule('deny contains "x" if nothing.such(1)'));
	t.match(unknown.diagnostics, [{ code: 'ERR_REGO_FUNCTION', message: /nothing\.such/ }]);
});

t.test('syntax errors of rules and tests alike, sorted', async (t) => {
	const { diagnostics, rules } = await check({
		...rule('deny contains "x'),
		'a_test.rego': 'package a_test\n\ntest_x if {',
	});
	t.match(diagnostics, [
		{ code: 'ERR_REGO_SYNTAX', level: 'error', place: { file: 'a_test.rego', row: 3 } },
		{ code: 'ERR_REGO_SYNTAX', level: 'error', place: { file: 'rules/a/b/b.rego', row: 7 } },
	]);
	t.same(rules, []);
});

t.test("the compiler's complaints say what to do", async (t) => {
	const cases: [body: string, code: string, help: RegExp][] = [
		['deny["x"] { input.from }', 'ERR_REGO_V0', /deny contains/],
		['deny contains "x" if {', 'ERR_REGO_SYNTAX', /close what is open/],
		['deny contains x if y == 1', 'ERR_REGO_UNSAFE', /some/],
		['deny contains "x" if input.session.seq == "1"', 'ERR_REGO_TYPE', /type that the field has/],
		['deny contains "x" if nothing.such(1)', 'ERR_REGO_FUNCTION', /under `lib`/],
	];
	for (const [body, code, help] of cases) {
		t.match((await check(rule(body))).diagnostics[0], { code, help }, body);
	}
});

t.test('notes and configuration', async (t) => {
	const untitled = await check({ 'b.rego': 'package rules.a.b\n\ndeny contains "x"\n' });
	t.match(untitled.diagnostics, [
		{ code: 'LINT_RULE_SEVERITY', level: 'note', rule: 'a/b' },
		{ code: 'LINT_RULE_UNDESCRIBED', level: 'note', rule: 'a/b' },
		{ code: 'LINT_RULE_UNTITLED', level: 'note', rule: 'a/b' },
	]);
	const data = {
		config: {
			rules: { 'a/c': { level: 'off' } },
			exceptions: [{ rule: 'a/b', until: '2020-01-01T00:00:00Z', reason: 'r' }],
		},
	};
	const configured = await check(rule('deny contains "x"'), { nowNs: 10n ** 19n }, data);
	t.match(configured.diagnostics, [
		{ code: 'ERR_POLICY_CONFIG', level: 'error', help: 'did you mean `a/b`?' },
		{ code: 'LINT_EXCEPTION_EXPIRED', level: 'warning' },
	]);
});
