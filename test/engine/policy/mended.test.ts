import t from 'tap';
import { hostBuiltins } from '../../../engine/policy/builtins/index.ts';
import { capabilities } from '../../../engine/policy/capabilities.ts';
import { CompilerRefusal } from '../../../engine/policy/compiler.ts';
import { createEvaluator } from '../../../engine/policy/evaluate.ts';
import { ENTRYPOINT } from '../../../engine/policy/generate.ts';
import { COLD, openTestCompiler } from './compiler-for-tests.ts';

// What OPA's WebAssembly back end has wrong and our compiler mends: a module says what the interpreter says of the policy
// as it is written.

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());
const builtins = capabilities(hostBuiltins.keys());

const INPUT = `{"l": [["ok"], ["bad"], ["x", "ok"], []], "n": 1.0, "text": "a/b", "set": ["b", "é", "a", "Z"],
	"obj": {"b": 1, "é": 2, "a": {"z": 1, "y": [2.50]}}}`;

/** What both engines make of `decision` in a package of its own. */
async function answers(rules: string): Promise<{ ours: unknown; theirs: unknown }> {
	const modules = [
		{ path: 'main.rego', text: `package sluice.main\n\nimport rego.v2\n${rules}` },
		{ path: 'lib.rego', text: 'package lib\n\nunmarshal(_) := "of lib"\n' },
	];
	// The input goes in as Rego, so that `1.0` stays what it is.
	const query = `x := data.sluice.main.decision with input as ${INPUT}`;
	const asked = { path: 'query.rego', text: `package query\n\nanswer := x if ${query}\n` };
	const interpreted = { modules: [...modules, asked], builtins, query: 'data.query.answer', inputs: [{}] };
	const { outcomes } = await compiler.request('eval', interpreted);
	const { wasm } = await compiler.request('compile', { modules, builtins, entrypoints: [ENTRYPOINT] });
	const evaluator = createEvaluator(Buffer.from(wasm, 'base64'), {});
	const evaluation = evaluator.evaluate(Buffer.from(INPUT), { nowNs: 0n, seed: '' });
	evaluator.close();
	return { ours: evaluation.ok ? evaluation.decision : evaluation, theirs: outcomes[0]?.value };
}

const loop = 'some i, x in input.l';
const ok = 'some y in x; y == "ok"';

const NEGATIONS: Readonly<Record<string, string>> = {
	'a body': `decision contains i if { ${loop}; not { ${ok} } }`,
	'an assignment': `decision contains i if { ${loop}; not { y := x[_]; y == "ok" } }`,
	'a variable of its own': `decision contains i if { ${loop}; not { x[j] == "ok"; j > 0 } }`,
	'one in another': `decision contains i if { ${loop}; not { not { ${ok} } } }`,
	'one expression': `decision contains i if { ${loop}; not "ok" in x }`,
	'a call': `has(x, v) if { some y in x; y == v }\ndecision contains i if { ${loop}; not has(x, "ok") }`,
	'no loop around': 'decision contains 1 if not { some x in input.l; "none" in x }',
	'never true': 'decision contains 1 if not { some x in input.l; "ok" in x }',
	with: `decision contains i if { ${loop}; not { some y in input.q; y in x } with input.q as ["ok"] }`,
	'with of a variable': `decision contains v if { some v in ["ok", "z"]; not { some x in input.l; input.q in x } with input.q as v }`,
	'array comprehensions': `decision := [i | ${loop}; not { ${ok} }]`,
	'set comprehensions': `decision := {i | ${loop}; not { ${ok} }}`,
	'object comprehensions': `decision := {i: [j | some j in [0, 1]; not { ${ok}; j == 0 }] | ${loop}}`,
	every: `decision contains i if { ${loop}; every z in [1, 2] { not { ${ok}; z == 1 } } }`,
	'else and functions': `f(x) := 1 if { not { ${ok} } } else := 2 if { not { some y in x; y == "bad" } } else := 3\ndecision := [f(x) | some x in input.l]`,
	or: `decision contains i if { ${loop}; (not { ${ok} }) or i == 0 }`,
	'the value of a head': `decision[i] contains [1 | not { ${ok} }] if { ${loop} }`,
	'the name of a head': 'decision[[1 | not { input.l[_] == ["ok"] }]] := 2',
	'a template': `decision contains $"{[1 | not { ${ok} }]}" if { some x in input.l }`,
	'a set of comprehensions': `decision contains {[1 | not { ${ok} }], i} if { ${loop} }`,
	'a variable that is set later': 'decision contains i if { not { input.l[i] == ["ok"] }; some i in [0, 1] }',
	'a policy with functions of those names': `count(_) := 7\nequal(_, _) := false\neq(_, _) := false\ndecision contains i if { ${loop}; not { ${ok} } }`,
	'the negation of before': `decision contains i if { ${loop}; c := [y | y := x[_]; y == "ok"]; not c[0] }`,
};

