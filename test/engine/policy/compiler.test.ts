import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { Compiler, CompilerRefusal } from '../../../engine/policy/compiler.ts';
import { COLD, openTestCompiler } from './compiler-for-tests.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const RULE = {
	path: 'rules/shell/closed/closed.rego',
	text: `# METADATA
# title: Shell tools are closed
# custom:
#   severity: high
package rules.shell.closed

import data.lib.names

deny contains "closed" if {
	input.tool.name in {"exec", "bash"}
	names.local
}

hold contains m if {
	m := {"message": $"why {input.method}", "quorum": count(input.findings), "approvers": ["group:x", 3]}
}

warn[x] := y if {
	x := 1
	y := 2
}

label.a contains "x"

mask := true

helper(x) := input.from if x

all_of_it if reads(input)

reads(x) if x.params
`,
};
const LIB = { path: 'lib/names.rego', text: 'package lib.names\n\nlocal if input.server.name == "db"\n' };
const modules = [RULE, LIB];

async function problems(request: Promise<unknown>) {
	const error = await request.then(
		() => undefined,
		(e: unknown) => e,
	);
	if (!(error instanceof CompilerRefusal)) throw new Error(`not refused: ${String(error)}`);
	return error.problems;
}

t.test('it is the pinned OPA', async (t) => {
	t.equal((await compiler.request('version', {})).opa, '1.22.2');
});

t.test('inspect tells heads, shapes and what is read', async (t) => {
	const { packages } = await compiler.request('inspect', { modules });
	t.same(
		packages.map((p) => p.path.join('.')),
		['lib.names', 'rules.shell.closed'],
	);
	const closed = packages[1]!;
	t.match(closed.annotations, { title: 'Shell tools are closed', custom: { severity: 'high' } });
	t.match(closed, { file: RULE.path, row: 5, col: 1, files: [RULE.path] });
	t.same(
		closed.rules.map(({ name, kind, head, row }) => [name, kind, head, row]),
		[
			['deny', 'set', 'deny', 9],
			['hold', 'set', 'hold', 14],
			['warn', 'map', 'warn[x]', 18],
			['label', 'nested', 'label.a', 23],
			['mask', 'complete', 'mask', 25],
			['helper', 'function', 'helper', 27],
			['all_of_it', 'complete', 'all_of_it', 29],
			['reads', 'function', 'reads', 31],
		],
	);
	const [deny, hold, , , , helper, all] = closed.rules;
	t.same(deny!.reads, ['input.server.name', 'input.tool.name'], 'also what its helpers read');
	t.same(hold!.reads, ['input.findings', 'input.method']);
	t.same(helper!.reads, ['input.from']);
	t.same(all!.reads, ['input'], 'the whole input was handed on');
	t.match(deny!.member, { kind: 'string', value: 'closed', row: 9, col: 15 });
	const members = new Map(hold!.member!.members!.map(({ key, value }) => [key.value, value]));
	t.match(members.get('message'), { kind: 'string', value: undefined });
	t.match(members.get('quorum'), { kind: 'number', value: undefined });
	t.match(members.get('approvers'), { kind: 'array', items: [{ value: 'group:x' }, { kind: 'number', value: 3 }] });
});

t.test('inspect says the errors of all files, each with its place', async (t) => {
	const found = await problems(
		compiler.request('inspect', {
			modules: [
				{ path: 'a.rego', text: 'package a\n\ndeny if {' },
				{ path: 'b.rego', text: 'package b\np := q r' },
				{ path: 'c.rego', text: '' },
			],
		}),
	);
	t.match(found, [
		{ file: 'a.rego', row: 3 },
		{ file: 'b.rego', row: 2, col: 8 },
		{ file: 'c.rego', row: 1, col: 1, message: 'empty module' },
	]);
	t.ok(found.every(({ code }) => code === 'rego_parse_error'));
});

