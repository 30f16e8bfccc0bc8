import t from 'tap';
import { compileMutants, listMutants } from '../../../../engine/policy/mutation/module.ts';
import { COLD, openTestCompiler, sourceOf } from '../compiler-for-tests.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

/** The changes of a rule as `OPERATOR BEFORE => AFTER`. */
async function changes(body: string, head = 'deny contains "no"'): Promise<string[]> {
	const text = `package rules.a.b\n\nimport rego.v2\n\n${head} if {\n${body.trim()}\n}\n`;
	const { mutants } = await listMutants(sourceOf({ 'b.rego': text }), compiler);
	return mutants
		.filter(({ operator }) => operator !== 'drop-rule')
		.map(({ operator, before, after }) => `${operator} ${before} => ${after}`);
}

t.test(
	'comparisons become their neighbour and their opposite; numbers move where that asks something else',
	async (t) => {
		t.strictSame(await changes('input.a == "x"'), [
			'drop-expression input.a == "x" => ',
			'flip-comparison input.a == "x" => input.a != "x"',
			'change-constant input.a == "x" => input.a == ""',
		]);
		t.strictSame(await changes('input.a > 3'), [
			'drop-expression input.a > 3 => ',
			'flip-comparison input.a > 3 => input.a >= 3',
			'flip-comparison input.a > 3 => input.a <= 3',
			'change-constant input.a > 3 => input.a > 4',
		]);
		t.match(await changes('input.a <= 3'), ['drop-', 'input.a < 3', 'input.a > 3', 'input.a <= 4']);
		t.match(await changes('3 < input.a'), ['drop-', '4 < input.a', '3 <= input.a', '3 >= input.a']);
		t.match(await changes('input.a != 3'), ['drop-', 'input.a == 3', 'input.a != 4', 'input.a != 2']);
	},
);

t.test('expressions are dropped and negated', async (t) => {
	t.strictSame(await changes('input.a\nnot input.b'), [
		'drop-expression input.a => ',
		'negate input.a => not input.a',
		'drop-expression not input.b => ',
		'negate not input.b => input.b',
	]);
	t.strictSame(await changes('x := input.a\nx'), ['drop-expression x => ', 'negate x => not x'], 'not what binds');
	t.match(await changes('startswith(input.a, "x")'), [
		'drop-',
		'negate startswith(input.a, "x") => not startswith(input.a, "x")',
		'change-constant startswith(input.a, "x") => startswith(input.a, "sluice-mutant")',
		'change-constant startswith(input.a, "x") => startswith(input.a, "")',
	]);
	t.match(await changes('input.a == true'), ['drop-', '!=', 'change-constant input.a == true => input.a == false']);
});

t.test('and, or, some, every', async (t) => {
	t.strictSame(await changes('input.a and input.b'), [
		'drop-expression input.a and input.b => ',
		'drop-expression input.a and input.b => input.b',
		'negate input.a => not input.a',
		'swap-and-or input.a and input.b => input.a or input.b',
		'drop-expression input.a and input.b => input.a',
		'negate input.b => not input.b',
	]);
	t.match(
		(await changes('input.a or input.b')).filter((one) => one.startsWith('swap')),
		['swap-and-or input.a or input.b => input.a and input.b'],
	);
	t.match(
		(await changes('some x in input.xs\nx.y')).filter((one) => one.startsWith('some')),
		['some-every some x in input.xs => every x in input.xs'],
	);
	t.match(
		(await changes('every x in input.xs { x.y; x.z }')).filter((one) => one.startsWith('some')),
		['some-every every x in input.xs { x.y; x.z } => some x in input.xs { x.y; x.z }'],
	);
	const named = await changes('some x in input.xs', 'deny contains x');
	t.strictSame(named, [], 'not where the head names what is found');
});

t.test('collections lose a member; an empty one gets one', async (t) => {
	t.strictSame(await changes('input.a in {"x", "y"}'), [
		'drop-expression input.a in {"x", "y"} => ',
		'negate input.a in {"x", "y"} => not input.a in {"x", "y"}',
		'change-collection input.a in {"x", "y"} => input.a in {"y"}',
		'change-collection input.a in {"x", "y"} => input.a in {"x"}',
	]);
	t.match(
		(await changes('input.a == []')).filter((one) => one.startsWith('change')),
		['change-collection input.a == [] => input.a == ["sluice-mutant"]'],
	);
});

