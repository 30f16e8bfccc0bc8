import { test } from 'tap';
import { policyChanges } from '../../../engine/diff/accountable.ts';
import type { CompiledPolicy, RuleInfo } from '../../../engine/policy/types.ts';

const rule = (id: string, code: string, more: Partial<RuleInfo> = {}): RuleInfo => ({
	id: `a/${id}`,
	sets: ['deny'],
	files: [],
	reads: ['input.tool.name'],
	uses: { code, files: [], data: [] },
	finds: false,
	...more,
});

const policy = (rules: readonly RuleInfo[], compiler = 'c'): CompiledPolicy => ({
	revision: 'r',
	wasm: Buffer.alloc(0),
	data: {},
	rules,
	reads: null,
	modules: [],
	masking: { detectors: [] },
	compiler,
	detectorVersion: '1',
	builtins: [],
});

const LABELS = { reads: ['input.session.labels'] };
const label = { sets: ['label'] } as const;

test('what may have made a difference has to answer for it, and nothing else', async (t) => {
	const still = rule('still', '1');
	const reader = rule('reader', '1', LABELS);
	const counter = rule('counter', '1', { reads: ['input.session.calls.total'] });
	const rows: [what: string, before: RuleInfo[], after: RuleInfo[], causes: string[], answers: string[]][] = [
		['a rule that has changed', [rule('x', '1'), still], [rule('x', '2'), still], ['a/x'], ['a/x']],
		[
			'two that have',
			[rule('x', '1'), rule('y', '1')],
			[rule('x', '2'), rule('y', '2')],
			['a/x', 'a/y'],
			['a/x', 'a/y'],
		],
		[
			'another change does not matter',
			[rule('x', '1'), rule('y', '1')],
			[rule('x', '2'), rule('y', '2')],
			['a/x'],
			['a/x'],
		],
		['a rule that is gone', [rule('x', '1')], [], ['a/x'], ['a/x']],
		[
			'a rule that passes on what another labels',
			[reader, rule('l', '1', label), rule('y', '1')],
			[reader, rule('l', '2', label), rule('y', '2')],
			['a/reader'],
			['a/l'],
		],
		[
			'a changed rule that reads what another labels: one must not hide the other',
			[rule('x', '1', LABELS), rule('l', '1', label)],
			[rule('x', '2', LABELS), rule('l', '2', label)],
			['a/x'],
			['a/l', 'a/x'],
		],
		[
			'through a third that labels because of labels',
			[reader, rule('m', '1', { ...label, ...LABELS }), rule('l', '1', label)],
			[reader, rule('m', '2', { ...label, ...LABELS }), rule('l', '2', label)],
			['a/reader'],
			['a/l', 'a/m'],
		],
		['a rule that counts calls', [counter, rule('x', '1')], [counter, rule('x', '2')], ['a/counter'], ['a/x']],
		[
			'a rule of which nobody knows what it reads',
			[rule('u', '1', { reads: null }), rule('x', '1')],
			[rule('u', '1', { reads: null }), rule('x', '2')],
			['a/u'],
			['a/x'],
		],
		[
			'an unchanged rule that reads nothing of it: any',
			[still, rule('x', '1')],
			[still, rule('x', '2')],
			['a/still'],
			['a/x'],
		],
		['no reason differs: any', [rule('x', '1'), rule('y', '1')], [rule('x', '2'), rule('y', '2')], [], ['a/x', 'a/y']],
		['nothing has changed', [still], [still], ['a/still'], []],
	];
	for (const [what, before, after, causes, answers] of rows) {
		t.strictSame(policyChanges(policy(before), policy(after)).accountable({ causes }), answers, what);
		t.strictSame(policyChanges(policy(after), policy(before)).accountable({ causes }), answers, `${what}, mirrored`);
	}
});

test('another engine has to answer for everything', async (t) => {
	const changes = policyChanges(policy([rule('x', '1')]), policy([rule('x', '2'), rule('y', '1')], 'd'));
	t.match(
		changes.changed.map(({ rule, from, to }) => [rule, from === 'absent', to === 'absent']),
		[
			['a/x', false, false],
			['a/y', true, false],
			['engine', false, false],
		],
	);
	t.strictSame(changes.accountable({ causes: ['a/x'] }), ['a/x', 'engine']);
	t.equal(changes.from('no/such'), 'absent');
});
