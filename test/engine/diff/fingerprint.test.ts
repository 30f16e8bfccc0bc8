import { test } from 'tap';
import { changedRules, engineFingerprint, ruleFingerprint } from '../../../engine/diff/fingerprint.ts';
import type { CompiledPolicy, RuleInfo } from '../../../engine/policy/types.ts';

const ONE: RuleInfo = {
	id: 'a/one',
	sets: ['deny'],
	files: ['rules/a/one/one.rego'],
	uses: { code: '1', files: [], data: [['settings', 'a/one'], ['limits']] },
	finds: false,
};
const TWO: RuleInfo = { ...ONE, id: 'a/two', uses: { code: '2', files: [], data: [['list', '0']] }, finds: true };

interface Changes extends Partial<CompiledPolicy> {
	readonly one?: Partial<RuleInfo>;
	readonly two?: Partial<RuleInfo>;
}

function policy({ one, two, ...changes }: Changes = {}): CompiledPolicy {
	return {
		revision: 'r',
		wasm: Buffer.alloc(0),
		rules: [
			{ ...ONE, ...one },
			{ ...TWO, ...two },
		],
		reads: null,
		modules: [{ path: 'rules/a/one/one.rego', text: 'package rules.a.one' }],
		masking: { detectors: ['secrets'] },
		compiler: 'c',
		detectorVersion: '1',
		builtins: [],
		...changes,
		data: { settings: { 'a/one': 1, 'a/two': 2 }, limits: { calls: 3 }, config: {}, ...changes.data },
	};
}

const config = (value: unknown) => ({ data: { config: value } });

test('a rule has changed when what it is made of, its level, its exceptions or its detectors have', async (t) => {
	const rows: [string, Changes, string[]][] = [
		['nothing', {}, []],
		['its code', { two: { uses: { ...TWO.uses!, code: '3' } } }, ['a/two']],
		['its title, which people are shown', { one: { title: 'New' } }, ['a/one']],
		['its severity', { one: { severity: 'low' } }, ['a/one']],
		['its description, which no decision holds', { one: { description: 'New' } }, []],
		['the names of its files', { one: { files: ['rules/a/one/other.rego'] } }, []],
		['its settings', { data: { settings: { 'a/one': 9, 'a/two': 2 } } }, ['a/one']],
		['settings of another', { data: { settings: { 'a/one': 1, 'a/two': 9 } } }, []],
		['data far below', { data: { limits: { calls: 4 } } }, ['a/one']],
		['data that is null, not absent', { data: { limits: null } }, ['a/one']],
		['data that is no object there', { data: { list: ['x'] } }, []],
		['its level', config({ rules: { 'a/two': { level: 'off' } } }), ['a/two']],
		['the default level', config({ level: 'shadow' }), ['a/one', 'a/two']],
		['an exception', config({ exceptions: [{ rule: 'a/t*', reason: 'r' }] }), ['a/two']],
		['an exception for no rule of these', config({ exceptions: [{ rule: '*' }] }), []],
		['detectors', { masking: { detectors: ['secrets', 'pii'] } }, ['a/two']],
		['custom detectors', { masking: { detectors: ['secrets'], custom: 'x' } }, ['a/two']],
		['the version of detectors', { detectorVersion: '2' }, ['a/two']],
		[
			'detectors, when nobody knows who finds',
			{ one: { finds: undefined as never }, detectorVersion: '2' },
			['a/one', 'a/two'],
		],
		['a library that it does not use', { modules: [{ path: 'lib/x.rego', text: 'package lib.x' }] }, []],
		['a rule that is gone', { rules: [TWO] }, ['a/one']],
	];
	for (const [name, other, changed] of rows) {
		t.strictSame(changedRules(policy(), policy(other)), changed, name);
		t.strictSame(changedRules(policy(other), policy()), changed, `${name}, the other way round`);
	}
	t.equal(ruleFingerprint(policy(), 'no/such'), undefined);
});

test('a rule of a bundle that does not say what it uses changes with all that stands there', async (t) => {
	const { uses: _, ...older } = ONE;
	const base = { rules: [older as RuleInfo, TWO] };
	const rows: [string, Changes, string[]][] = [
		['nothing', base, []],
		['any Rego', { ...base, modules: [{ path: 'lib/x.rego', text: 'package lib.x' }] }, ['a/one']],
		['any data', { ...base, data: { more: 1 } }, ['a/one']],
	];
	for (const [name, other, changed] of rows) t.strictSame(changedRules(policy(base), policy(other)), changed, name);
});

test('the engine has a hash of its own, for what changes though no rule does', async (t) => {
	const base = engineFingerprint(policy());
	t.equal(engineFingerprint(policy({ data: { limits: 4 }, two: { title: 'x' }, detectorVersion: '2' })), base);
	for (const other of [{ compiler: 'd' }, { builtins: ['walk'] }]) {
		t.not(engineFingerprint(policy(other)), base);
	}
});
