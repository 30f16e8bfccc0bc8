import fc from 'fast-check';
import t from 'tap';
import { ruleFingerprint } from '../../../engine/diff/fingerprint.ts';
import { checkPolicy } from '../../../engine/policy/check.ts';
import type { RuleInfo } from '../../../engine/policy/types.ts';
import { COLD, openTestCompiler, sourceOf } from './compiler-for-tests.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

type Files = Readonly<Record<string, string>>;

async function rulesOf(files: Files): Promise<readonly RuleInfo[]> {
	const { rules, diagnostics } = await checkPolicy(sourceOf(files), compiler);
	const error = diagnostics.find(({ level }) => level === 'error');
	if (error !== undefined) throw new Error(`${error.place?.file}: ${error.message}`);
	return rules;
}

async function usesOf(files: Files): Promise<RuleInfo['uses']> {
	const rules = await rulesOf(files);
	return rules.find(({ id }) => id === 'a/one')!.uses;
}

const hash = (rules: readonly RuleInfo[], data: Record<string, unknown>, rule: string) =>
	ruleFingerprint({ rules, modules: [], data, masking: { detectors: [] }, detectorVersion: '1' }, rule);

/** The rule of most cases, with what it imports. */
const one = (body: string, imports = 'import data.lib.names') => ({
	'rules/a/one.rego': `package rules.a.one\n${imports}\n${body}`,
});
const LIB = `package lib.names

import data.lib.deep

f(x) := deep.g(x) if x

else := data.limits.other

unrelated := data.secret
`;
const LIBS = {
	'lib/names.rego': LIB,
	'lib/deep.rego': 'package lib.deep\ng(x) := x\nh := data.deep',
	'lib/late.rego': 'package lib.late\nk := 1',
};

t.test('a rule is what its sets refer to: definitions and data, however far away', async (t) => {
	const rows: [what: string, files: Files, files: string[] | undefined, data: string[][]][] = [
		['nothing', one('deny contains "x"', ''), ['rules/a/one.rego'], []],
		[
			'a function with an else',
			one('deny contains "x" if names.f(input.method)'),
			['lib/deep.rego', 'lib/names.rego', 'rules/a/one.rego'],
			[['limits', 'other']],
		],
		[
			'data by name',
			one('deny contains "x" if data.a.b["c/d"].e[input.method].f', ''),
			undefined,
			[['a', 'b', 'c/d', 'e']],
		],
		['one path within another', one('deny contains data.a.b if data.a', ''), undefined, [['a']]],
		[
			'data through an import',
			one('deny contains "x" if s.level', 'import data.settings as s'),
			undefined,
			[['settings', 'level']],
		],
		[
			'data through a local',
			one('deny contains "x" if { s := data.settings; s[input.method] }', ''),
			undefined,
			[['settings']],
		],
		['a key that is data', one('deny contains "x" if data.a[data.b]', ''), undefined, [['a'], ['b']]],
		[
			'whatever stands in a library',
			one('deny contains "x" if data.lib.deep[input.method]', ''),
			['lib/deep.rego', 'rules/a/one.rego'],
			[['deep']],
		],
		[
			'a function in the place of another',
			one('deny contains "x" if names.f(1) with data.lib.deep.g as data.lib.names.f'),
			undefined,
			[['limits', 'other']],
		],
		['a rule that no set uses', one('deny contains "x"\nhelper if data.lib.late.k', ''), ['rules/a/one.rego'], []],
	];
	for (const [what, files, names, data] of rows) {
		const uses = await usesOf({ ...LIBS, ...files });
		t.strictSame(uses?.data, data, what);
		if (names !== undefined) t.strictSame(uses?.files, names, what);
	}
	// all of `data` would be a rule that uses itself; what the engine generates says nothing of what it reads
	const generated = one('deny contains "x" if data.sluice.levels["a/two"]', '');
	t.equal(await usesOf({ ...LIBS, ...generated }), undefined, 'what the engine generates');
});

t.test('the code counts as it is meant: not its layout, its comments, its file or what stands around it', async (t) => {
	const body = 'deny contains "x" if { some x in names.list; x == input.method }';
	const lib = 'package lib.names\nlist := ["a", "b"]\nother := [y | some y in [1, 2]; _ = [y]]';
	const base = { ...one(body), 'lib/names.rego': lib };
	const code = (await usesOf(base))?.code;
	const same: [what: string, files: Files][] = [
		['comments', { ...base, ...one(`# why\n${body} # really`) }],
		['layout', { ...base, ...one('deny contains   "x" if {\n\n  some x in names.list\n  x == input.method\n}') }],
		['another place', { 'rules/a/b/other.rego': base['rules/a/one.rego'] as string, 'lib/n.rego': lib }],
		[
			'an import that it does not use',
			{
				...base,
				...one(`${body}\nhelper := late.k`, 'import data.lib.names\nimport data.lib.late'),
				'lib/late.rego': 'package lib.late\nk := 1',
			},
		],
		['a neighbour in the library', { ...base, 'lib/names.rego': lib.replace('[1, 2]', '[3]') }],
		['a library that it does not use', { ...base, 'lib/more.rego': 'package lib.more\nz := 1' }],
		['a neighbour with wildcards before it', { ...base, ...one(`helper if { _ = 1; _ = 2 }\n${body}`) }],
		['what a METADATA block says of it', { ...base, ...one(`# METADATA\n# title: t\n# scope: rule\n${body}`) }],
	];
	for (const [what, files] of same) t.equal((await usesOf(files))?.code, code, what);
	const other: [what: string, files: Files][] = [
		['a constant', { ...base, ...one(body.replace('"x"', '"y"')) }],
		['a string like a wildcard', { ...base, ...one(body.replace('"x"', '"$1"')) }],
		['an operator', { ...base, ...one(body.replace('==', '!=')) }],
		['a negation', { ...base, ...one(body.replace('x == input', 'not x == input')) }],
		['another set', { ...base, ...one(body.replace('deny', 'warn')) }],
		['one more set', { ...base, ...one(`${body}\nwarn contains "w"`) }],
		['one more body', { ...base, 'rules/a/more.rego': 'package rules.a.one\nwarn contains "v"' }],
		['the library', { ...base, 'lib/names.rego': lib.replace('"b"', '"c"') }],
		[
			'another library under the same name',
			{
				...base,
				...one(body, 'import data.lib.late as names'),
				'lib/late.rego': 'package lib.late\nlist := ["a", "b"]',
			},
		],
		['a with', { ...base, ...one(body.replace('x == input.method', 'x == input.method with input as {}')) }],
	];
	const seen = new Set([code]);
	for (const [what, files] of other) {
		const { code: another } = (await usesOf(files))!;
		t.notOk(seen.has(another), what);
		seen.add(another);
	}
});

