import { join } from 'node:path';
import t from 'tap';
import { type RegoTest, type RegoTestOptions, runRegoTests } from '../../../engine/policy/rego-tests.ts';
import { runTestsInModule } from '../../../engine/policy/rego-tests-module.ts';
import { readPolicySource } from '../../../engine/policy/source.ts';
import { TestBook } from '../../../engine/policy/test-book.ts';
import type { PolicySource } from '../../../engine/policy/types.ts';
import { COLD, openTestCompiler, sourceOf } from './compiler-for-tests.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const NOW = 1_760_000_000_000_000_000n;

const FILES = {
	'lib/words.rego': 'package lib.words\n\nclosed := {"exec"}\n',
	'a.rego': 'package rules.x.a\n\nimport data.lib.words\n\ndeny contains "a" if input.tool.name in words.closed\n',
	'a_test.rego':
		'package rules.x.a_test\n\nimport data.rules.x.a\n\ntest_a if a.deny with input.tool.name as "exec"\n\ntest_open if count(a.deny) == 1 with input.tool.name as "exec"\n',
	'b.rego': 'package rules.x.b\n\ndeny contains "b" if input.tool.name == data.named\n',
	'b_test.rego':
		'package rules.x.b_test\n\nimport data.rules.x.b\n\ntest_b if count(b.deny) == 1 with input.tool.name as "read"\n',
	'any_test.rego':
		'package any_test\n\ntest_any if count({name | some name, rule in data.rules.x; count(rule.deny) > 0}) == 1 with input.tool.name as "exec"\n',
	'clock_test.rego': 'package clock_test\n\ntest_clock if time.now_ns() > 0\n',
};

const summary = (tests: readonly RegoTest[]) => tests.map(({ durationNs: _, ...test }) => test);

/** Both engines, with a book or without. */
async function run(source: PolicySource, options: RegoTestOptions = {}) {
	const tests = await runRegoTests(source, compiler, options);
	const outcomes = await runTestsInModule(source, tests, compiler, NOW, options.book);
	return {
		tests: summary(tests),
		outcomes: outcomes.map(({ test, ...outcome }) => ({ name: `${test.package}.${test.name}`, ...outcome })),
	};
}

t.test(
	'after any change, a book gives what a run of all tests gives, and runs what the change can reach',
	async (t) => {
		const book = new TestBook();
		const data = { named: 'read' };
		const steps: [what: string, files: Record<string, string>, data: Record<string, unknown>, ran: number][] = [
			['the first time', FILES, data, 5],
			['the same again: the clock', FILES, data, 1],
			['a rule', { ...FILES, 'a.rego': FILES['a.rego'].replace('"a" if', '"A" if') }, data, 4],
			[
				'a library that it imports',
				{ ...FILES, 'lib/words.rego': 'package lib.words\n\nclosed := {"read"}\n' },
				data,
				4,
			],
			['another rule', { ...FILES, 'b.rego': FILES['b.rego'].replace('data.named', '"exec"') }, data, 5],
			['data', FILES, { named: 'exec' }, 5],
			['a rule file more', { ...FILES, 'c.rego': 'package rules.x.a\n\ndeny contains "c"\n' }, { named: 'exec' }, 4],
		];
		for (const [what, files, values, ran] of steps) {
			const source = sourceOf(files, values);
			t.same(await run(source, { book }), await run(source), what);
			t.same(book.count(), { ran, all: 5 }, what);
		}
	},
);

t.test('what no test reaches must compile all the same, unless it is only a part', async (t) => {
	const book = new TestBook();
	await run(sourceOf(FILES, {}), { book });
	const broken = sourceOf({ ...FILES, 'z.rego': 'package rules.y.z\n\ndeny contains "z" if nothing(1)\n' }, {});
	await t.rejects(runRegoTests(broken, compiler, { book }), { code: 'ERR_POLICY_REFUSED', message: /z\.rego:3/ });
	const [test] = await runRegoTests(broken, compiler, { book, packages: ['rules.x.b_test'], part: true });
	t.equal(test?.name, 'test_b');
});

t.test('a part of the library goes as in the whole', async (t) => {
	const source = await readPolicySource(join(import.meta.dirname, '../../../policies'));
	const whole = await run(source);
	const names = [...new Set(whole.tests.map((test) => test.package))];
	for (const name of names.filter((_, i) => i % 20 === 0)) {
		const part = await run(source, { book: new TestBook(), packages: [name], part: true });
		t.same(
			part.tests,
			whole.tests.filter((test) => test.package === name),
			name,
		);
		t.ok(part.outcomes.length > 0 && part.outcomes.every(({ outcome }) => outcome === 'pass'), name);
	}
});
