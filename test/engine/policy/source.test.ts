import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { mergeData, parseDataFile } from '../../../engine/policy/data-file.ts';
import { readPolicySource } from '../../../engine/policy/source.ts';

const RULE = 'package rules.a.b\n\ndeny contains "x"\n';

t.test('Rego, tests and data come apart, in the order of their paths', async (t) => {
	const dir = t.testdir({
		rules: { a: { 'b.rego': RULE, 'b_test.rego': 'package rules.a.b_test', 'README.md': '#', 'data.yml': 'x: 1' } },
		'a.rego': 'package lib.a',
		'.hidden': { 'h.rego': 'package h' },
		node_modules: { m: { 'm.rego': 'package m' } },
	});
	await t.rejects(readPolicySource(dir), {
		code: 'ERR_POLICY_DATA_RESERVED',
		message: /rules\/a\/data\.yml:1:1:.*`rules`/,
	});
	writeFileSync(join(dir, 'rules/a/data.yml'), '');
	await t.rejects(readPolicySource(dir), { code: 'ERR_POLICY_DATA_RESERVED' });
});

t.test('the folder of a data file is its path; later data files win', async (t) => {
	const dir = t.testdir({
		'b.rego': RULE,
		'b_test.rego': 'package rules.a.b_test',
		'data.yaml': 'config:\n  level: shadow\n  list: [1, 2]\n',
		config: { limits: { 'data.json': '{"size": 10}' } },
		teams: { 'data.json': '["red"]' },
		over: { '1.yaml': 'config: { list: [3], level: "off" }', '2.json': '{"config": {"level": "enforce"}}' },
	});
	const { dataFiles = [], ...source } = await readPolicySource(dir, [
		join(dir, 'over/1.yaml'),
		join(dir, 'over/2.json'),
	]);
	t.same(
		dataFiles.map(({ path, under }) => [path, under]),
		[
			['config/limits/data.json', ['config', 'limits']],
			['data.yaml', []],
			['teams/data.json', ['teams']],
			[join(dir, 'over/1.yaml'), []],
			[join(dir, 'over/2.json'), []],
		],
	);
	t.same(source, {
		origin: dir,
		modules: [{ path: 'b.rego', text: RULE }],
		tests: [{ path: 'b_test.rego', text: 'package rules.a.b_test' }],
		data: { config: { level: 'enforce', list: [3], limits: { size: 10 } }, teams: ['red'] },
	});
});

t.test('mistakes are told with file, line and column', async (t) => {
	const cases: [name: string, text: string, code: string, message: RegExp][] = [
		['data.yaml', 'a: 1\nb: [1, 2\nc: 3', 'ERR_POLICY_DATA_SYNTAX', /^data\.yaml:[23]:\d+: not YAML/],
		['data.yaml', 'a: 1\na: 2', 'ERR_POLICY_DATA_SYNTAX', /^data\.yaml:2:1: .*unique/],
		['data.json', '{"a": 1,\n "b": }', 'ERR_POLICY_DATA_SYNTAX', /^data\.json:2:7: not JSON/],
		['data.json', '{"a": 1', 'ERR_POLICY_DATA_SYNTAX', /^data\.json:1:\d+: not JSON/],
		['data.json', '{"a": 1,\n "a": 2}', 'ERR_POLICY_DATA_SYNTAX', /^data\.json:2:2: /],
		['data.json', '[1]', 'ERR_POLICY_DATA_SHAPE', /object at the top/],
		['data.yaml', '- 1', 'ERR_POLICY_DATA_SHAPE', /object at the top/],
		['data.json', '{"lib": {}}', 'ERR_POLICY_DATA_RESERVED', /`lib`/],
		['data.yaml', 'sluice: 1', 'ERR_POLICY_DATA_RESERVED', /`sluice`/],
		['data.json', '{"a": 9007199254740993}', 'ERR_POLICY_DATA_NUMBER', /9007199254740993/],
		['data.json', '{"a": 1e999}', 'ERR_POLICY_DATA_NUMBER', /1e999/],
		['data.yaml', 'a: 9007199254740993', 'ERR_POLICY_DATA_NUMBER', /9007199254740993/],
		['data.yaml', 'a: .inf', 'ERR_POLICY_DATA_NUMBER', /Infinity/],
	];
	for (const [name, text, code, message] of cases) {
		const dir = t.testdir({ 'b.rego': RULE, [name]: text });
		await t.rejects(readPolicySource(dir), { code, message }, `${name}: ${text}`);
		const over = t.testdir({ 'b.rego': RULE, over: { [name.replace('data', 'my')]: text } });
		await t.rejects(
			readPolicySource(over, [join(over, 'over', name.replace('data', 'my'))]),
			{ code },
			`policy.data ${text}`,
		);
	}
});

t.test('two files of a folder may not say the same', async (t) => {
	const dir = t.testdir({
		'b.rego': RULE,
		'data.yaml': 'config: { limits: { size: 1 } }',
		config: { 'data.json': '{"limits": {"size": 2}}' },
	});
	await t.rejects(readPolicySource(dir), {
		code: 'ERR_POLICY_DATA_CONFLICT',
		message: /^data\.yaml:1:21: `config\.limits\.size` is also defined by `config\/data\.json`/,
	});
});

t.test('no folder, no rules, no text', async (t) => {
	const dir = t.testdir({ file: '', empty: {}, lib: { 'a.rego': '# package rules.x.y\npackage lib.a' } });
	await t.rejects(readPolicySource(join(dir, 'absent')), { code: 'ERR_POLICY_MISSING', message: /absent/ });
	await t.rejects(readPolicySource(join(dir, 'file')), { code: 'ERR_POLICY_MISSING' });
	for (const name of ['empty', 'lib']) {
		await t.rejects(readPolicySource(join(dir, name)), { code: 'ERR_POLICY_EMPTY', help: /rules\.<category>/ });
	}
	writeFileSync(join(dir, 'lib/b.rego'), Buffer.from([0x70, 0xff]));
	await t.rejects(readPolicySource(join(dir, 'lib')), { code: 'ERR_POLICY_READ', message: /`b\.rego` is not UTF-8/ });
	await t.rejects(readPolicySource(t.testdir({ 'b.rego': RULE }), ['/nowhere/my.yaml']), { code: 'ERR_POLICY_READ' });
});

t.test('links are followed, circles are not', async (t) => {
	const dir = t.testdir({ real: { 'b.rego': RULE }, policy: {} });
	symlinkSync(join(dir, 'real'), join(dir, 'policy/rules'));
	symlinkSync(join(dir, 'policy'), join(dir, 'policy/again'));
	t.same((await readPolicySource(join(dir, 'policy'))).modules, [{ path: 'rules/b.rego', text: RULE }]);
});

t.test('merging: objects deep, all else replaced, any name is a name', async (t) => {
	t.same(mergeData({ a: { b: 1, c: [1] } }, { a: { c: [2] }, d: null }), { a: { b: 1, c: [2] }, d: null });
	const evil = parseDataFile('x.json', '{"__proto__": {"polluted": true}, "a": 1}');
	const merged = mergeData(evil, parseDataFile('x.yaml', '__proto__: { more: 1 }')) as object;
	t.equal(JSON.stringify(merged), '{"__proto__":{"polluted":true,"more":1},"a":1}');
	t.equal(({} as { polluted?: true }).polluted, undefined);
	fc.assert(
		fc.property(fc.object(), (value) => t.same(mergeData(value, {}), value) && t.same(mergeData({}, value), value)),
		{ numRuns: 50 },
	);
});
