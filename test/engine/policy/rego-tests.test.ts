import { join } from 'node:path';
import t from 'tap';
import { runRegoTests } from '../../../engine/policy/rego-tests.ts';
import { runTestsInModule } from '../../../engine/policy/rego-tests-module.ts';
import { readPolicySource } from '../../../engine/policy/source.ts';
import { COLD, openTestCompiler, sourceOf } from './compiler-for-tests.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const NOW = 1_760_000_000_000_000_000n;
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

t.test('every test of the library passes in the interpreter and in the engine', async (t) => {
	const source = await readPolicySource(join(import.meta.dirname, '../../../policies'));
	const results = await runRegoTests(source, compiler);
	const again = await runTestsInModule(source, results, compiler, NOW);
	t.ok(results.length > 200, `${results.length} tests`);
	t.equal(again.length, results.length);
	t.strictSame(
		results.filter(({ outcome }) => outcome !== 'pass').map(({ name }) => name),
		[],
	);
	t.strictSame(
		again.filter(({ outcome }) => outcome !== 'pass').map(({ test, message }) => [test.name, message]),
		[],
	);
});

t.test('a test is judged in the engine by its own value, tables case by case', async (t) => {
	const source = tests(`
test_table[note] if {
	some note, tc in {"one": {"tool": "exec", "n": 1}, "two": {"tool": "read", "n": 0}}
	count(b.deny) == tc.n with input.tool.name as tc.tool
}

# One of the few things that OPA's modules do otherwise than its interpreter.
test_other if ceil(-0.5) == 1

test_wrong if false

test_conflict if value == 1

value := 1 if input.x == 1
value := 2 if input.x == 1

todo_test_later if false
`);
	const results = await runRegoTests(source, compiler);
	const again = await runTestsInModule(source, results, compiler, NOW);
	t.strictSame(Object.fromEntries(again.map(({ test, outcome }) => [test.name, `${test.outcome} ${outcome}`])), {
		test_table: 'pass pass',
		test_other: 'pass fail',
		test_wrong: 'fail fail',
		test_conflict: 'fail fail',
	});
});
