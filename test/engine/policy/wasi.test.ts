import t from 'tap';
import { Compiler } from '../../../engine/policy/compiler.ts';
import { wasiProgram } from '../../../engine/policy/locate-compiler.ts';
import { buildWasi } from '../../../scripts/build-compiler-wasi.ts';
import { CACHE, COLD, openTestCompiler } from './compiler-for-tests.ts';

t.setTimeout(COLD);

t.test('the WASI build of the compiler gives the same bytes as the native one', async (t) => {
	const native = openTestCompiler();
	const module = await buildWasi(CACHE, process.env);
	const wasi = new Compiler(async () => wasiProgram(module));
	t.teardown(() => Promise.all([native.close(), wasi.close()]));

	t.equal((await wasi.request('version', {})).platform, 'wasip1/wasm');
	const modules = [
		{
			path: 'rules/a/b/b.rego',
			text: `package rules.a.b

deny contains $"no {input.tool.name}" if {
	regex.match("^x[0-9]+$", input.tool.name)
	some path, value in object.union(input.params, {"é": 1.5})
	not path in data.allowed
	walk(value, [_, "secret"])
}`,
		},
		// larger than a pipe's buffer, so that requests arrive in pieces
		{ path: 'lib/big.rego', text: `package lib.big\n\n# ${'long '.repeat(100_000)}\nnames := {"é", "x"}\n` },
	];
	const request = { modules, entrypoints: ['rules/a/b/deny', 'lib/big/names'] };
	const [one, other] = await Promise.all([native.request('compile', request), wasi.request('compile', request)]);
	t.ok(one.wasm.length > 100_000);
	t.equal(other.wasm, one.wasm);
	t.same(await wasi.request('inspect', { modules }), await native.request('inspect', { modules }));
	await t.rejects(wasi.request('inspect', { modules: [{ path: 'x.rego', text: 'package' }] }), {
		name: 'CompilerRefusal',
	});
});
