import { test } from 'tap';
import { changedRules, ruleFingerprint } from '../../../engine/diff/fingerprint.ts';
import type { CompiledPolicy } from '../../../engine/policy/types.ts';

const FILES: Record<string, string> = {
	'rules/a/one/one.rego':
		'package rules.a.one\nimport data.lib.names\ndeny contains "x" if names.f(data.settings["a/one"])',
	'rules/a/two/two.rego': 'package rules.a.two\ndeny contains "x" if data.limits.calls',
	'lib/names/names.rego': 'package lib.names\nimport data.lib.deep\nf(x) := deep.g(x)',
	'lib/deep/deep.rego': 'package lib.deep\ng(x) := x',
};

function policy(change: { files?: Record<string, string>; data?: Record<string, unknown> } = {}): CompiledPolicy {
	const files = { ...FILES, ...change.files };
	return {
		revision: 'r',
		wasm: Buffer.alloc(0),
		data: { settings: { 'a/one': 1, 'a/two': 2 }, limits: { calls: 3 }, config: {}, ...change.data },
		rules: [
			{ id: 'a/one', sets: ['deny'], files: ['rules/a/one/one.rego'] },
			{ id: 'a/two', sets: ['deny'], files: ['rules/a/two/two.rego'] },
		],
		reads: null,
		modules: Object.entries(files).map(([path, text]) => ({ path, text })),
		masking: { detectors: ['secrets'] },
		compiler: 'c',
		detectorVersion: '1',
		builtins: [],
	};
}

test('a rule has changed when its Rego, its libraries, its data, its level or its exceptions have', async (t) => {
	const base = policy();
	const rows: [string, CompiledPolicy, string[]][] = [
		['nothing', policy(), []],
		['its Rego', policy({ files: { 'rules/a/two/two.rego': 'package rules.a.two' } }), ['a/two']],
		['a library of a library', policy({ files: { 'lib/deep/deep.rego': 'package lib.deep\ng(x) := 1' } }), ['a/one']],
		['its settings', policy({ data: { settings: { 'a/one': 9, 'a/two': 2 } } }), ['a/one']],
		['settings of another', policy({ data: { settings: { 'a/one': 1, 'a/two': 9 } } }), []],
		['dotted data', policy({ data: { limits: { calls: 4 } } }), ['a/two']],
		['its level', policy({ data: { config: { rules: { 'a/two': { level: 'off' } } } } }), ['a/two']],
		['the default level', policy({ data: { config: { level: 'shadow' } } }), ['a/one', 'a/two']],
		['an exception', policy({ data: { config: { exceptions: [{ rule: 'a/t*' }] } } }), ['a/two']],
	];
	for (const [name, other, changed] of rows) t.strictSame(changedRules(base, other), changed, name);
	t.strictSame(changedRules(base, { ...base, rules: base.rules.slice(1) }), ['a/one'], 'a rule that is gone');
	t.equal(ruleFingerprint(base, 'no/such'), undefined);
});
