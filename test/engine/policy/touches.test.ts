import t from 'tap';
import type { Slot } from '../../../engine/policy/types.ts';
import { COLD, openTestCompiler } from './compiler-for-tests.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const LIB = `package lib.f

g(i) if i.from == "client"

is_call if {
	input.method == "tools/call"
	input.kind == "request"
}

shells := {"exec", "bash"}

tool := input.tool

# two of them may hold, and give two values
mode := "a" if input.x

mode := "b" if input.y

# one value, however often it holds
steady := "a" if input.x

steady := "a" if input.y

pick := "a" if input.x

else := "b"

default either := false

either if input.method == "a"

else if input.method == "b"
`;

const ANY: Slot[] = [{}];
const CLIENT: Slot[] = [{ from: ['client'] }];

/** What a package of this body (with `data.lib.f` as f) touches. */
const CASES: readonly [what: string, body: string, touches: readonly Slot[]][] = [
	[
		'both ways round',
		'deny contains 1 if {input.from == "client"; "x" == input.method}',
		[{ from: ['client'], method: ['x'] }],
	],
	['a set', 'deny contains 1 if input.tool.name in {"b", "a"}', [{ tool: ['a', 'b'] }]],
	[
		'a local',
		'deny contains 1 if {x := input.method; x == "m"; input.kind in ["r"]}',
		[{ kind: ['r'], method: ['m'] }],
	],
	['some', 'deny contains 1 if {some y in {"a", "b"}; input.method == y}', [{ method: ['a', 'b'] }]],
	['a key', 'deny contains 1 if f.shells[input.tool.name]', [{ tool: ['bash', 'exec'] }]],
	['a named constant', 'deny contains 1 if input.tool.name in f.shells', [{ tool: ['bash', 'exec'] }]],
	['a constant or another', 'deny contains 1 if input.tool.name == f.pick', ANY],
	['a named part', 'deny contains 1 if f.tool.name == "x"', [{ tool: ['x'] }]],
	[
		'helpers',
		'deny contains 1 if {f.is_call; f.g(input)}',
		[{ from: ['client'], kind: ['request'], method: ['tools/call'] }],
	],
	[
		'a helper for each member',
		'deny contains f.tool.name if f.is_call',
		[{ kind: ['request'], method: ['tools/call'] }],
	],
	['a helper with else and default', 'deny contains 1 if f.either', [{ method: ['a', 'b'] }]],
	['its value', 'deny contains x if x := f.either', ANY],
	['or', 'import rego.v2\ndeny contains 1 if {input.method == "a" or input.method == "b"}', [{ method: ['a', 'b'] }]],
	['or, half of it', 'import rego.v2\ndeny contains 1 if {input.method == "a" or input.x}', ANY],
	['not', 'deny contains 1 if not input.from == "client"', ANY],
	['not a helper', 'deny contains 1 if not f.is_call', ANY],
	['a comparison as a value', 'deny contains x if x := input.method == "a"', ANY],
	['every', 'deny contains 1 if every x in [1] {x == 1; input.method == "b"}', ANY],
	['a comprehension', 'deny contains 1 if {x := [1 | input.from == "client"]; count(x) == 0}', ANY],
	['another input', 'deny contains 1 if {input.from == "client"; f.is_call with input as {}}', ANY],
	['a helper replaced', 'deny contains 1 if f.is_call with data.lib.f.is_call as true', ANY],
	['other data', 'deny contains 1 if {input.from == "client"; f.is_call with data.x as 1}', CLIENT],
	['a conflict before it', 'deny contains 1 if {f.mode == "a"; input.from == "client"}', ANY],
	['a conflict behind it', 'deny contains 1 if {input.from == "client"; f.mode == "a"}', CLIENT],
	['no conflict', 'deny contains 1 if {f.steady == "a"; input.from == "client"}', CLIENT],
	[
		'an object with a key twice',
		'deny contains 1 if {x := {"k": y | some y in input.l}; input.from == "client"; x}',
		ANY,
	],
	[
		'two sets',
		'deny contains 1 if {input.from == "client"; input.tool.name == "a"}\nmask contains 1 if {input.from == "server"; input.kind == "result"}',
		[
			{ from: ['client'], tool: ['a'] },
			{ from: ['server'], kind: ['result'] },
		],
	],
	[
		'two bodies',
		'deny contains 1 if input.tool.name == "a"\ndeny contains 2 if input.tool.name == "b"',
		[{ tool: ['a', 'b'] }],
	],
	['one body of any frame', 'deny contains 1 if input.from == "client"\ndeny contains 2 if input.x', ANY],
	['no set', 'x := 1', []],
	['never', 'deny contains 1 if {input.from == "client"; input.from == "server"}', []],
	['what is no set', 'deny := 1 if input.from == "client"', ANY],
	['a map', 'deny[x] := 1 if {input.from == "client"; x := "a"}', ANY],
];

t.test('the frames that a rule package can say anything of', async (t) => {
	const modules = CASES.map(([, body], i) => {
		const imports = body.startsWith('import') ? '' : 'import rego.v1\n';
		return { path: `${i}.rego`, text: `package rules.a.r${i}\nimport data.lib.f\n${imports}${body}\n` };
	});
	const { packages } = await compiler.request('inspect', { modules: [...modules, { path: 'f.rego', text: LIB }] });
	const found = new Map(packages.map(({ file, touches }) => [file, touches]));
	for (const [i, [what, , touches]] of CASES.entries()) t.strictSame(found.get(`${i}.rego`), touches, what);
	t.equal(found.get('f.rego'), null, 'what is no rule package has none');
});

t.test('many different slots become one that has them all', async (t) => {
	const bodies = Array.from(
		{ length: 20 },
		(_, i) => `deny contains ${i} if {input.method == "m${i}"; input.tool.name == "t${i}"}`,
	);
	const text = `package rules.a.b\n${bodies.join('\n')}`;
	const { packages } = await compiler.request('inspect', { modules: [{ path: 'a.rego', text }] });
	t.equal(packages[0]!.touches!.length <= 16, true);
	t.ok(packages[0]!.touches!.some(({ method, tool }) => method!.length > 1 && tool!.length > 1));
});

t.test('nothing is known of what does not compile', async (t) => {
	const text = 'package rules.a.b\ndeny contains 1 if {input.from == "client"; nothing.here(1)}';
	const { packages } = await compiler.request('inspect', { modules: [{ path: 'a.rego', text }] });
	t.equal(packages[0]!.touches, null);
});
