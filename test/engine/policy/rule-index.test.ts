import t from 'tap';
import { areSlots, createRuleIndex } from '../../../engine/policy/rule-index.ts';

const RULES = [
	{ id: 'shell/closed', touches: [{ from: ['client'], tool: ['exec', 'bash'] }] },
	{ id: 'shell/again', touches: [{ tool: ['bash', 'exec'], from: ['client'] }] },
	{ id: 'pii/mail', touches: [{ from: ['server'], kind: ['result'] }, { method: ['ping'] }] },
	{ id: 'size/any' },
	{ id: 'size/also', touches: [{}] },
	{ id: 'size/none', touches: [] },
];
const index = createRuleIndex(RULES);

/** Ids of the rules that a frame meets. */
const met = (from: string, kind: string, method: string, tool?: string): string[] => {
	const active = index.groupsFor({ from, kind, method, tool });
	return index.groups.flatMap(({ name, rules }) => (active.includes(name) ? rules : [])).sort();
};

t.test('rules that touch the same frames are one group, whatever their order', async (t) => {
	t.same(
		index.groups.map(({ name, rules }) => [name, rules]),
		[
			['g0', ['size/none']],
			['g1', ['shell/again', 'shell/closed']],
			['g2', ['pii/mail']],
			['g3', ['size/also', 'size/any']],
		],
	);
	t.same(createRuleIndex(RULES.toReversed()).groups, index.groups);
});

t.test('a frame meets the rules that it is in a slot of', async (t) => {
	const any = ['size/also', 'size/any'];
	const shell = ['shell/again', 'shell/closed'];
	t.same(met('client', 'request', 'tools/call', 'bash'), [...shell, ...any]);
	t.same(met('client', 'request', 'tools/call', 'search'), any);
	t.same(met('client', 'request', 'tools/call'), any, 'no tool');
	t.same(met('server', 'result', 'tools/call', 'bash'), ['pii/mail', ...any]);
	t.same(met('server', 'request', 'ping'), ['pii/mail', ...any]);
	t.same(met('server', 'request', 'roots/list'), any);
});

t.test('a method that nobody knows meets every rule', async (t) => {
	t.same(met('client', 'request', 'x/unknown'), RULES.map(({ id }) => id).sort());
});

t.test('the same set of rules is the same array', async (t) => {
	const of = (method: string, tool?: string) => index.groupsFor({ from: 'client', kind: 'request', method, tool });
	t.equal(of('tools/call', 'bash'), of('tools/call', 'exec'));
	t.equal(of('tools/call', 'one'), of('tools/list'));
	t.not(of('tools/call', 'one'), of('tools/call', 'exec'));
});

t.test('answers are kept, and not for ever', async (t) => {
	const rules = Array.from({ length: 5000 }, (_, i) => ({ id: `r/r${i}`, touches: [{ tool: [`t${i}`] }] }));
	const many = createRuleIndex(rules);
	const rule = (tool: string) =>
		many
			.groupsFor({ from: 'client', kind: 'request', method: 'tools/call', tool })
			.map((name) => many.groups.find((group) => group.name === name)!.rules[0]);
	for (let i = 0; i < 5000; i++)
		many.groupsFor({ from: 'client', kind: 'request', method: 'tools/call', tool: `t${i}` });
	for (const i of [0, 1, 4095, 4096, 4999]) t.same(rule(`t${i}`), [`r/r${i}`]);
});

t.test('a tool is named as the input names it', async (t) => {
	const rules = createRuleIndex([{ id: 'a/b', touches: [{ tool: ['x\ufffd'] }] }]);
	t.same(rules.groupsFor({ from: 'client', kind: 'request', method: 'tools/call', tool: 'x\ud800' }), ['g0']);
});

t.test('no rules, no groups', async (t) => {
	t.same(createRuleIndex([]).groupsFor({ from: 'client', kind: 'request', method: 'ping' }), []);
});

t.test('what is a list of slots', async (t) => {
	for (const good of [[], [{}], [{ from: ['a'] }, { tool: [] }], [{ later: 1 }]])
		t.ok(areSlots(good), JSON.stringify(good));
	for (const bad of [null, {}, [null], [[]], ['a'], [{ from: 'client' }], [{ tool: [1] }]]) {
		t.notOk(areSlots(bad), JSON.stringify(bad));
	}
});
