import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { hostBuiltins } from '../../../engine/policy/builtins/index.ts';
import { compilePolicy } from '../../../engine/policy/compile.ts';
import { Compiler } from '../../../engine/policy/compiler.ts';
import { COLD, openTestCompiler, sourceOf } from './compiler-for-tests.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

/** A compiler that must not be asked. */
const none = () => new Compiler(() => Promise.reject(new Error('the compiler was located')));
const MASKING = { detectors: ['secrets'] };
const RULE = '# METADATA\n# title: T\npackage rules.a.b\n\ndeny contains "x" if input.tool.name == "x"\n';
const source = sourceOf({ 'rules/a/b/b.rego': RULE, 'rules/a/b/b_test.rego': 'package rules.a.b_test' }, { limit: 1 });

t.test('everything that a gateway without a compiler needs', async (t) => {
	const policy = await compilePolicy(source, MASKING, '1', compiler);
	t.ok(WebAssembly.Module.prototype && new WebAssembly.Module(policy.wasm));
	t.match(policy, {
		revision: /^[0-9a-f]{64}$/,
		data: { limit: 1 },
		rules: [{ id: 'a/b', title: 'T', sets: ['deny'], reads: ['input.tool.name'] }],
		reads: ['input.tool.name'],
		modules: source.modules,
		masking: MASKING,
		compiler: /^opa v1\.22\.2 /,
	});
	const again = await compilePolicy({ ...source, tests: [], origin: 'elsewhere' }, MASKING, '1', compiler);
	t.equal(again.revision, policy.revision, 'neither tests nor the place count');
	t.ok(again.wasm.equals(policy.wasm));
	for (const name of hostBuiltins.keys()) t.ok(policy.builtins.includes(name), name);
});

t.test('a rule that hands the whole input on makes reads unknown', async (t) => {
	const whole = sourceOf({ 'b.rego': `${RULE}\nwarn contains "y" if walk(input, [_, "secret"])\n` });
	t.equal((await compilePolicy(whole, MASKING, '1', compiler)).reads, null);
});

t.test('the second time needs no compiler, not even to find it', async (t) => {
	const cache = t.testdir();
	const first = await compilePolicy(source, MASKING, '1', compiler, cache);
	t.same(await compilePolicy(source, MASKING, '1', none(), cache), first);
	const [entry] = readdirSync(join(cache, 'policies'));
	t.equal(readdirSync(join(cache, 'policies')).length, 1, 'nothing half-written stays');
	t.equal(statSync(join(cache, 'policies', entry!)).mode & 0o077, 0, 'data may be private');

	const other = join(cache, 'other');
	const elsewhere = { ...source, modules: [{ path: 'rules/a/b/c.rego', text: RULE }] };
	await compilePolicy(elsewhere, MASKING, '1', compiler, other);
	const [foreign] = readdirSync(join(other, 'policies'));
	copyFileSync(join(other, 'policies', foreign!), join(cache, 'policies', entry!));
	await t.rejects(compilePolicy(source, MASKING, '1', none(), cache), { message: 'the compiler was located' });

	writeFileSync(join(cache, 'policies', entry!), 'damaged');
	await t.rejects(compilePolicy(source, MASKING, '1', none(), cache), { message: 'the compiler was located' });
	t.same(await compilePolicy(source, MASKING, '1', counting().compiler, cache), first, 'what is damaged is made anew');
	t.same(await compilePolicy(source, MASKING, '1', none(), cache), first);
	const file = join(cache, 'policies', entry!);
	t.same(await compilePolicy(source, MASKING, '1', counting().compiler, file), first, 'a cache is no must');
});

/** `compiler`, with what it is asked counted; as another one, so that nothing is remembered. */
function counting(): { compiler: Compiler; asked: string[] } {
	const asked: string[] = [];
	const counted = {
		request(op: Parameters<Compiler['request']>[0], body: never) {
			asked.push(op);
			return compiler.request(op, body);
		},
	};
	return { compiler: counted as unknown as Compiler, asked };
}

t.test('other data is another revision of the same module: nothing is compiled', async (t) => {
	const { compiler, asked } = counting();
	const first = await compilePolicy(source, MASKING, '1', compiler);
	t.same(asked, ['inspect', 'check', 'inspect', 'compile']);
	const data = { limit: 2, config: { rules: { 'a/b': { level: 'shadow' } } } };
	const second = await compilePolicy({ ...source, data }, MASKING, '1', compiler);
	t.equal(asked.length, 4, 'not asked again');
	t.not(second.revision, first.revision);
	t.equal(second.wasm, first.wasm);
	t.same([first.data, second.data], [{ limit: 1 }, data]);
	t.same(await compilePolicy(source, MASKING, '1', compiler), first, 'and back');

	const wrong = { config: { rules: { 'a/c': { level: 'off' } } } };
	await t.rejects(compilePolicy({ ...source, data: wrong }, MASKING, '1', compiler), {
		code: 'ERR_POLICY_REFUSED',
		diagnostics: [{ code: 'ERR_POLICY_CONFIG' }],
	});
	t.equal(asked.length, 4);

	const cache = t.testdir();
	await compilePolicy(source, MASKING, '1', compiler, cache);
	const entry = readdirSync(join(cache, 'policies'))[0]!;
	const text = gunzipSync(readFileSync(join(cache, 'policies', entry))).toString('latin1');
	t.notMatch(text, /"limit"/, 'no data in the cache');
	t.same(await compilePolicy({ ...source, data }, MASKING, '1', none(), cache), second, 'nor in another process');
});

t.test('whatever counts changes the revision', async (t) => {
	const { revision } = await compilePolicy(source, MASKING, '1', compiler);
	const others = await Promise.all([
		compilePolicy({ ...source, data: { limit: 2 } }, MASKING, '1', compiler),
		compilePolicy({ ...source, modules: [{ path: 'rules/a/b/c.rego', text: RULE }] }, MASKING, '1', compiler),
		compilePolicy({ ...source, modules: [{ path: 'rules/a/b/b.rego', text: `${RULE}\n` }] }, MASKING, '1', compiler),
		compilePolicy(source, { detectors: ['pii'] }, '1', compiler),
		compilePolicy(source, { ...MASKING, custom: '#' }, '1', compiler),
		compilePolicy(source, MASKING, '2', compiler),
	]);
	t.equal(new Set([revision, ...others.map((p) => p.revision)]).size, 7);
});

t.test('what does not compile is refused with all there is to say', async (t) => {
	const bad = {
		...source,
		modules: [{ path: 'rules/a/b/b.rego', text: 'package rules.a.b\n\ndeny := true\n\nwarn contains 1\n' }],
	};
	await t.rejects(compilePolicy(bad, MASKING, '1', compiler), {
		code: 'ERR_POLICY_REFUSED',
		message: /`policies` does not compile: rules\/a\/b\/b\.rego:3:1: .*\(and 1 more\)$/,
		help: /deny contains/,
		diagnostics: [{ code: 'ERR_RULE_SHAPE' }, { code: 'ERR_RULE_MEMBER' }],
	});
	const known = { findingTypes: ['pii/email'] };
	const masks = {
		...source,
		modules: [{ path: 'b.rego', text: `${RULE}mask contains {"message": "m", "finding": "pii/*"}\n` }],
	};
	await compilePolicy(masks, MASKING, '1', compiler, undefined, known);
	await t.rejects(compilePolicy(masks, MASKING, '1', compiler, undefined, { findingTypes: ['secret/x'] }), {
		code: 'ERR_POLICY_REFUSED',
		diagnostics: [{ code: 'ERR_RULE_FINDING' }],
	});
});
