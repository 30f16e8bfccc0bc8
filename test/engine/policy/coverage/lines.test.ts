import t from 'tap';
import { Counts } from '../../../../engine/policy/coverage/counts.ts';
import { ignoredRows } from '../../../../engine/policy/coverage/ignored.ts';
import { instrument } from '../../../../engine/policy/coverage/instrument.ts';
import { coverFile, percentOf, totalsOf } from '../../../../engine/policy/coverage/lines.ts';
import { createEvaluator } from '../../../../engine/policy/evaluate.ts';
import { COLD, openTestCompiler, sourceOf } from '../compiler-for-tests.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const ONE = `package rules.a.b

import rego.v2

deny contains "closed" if {
	input.method == "tools/call"
	input.tool.name == "exec"
	input.tool.arguments.force
}

deny contains $"not allowed: {name}" if {
	name := input.tool.name
	not name in {"exec"}
}

warn contains "small" if lib_size(input.tool.arguments) < 3

lib_size(x) := count(x) if is_object(x)

lib_size(x) := 0 if {
	is_null(x)
}

default _limit := 5

_limit := 7 if input.never

_unused if input.method

hold contains "all" if {
	every x in input.tool.arguments.list { x > 3 }
	_limit > 5
} # sluice:uncovered needs a list
`;

/** `row status hits code: text` of each line that is not covered, and rows that are. */
async function lines(text: string, inputs: readonly object[], off: readonly string[] = []) {
	const { wasm, bodies } = await instrument(sourceOf({ 'p.rego': text }), compiler);
	const counts = Counts.of(bodies);
	const evaluator = createEvaluator(wasm, {}, undefined, counts.probe);
	for (const input of inputs) evaluator.evaluate(Buffer.from(JSON.stringify(input)), { nowNs: 0n, seed: '' });
	evaluator.close();
	const file = coverFile('p.rego', text, { bodies, counts, off: new Set(off) });
	const said = file.lines.map(({ row, status, hits, reason }) =>
		status === 'covered' ? `${row} ${hits}` : `${row} ${status} ${reason?.code}: ${reason?.text}`,
	);
	return { file, said };
}

const call = (name: string, args: unknown = {}) => ({
	from: 'client',
	kind: 'request',
	method: 'tools/call',
	tool: { name, arguments: args },
});

t.test('a line is covered when what starts on it was true, and says why it was not', async (t) => {
	const { said, file } = await lines(ONE, [call('exec'), call('exec', { a: 1, b: 2, c: 3 })]);
	t.same(said, [
		'5 partial blocked: the rule never fired: `input.tool.arguments.force` at 8:2 was never true',
		'6 2',
		'7 2',
		'8 partial false: the expression was always false or undefined',
		'11 partial blocked: the rule never fired: `not name in {"exec"}` at 13:2 was never true',
		'12 2',
		'13 partial false: the expression was always false or undefined',
		'16 1',
		'18 2',
		'20 partial blocked: the rule never fired: `is_null(x)` at 21:2 was never true',
		'21 partial false: the expression was always false or undefined',
		'24 missed unasked: nothing asks for `_limit` in any fixture or test',
		'26 missed unasked: nothing asks for `_limit` in any fixture or test',
		'28 missed unasked: nothing asks for `_unused` in any fixture or test',
		'30 partial blocked: the rule never fired: `every x in input.tool.arguments.list { x > 3 }` at 31:2 was never true',
		'31 partial false: the expression was always false or undefined',
		'32 missed blocked: never reached because `every x in input.tool.arguments.list { x > 3 }` at 31:2 was never true',
	]);
	t.same(totalsOf([file]), {
		total: 17,
		covered: 5,
		partial: 8,
		missed: 4,
		ignored: 0,
		unmeasured: 0,
		percent: 29.4,
	});
	t.same(file.idle, []);
});

t.test('what follows from more frames', async (t) => {
	const frames = [call('exec', { force: true, list: [] }), call('read', null), call('read', { list: [4] })];
	const { said } = await lines(ONE, frames);
	t.same(
		said.filter((line) => !/^\d+ \d+$/.test(line)),
		[
			'26 partial blocked: the rule never fired: `input.never` at 26:16 was never true',
			'28 missed unasked: nothing asks for `_unused` in any fixture or test',
			'30 partial blocked: the rule never fired: `_limit > 5` at 32:2 was never true',
			'32 partial false: the expression was always false or undefined',
		],
	);
});

t.test('rules that nothing reaches, rules that are off', async (t) => {
	const text = 'package rules.a.b\n\ndeny contains "x" if input.method == "ping"\n';
	const frame = { from: 'client', kind: 'request', method: 'tools/list' };
	t.same((await lines(text, [])).said, ['3 missed unreached: no fixture reaches this rule']);
	t.same((await lines(text, [], ['data.rules.a.b'])).said, ['3 missed off: the rule package is off in this profile']);
	t.match((await lines(text, [frame])).said, [/^3 partial blocked: .* at 3:22 was never true$/]);
});

t.test('branches, closures and heads', async (t) => {
	const text = `package rules.a.b

import rego.v2

deny contains _how if input.method

_how := "one" if {
	input.from == "client"
} else := "two" if {
	input.kind
} else := input.none

warn contains "w" if {
	every x in input.none2 { x }
}

warn contains input.none

warn contains "v" if {
	input.from == "client" or input.kind == "x"
	y := [z |
		some z in []
		z > 1
	]
	y == [1]
}
`;
	const { said } = await lines(text, [{ from: 'client', kind: 'request', method: 'ping', none2: [] }]);
	t.same(said, [
		'5 1',
		'7 1',
		'8 1',
		'9 missed earlier: never reached: a branch before it always held',
		'10 missed earlier: never reached: a branch before it always held',
		'11 missed earlier: never reached: a branch before it always held',
		'13 1',
		'14 1',
		'17 partial false: what its head computes was always undefined',
		'19 partial blocked: the rule never fired: `y == [1]` at 25:2 was never true',
		'20 1',
		'21 1',
		'22 partial false: the expression was always false or undefined',
		'23 missed blocked: never reached because `some z in []` at 22:3 was never true',
		'25 partial false: the expression was always false or undefined',
	]);
});

t.test('a comment with a reason excludes a line; one without does not; one too many is told', async (t) => {
	const text = `package rules.a.b

# sluice:uncovered only on Windows
# and there rarely
deny contains "x" if {
	input.never # sluice:uncovered
	input.more # sluice:uncovered   a second reason
}

warn contains "y" if input.method # sluice:uncovered not needed
`;
	t.same(
		[...ignoredRows(text)],
		[
			[5, { reason: 'only on Windows' }],
			[6, {}],
			[7, { reason: 'a second reason' }],
			[10, { reason: 'not needed' }],
		],
	);
	const { said, file } = await lines(text, [{ from: 'client', kind: 'request', method: 'ping' }]);
	t.same(said, [
		'5 ignored ignored: only on Windows',
		'6 partial false: the expression was always false or undefined',
		'7 ignored ignored: a second reason',
		'10 1',
	]);
	t.same(totalsOf([file]).ignored, 2);
	t.same(file.idle, [
		{ row: 6, why: 'no reason' },
		{ row: 10, why: 'covered' },
	]);
});

t.test('percentages are rounded down, so that only all lines are 100', (t) => {
	t.equal(percentOf(9999, 10000), 99.9);
	t.equal(percentOf(0, 0), 100);
	t.equal(percentOf(1, 3), 33.3);
	t.end();
});