t.test('a policy that does not compile is inspected without reads', async (t) => {
	const { packages } = await compiler.request('inspect', { modules: [RULE] });
	const { packages: broken } = await compiler.request('inspect', {
		modules: [{ path: 'a.rego', text: 'package a\np if nothing.here(input.x)' }],
	});
	t.equal(broken[0]!.rules[0]!.reads, null);
	t.ok(packages[0]!.rules[0]!.reads);
});

t.test('check knows types, strictness and closed functions', async (t) => {
	const check = async (text: string, more = {}) =>
		(await compiler.request('check', { modules: [{ path: 'a.rego', text }], ...more })).problems;
	t.same(await check('package a\np if input.anything'), []);
	const schema = {
		type: 'object',
		additionalProperties: false,
		properties: { tool: { type: 'object', additionalProperties: false, properties: { name: { type: 'string' } } } },
	};
	t.match(await check('package a\np if input.tool.nme', { schema }), [
		{
			code: 'rego_type_error',
			file: 'a.rego',
			row: 2,
			col: 6,
			details: { before: 'input.tool', have: 'nme', oneOf: ['name'] },
		},
	]);
	t.match(await check('package a\np if {\n\tx := 1\n}'), [{ code: 'rego_compile_error', row: 3, col: 2 }]);
	t.match(await check('package a\np if http.send({})', { builtins: ['eq'] }), [
		{ details: { builtin: 'http.send' }, row: 2, col: 6 },
	]);
});

t.test('compile gives the same module each time, and says what it cannot compile', async (t) => {
	const good = [{ path: 'a.rego', text: 'package a\np if input.x == 1' }];
	const [one, two] = await Promise.all([
		compiler.request('compile', { modules: good, entrypoints: ['a/p'] }),
		compiler.request('compile', { modules: good, entrypoints: ['a/p'] }),
	]);
	t.equal(one.wasm, two.wasm);
	t.ok(WebAssembly.Module.name && Buffer.from(one.wasm, 'base64').subarray(0, 4).equals(Buffer.from('\0asm')));
	t.match(await problems(compiler.request('compile', { modules: good, entrypoints: ['a/q'] })), [{ code: /./ }]);
	const recursive = [{ path: 'a.rego', text: 'package a\np if q\nq if p' }];
	t.match(await problems(compiler.request('compile', { modules: recursive, entrypoints: ['a/p'] })), [
		{ code: 'rego_recursion_error', file: 'a.rego', row: 2 },
		{ code: 'rego_recursion_error', file: 'a.rego', row: 3 },
	]);
});

t.test('tests run in the interpreter, and a failure names its expression', async (t) => {
	const tests = {
		path: 'closed_test.rego',
		text: `package rules.shell.closed_test

import data.rules.shell.closed

test_fires if {
	"closed" in closed.deny with input as {"tool": {"name": "exec"}, "server": {"name": "db"}}
}

test_silent if {
	print("looking")
	count(closed.deny) == 1 with input as {}
}

test_table[name] if {
	some name, case in {"one": 1, "two": 2}
	case == data.limit
}

test_breaks if {
	f(1) == 2
}

f(x) := x
f(x) := x + 1

todo_test_later if false
`,
	};
	const answer = await compiler.request('test', { modules: [...modules, tests], data: { limit: 1 } });
	t.match(answer.tests, [
		{
			name: 'test_fires',
			outcome: 'pass',
			package: 'rules.shell.closed_test',
			file: 'closed_test.rego',
			row: 5,
			col: 1,
		},
		{
			name: 'test_silent',
			outcome: 'fail',
			output: 'looking\n',
			failed: { row: 11, col: 2 },
			message: /count\(closed.deny\) == 1/,
		},
		{ name: 'test_table', outcome: 'fail', cases: ['two'], failed: { row: 16 } },
		{ name: 'test_breaks', outcome: 'error', failed: { code: 'eval_conflict_error' } },
		{ name: 'todo_test_later', outcome: 'skip' },
	]);
	t.ok(answer.tests.every(({ durationNs }) => durationNs >= 0));
});