t.test('a negation in a loop is true as often as its body is not', async (t) => {
	for (const [what, rules] of Object.entries(NEGATIONS)) {
		const { ours, theirs } = await answers(rules);
		t.ok(theirs !== undefined, what);
		t.same(ours, theirs, what);
	}
	t.same((await answers(NEGATIONS['a body']!)).ours, [1, 3]);
});

t.test('what is wrong with a policy is said of it as it is written', async (t) => {
	const text = 'package sluice.main\n\nimport rego.v2\n\ndecision if {\n\tnot { input.x }\n\tnot y == 1\n}\n';
	const request = { modules: [{ path: 'main.rego', text }], builtins, entrypoints: [ENTRYPOINT] };
	const refusal = await compiler.request('compile', request).catch((error: unknown) => error);
	t.ok(refusal instanceof CompilerRefusal);
	t.match((refusal as CompilerRefusal).problems, [
		{ code: 'rego_unsafe_var_error', message: 'var y is unsafe', file: 'main.rego', row: 7 },
	]);
});

const CALLS: Readonly<Record<string, string>> = {
	'what JSON does not have': 'decision := [json.is_valid("[1,]"), json.is_valid("1 2"), json.is_valid("[1]")]',
	'JSON that is none': 'decision := [x | some s in ["01", "[1,]", "1 2", "[1]"]; x := json.unmarshal(s)]',
	'the order of keys': 'decision := json.marshal(input.obj)',
	'the order of a set':
		'decision := [concat(",", {s | some s in input.set}), $"{ {s | some s in input.set} } {input.obj}"]',
	'an index with a point': 'decision := [substring("abc", 0, input.n), array.slice([1, 2], 0, input.n)]',
	'an empty text': 'decision := [x | some s in ["", "b"]; x := indexof("ab", s)]',
	'nothing to replace': 'decision := replace("abc", "", "-")',
	'large integers': 'decision := format_int(123456789012345678901234567890, 16)',
	'empty paths': 'decision := [json.filter(input.obj, [""]), json.remove(input.obj, [""])]',
	'no objects': 'decision := object.union_n([])',
	'blanks in Base64': 'decision := [x | some s in ["YW I=", "YWI", "w78_", "", "YWI="]; x := base64.decode(s)]',
	'a mock of one': 'm(_) := 5\ndecision := x if { x := json.unmarshal("1") with json.unmarshal as m }',
	'a value for one': 'decision := x if { x := json.unmarshal("1") with json.unmarshal as 9 }',
	'one as a mock': 'decision := x if { x := upper("[1]") with upper as json.unmarshal }',
	'an import of that name': 'import data.lib as json\ndecision := json.unmarshal("1")',
	'a rule of that name': 'substring(_, _, _) := "own"\ndecision := substring("abc", 0, 1)',
};

t.test('a function that the module has otherwise than OPA is the one of the host', async (t) => {
	for (const [what, rules] of Object.entries(CALLS)) {
		const { ours, theirs } = await answers(rules);
		t.ok(theirs !== undefined, what);
		t.same(ours, theirs, what);
	}
});
