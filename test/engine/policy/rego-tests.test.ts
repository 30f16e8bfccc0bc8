import t from 'tap';
import { runRegoTests } from '../../../engine/policy/rego-tests.ts';
import { COLD, openTestCompiler, sourceOf } from './compiler-for-tests.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const RULE = 'package rules.a.b\n\ndeny contains "x" if input.tool.name in data.closed\n';
const tests = (text: string) =>
	sourceOf(
		{ 'b.rego': RULE, 'b_test.rego': `package rules.a.b_test\n\nimport data.rules.a.b\n\n${text}` },
		{ closed: ['exec'] },
	);

t.test('tests see rules, data and the whole decision', async (t) => {
	const results = await runRegoTests(
		tests(`
test_deny if b.deny == {"x"} with input.tool.name as "exec"

test_allow if count(b.deny) == 0 with input.tool.name as "read"

test_decision if {
	some reason in data.sluice.main.decision.reasons with input.tool.name as "exec"
	reason.rule == "a/b"
}

test_wrong if b.deny == {"y"} with input.tool.name as "exec"
`),
		compiler,
	);
	t.match(results, [
		{ name: 'test_deny', package: 'rules.a.b_test', outcome: 'pass', file: 'b_test.rego', row: 6 },
		{ name: 'test_allow', outcome: 'pass' },
		{ name: 'test_decision', outcome: 'pass' },
		{ name: 'test_wrong', outcome: 'fail', message: /b\.deny == \{"y"\}/ },
	]);
});

t.test('run selects', async (t) => {
	const source = tests('test_one if true\n\ntest_two if true\n');
	t.match(await runRegoTests(source, compiler, { run: /a\.b_test\.test_t/ }), [{ name: 'test_two' }]);
	t.same(await runRegoTests(source, compiler, { run: /nothing/ }), []);
});

t.test('a test that does not compile is an error with its place', async (t) => {
	await t.rejects(runRegoTests(tests('test_x if nothing(1)\n'), compiler), {
		code: 'ERR_POLICY_REFUSED',
		message: /b_test\.rego:5:\d+: .*nothing/,
		diagnostics: [{ place: { file: 'b_test.rego', row: 5 } }],
	});
	await t.rejects(runRegoTests(tests('test_x if http.send({})\n'), compiler), {
		code: 'ERR_POLICY_REFUSED',
		diagnostics: [{ code: 'ERR_RULE_BUILTIN' }],
	});
});