t.test('what people read stays as it is, and so do references', async (t) => {
	t.strictSame(await changes('input.a', 'deny contains {"message": "no", "quorum": 1}'), [
		'change-reason {"message": "no", "quorum": 1} => without "quorum"',
		'change-reason {"message": "no", "quorum": 1} => {"message": "no", "quorum": 2}',
		'drop-expression input.a => ',
		'negate input.a => not input.a',
	]);
	t.strictSame(await changes('x := sprintf("%v", [input.a])', 'deny contains x'), []);
	t.strictSame(await changes('x := $"{input.a}"', 'deny contains x'), []);
});

t.test('reasons weaken', async (t) => {
	const reason = async (head: string) =>
		(await changes('input.a', head))
			.filter((one) => one.startsWith('change-reason'))
			.map((one) => one.split(' => ')[1]);
	t.strictSame(await reason('hold contains {"message": "m", "approvers": ["group:a", "user:b"], "timeout": "1h"}'), [
		'without "approvers"',
		'{"message": "m", "approvers": ["user:b"], "timeout": "1h"}',
		'…ssage": "m", "approvers": ["group:a"], "timeout": "1h"}',
		'without "timeout"',
	]);
	t.strictSame(await reason('mask contains {"message": "m", "finding": "secret/*", "op": "redact"}'), [
		'{"message": "m", "finding": "pii/*", "op": "redact"}',
		'without "op"',
		'… "m", "finding": "secret/*", "op": "partial"}',
	]);
	t.strictSame(await reason('label contains "seen"'), ['"sluice-mutant"']);
});

t.test('rules, else branches and defaults', async (t) => {
	const text =
		'package lib.c\n\ndefault open := false\n\nopen if input.a\n\nkind := "x" if input.b\nelse := "y" if input.c\n';
	const { mutants } = await listMutants(sourceOf({ 'c.rego': text }), compiler);
	t.strictSame(
		mutants.map(({ id }) => id.slice(7)),
		[
			'3:1:change-default',
			'5:1:drop-rule',
			'5:9:drop-expression',
			'5:9:negate',
			'7:1:drop-rule',
			'7:9:change-constant',
			'7:16:drop-expression',
			'7:16:negate',
			'8:1:drop-else',
			'8:9:change-constant',
			'8:16:drop-expression',
			'8:16:negate',
		],
	);
	const of = (id: string) => mutants.find((one) => one.id.endsWith(id));
	t.match(of('change-default'), { before: 'default open := false', after: 'default open := true' });
	t.match(of('drop-else'), { before: 'else := "y" if input.c', after: '' });
	t.match(of('7:9:change-constant'), { before: '"x"', after: '""' });
});

t.test('what does not compile is left out, by name, and the rest is built', async (t) => {
	// as an `every`, the loop would keep to itself what the head reads
	const text = `package rules.a.b

deny contains y if {
	some x in input.xs
	y := x.y
	y != ""
}
`;
	const source = sourceOf({ 'b.rego': text });
	const { mutants } = await listMutants(source, compiler);
	const { mutants: built, dropped } = await compileMutants(
		source,
		mutants.map(({ id }) => id),
		compiler,
	);
	t.equal(built.length + dropped.length, mutants.length);
	t.match(dropped, [{ id: /some-every/, message: /unsafe|undeclared|unused/ }]);
	t.ok(built.length > 2);
});

t.test('a comment that calls a mutant equivalent', async (t) => {
	const text = `package rules.a.b

# sluice:equivalent negate it is always there
# and this goes on
deny contains "no" if input.a

# sluice:equivalent
deny contains "no" if input.b
`;
	const { equivalents } = await listMutants(sourceOf({ 'b.rego': text }), compiler);
	t.strictSame(equivalents, [
		{ file: 'b.rego', row: 3, operator: 'negate', reason: 'it is always there', line: 5 },
		{ file: 'b.rego', row: 7, line: 8 },
	]);
});