t.test('a rule that reads METADATA is made of it', async (t) => {
	const with_ = (title: string) =>
		usesOf({
			'rules/a/one.rego': `package rules.a.one\nimport data.lib.why\ndeny contains why.of`,
			'lib/why.rego': `# METADATA\n# title: ${title}\npackage lib.why\nof := json.marshal(rego.metadata.chain())`,
		});
	t.not((await with_('a'))?.code, (await with_('b'))?.code);
});

t.test('the hash of a rule changes exactly when something it is made of does', async () => {
	// lib0 may use lib1 and lib2, and so on; each thing has a value of its own that shows in what uses it
	const uses = fc.record({ libs: fc.subarray([0, 1, 2, 3]), data: fc.subarray([0, 1, 2]), alias: fc.boolean() });
	const policies = fc.record({
		rules: fc.array(uses, { minLength: 3, maxLength: 3 }),
		libs: fc.array(uses, { minLength: 4, maxLength: 4 }),
	});
	const changes = fc.oneof(
		fc.record({ kind: fc.constant('lib' as const), at: fc.nat(3) }),
		fc.record({ kind: fc.constant('data' as const), at: fc.nat(2) }),
		fc.record({ kind: fc.constant('rule' as const), at: fc.nat(2) }),
	);
	type Uses = typeof uses extends fc.Arbitrary<infer T> ? T : never;
	type Shape = { readonly rules: readonly Uses[]; readonly libs: readonly Uses[] };
	type Changed = { readonly kind: string; readonly at: number };

	const expression = ({ libs, data, alias }: Uses, self: number, own: string) => {
		const parts = libs.filter((n) => n > self).map((n) => (alias ? `lib${n}.all` : `data.lib.lib${n}.all`));
		return {
			parts: [...parts, ...data.map((n) => `data.d${n}.value`), own],
			imports: alias ? libs.filter((n) => n > self) : [],
		};
	};
	const text = (name: string, u: Uses, self: number, own: string, head: (value: string) => string) => {
		const { parts, imports } = expression(u, self, own);
		return [`package ${name}`, ...imports.map((n) => `import data.lib.lib${n}`), head(`[${parts.join(', ')}]`)].join(
			'\n',
		);
	};
	const build = ({ rules, libs }: Shape, changed?: Changed) => {
		const own = (kind: string, at: number) => (changed?.kind === kind && changed.at === at ? '"new"' : '"old"');
		return {
			files: Object.fromEntries([
				...rules.map((u, i) => [
					`rules/r${i}.rego`,
					text(`rules.a.r${i}`, u, -1, own('rule', i), (value) => `deny contains json.marshal(${value})`),
				]),
				...libs.map((u, i) => [
					`lib/lib${i}.rego`,
					text(`lib.lib${i}`, u, i, own('lib', i), (value) => `all := ${value}`),
				]),
			]) as Record<string, string>,
			data: Object.fromEntries([0, 1, 2].map((i) => [`d${i}`, { value: own('data', i), idle: 1 }])),
		};
	};
	const says = async ({ files, data }: ReturnType<typeof build>) => {
		const modules = Object.entries(files).map(([path, source]) => ({ path, text: source }));
		const { outcomes } = await compiler.request('eval', { modules, data, query: 'data.rules.a', inputs: [{}] });
		return outcomes[0]!.value as Record<string, { deny: string[] }>;
	};
	await fc.assert(
		fc.asyncProperty(policies, changes, async (shape, changed) => {
			const [before, after] = [build(shape), build(shape, changed)];
			const [rulesBefore, rulesAfter] = [await rulesOf(before.files), await rulesOf(after.files)];
			const [saidBefore, saidAfter] = [await says(before), await says(after)];
			for (const i of [0, 1, 2]) {
				const otherwise = JSON.stringify(saidBefore[`r${i}`]) !== JSON.stringify(saidAfter[`r${i}`]);
				const rehashed = hash(rulesBefore, before.data, `a/r${i}`) !== hash(rulesAfter, after.data, `a/r${i}`);
				if (otherwise !== rehashed) return false;
			}
			return true;
		}),
		{ numRuns: 40 },
	);
});