t.test('eval, deps and format', async (t) => {
	const { outcomes } = await compiler.request('eval', {
		modules,
		query: 'data.rules.shell.closed.deny',
		inputs: [{ tool: { name: 'exec' }, server: { name: 'db' } }, {}],
	});
	t.same(outcomes, [
		{ defined: true, value: ['closed'] },
		{ defined: true, value: [] },
	]);
	const deps = await compiler.request('deps', { modules, query: 'data.rules.shell.closed.deny' });
	t.same(deps.base, ['input.server.name', 'input.tool.name']);
	t.same(deps.virtual, ['data.lib.names.local', 'data.rules.shell.closed.deny']);
	const formatted = await compiler.request('format', { modules: [{ path: 'z.rego', text: 'package z\np if {1==1}' }] });
	t.same(formatted.modules, [{ path: 'z.rego', text: 'package z\n\np if 1 == 1\n' }]);
});

t.test('a bad request ends nothing', async (t) => {
	t.match(await problems(compiler.request('nonsense' as 'version', {})), [{ code: 'bad_request' }]);
	t.match(await problems(compiler.request('inspect', { modules: 'x' } as never)), [{ code: 'bad_request' }]);
	t.equal((await compiler.request('version', {})).opa, '1.22.2');
});

t.test('answers find their requests', async (t) => {
	const texts = Array.from({ length: 20 }, (_, i) => `package p${i}`);
	const answers = await Promise.all(
		texts.map((text) => compiler.request('inspect', { modules: [{ path: 'a.rego', text }] })),
	);
	t.same(
		answers.map(({ packages }) => packages[0]!.path),
		texts.map((text) => [text.slice('package '.length)]),
	);
});

t.test('a program that dies is said to have died, and started anew', async (t) => {
	const dir = t.testdir({
		'once.mjs': `import { existsSync, writeFileSync } from 'node:fs';
			import { createInterface } from 'node:readline';
			createInterface({ input: process.stdin }).on('line', (line) => {
				if (!existsSync(process.argv[2])) {
					writeFileSync(process.argv[2], '');
					process.stderr.write('out of luck\\n', () => process.exit(7));
				} else process.stdout.write(JSON.stringify({ id: JSON.parse(line).id, ok: true, result: { opa: 'again' } }) + '\\n');
			});`,
		'noise.mjs': `process.stdin.once('data', () => console.log('hello'));`,
	});
	const program = (...args: string[]) => new Compiler(async () => ({ command: [process.execPath, ...args], env: {} }));
	const mortal = program(join(dir, 'once.mjs'), join(dir, 'mark'));
	await t.rejects(mortal.request('version', {}), { code: 'ERR_COMPILER_CRASHED', message: /exit code 7.*out of luck/ });
	t.equal((await mortal.request('version', {})).opa, 'again');
	await mortal.close();
	await t.rejects(mortal.request('version', {}), { code: 'ERR_COMPILER_CRASHED', message: /closed/ });

	const noise = program(join(dir, 'noise.mjs'));
	await t.rejects(noise.request('version', {}), { code: 'ERR_COMPILER_CRASHED' }, 'what is no answer is not waited on');
	await noise.close();

	const absent = new Compiler(async () => ({ command: [join(dir, 'absent')], env: {} }));
	await t.rejects(absent.request('version', {}), { code: 'ERR_COMPILER_CRASHED', message: /ENOENT/ });
	await absent.close();
});

t.test('an idle compiler does not keep the process alive', async (t) => {
	const helper = join(import.meta.dirname, 'compiler-for-tests.ts');
	const script = `
		import { openTestCompiler } from ${JSON.stringify(helper)};
		console.log((await openTestCompiler().request('version', {})).opa);`;
	const run = promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', script]);
	t.equal((await run).stdout, '1.22.2\n');
});
