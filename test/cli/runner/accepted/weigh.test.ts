import { test } from 'tap';
import { parseChanges } from '../../../../cli/runner/accepted/changes-file.ts';
import { Weighing } from '../../../../cli/runner/accepted/weigh.ts';
import type { PolicyChanges } from '../../../../engine/diff/accountable.ts';
import { H, lineText } from './lines.ts';

const NOW = BigInt(Date.parse('2026-12-01T00:00:00Z')) * 1_000_000n;

/** Policies with these hashes; every cause that has changed answers for itself. */
function changes(before: Record<string, string>, after: Record<string, string>): PolicyChanges {
	const from = (rule: string) => before[rule] ?? 'absent';
	const to = (rule: string) => after[rule] ?? 'absent';
	const rules = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((r) => from(r) !== to(r)).sort();
	return {
		changed: rules.map((rule) => ({ rule, from: from(rule), to: to(rule) })),
		from,
		to,
		accountable: ({ causes }) => causes.filter((rule) => rules.includes(rule)),
	};
}

const weigh = (text: string, to: PolicyChanges) => new Weighing(parseChanges(text, 'f'), to, NOW);
const [A, B, C] = [H('a'), H('b'), H('c')] as const;

test('a line stands to two policies in one of five ways', async (t) => {
	const rows: [
		what: string,
		line: string,
		before: Record<string, string>,
		after: Record<string, string>,
		state: string,
	][] = [
		['exactly this change', lineText('a/x', A, B), { 'a/x': A }, { 'a/x': B }, 'holds'],
		['a new rule', lineText('a/x', 'absent', B), {}, { 'a/x': B }, 'holds'],
		['a rule that is gone', lineText('a/x', A, 'absent'), { 'a/x': A }, {}, 'holds'],
		['merged', lineText('a/x', A, B), { 'a/x': B }, { 'a/x': B }, 'spent'],
		['merged, and changed again', lineText('a/x', A, B), { 'a/x': B }, { 'a/x': C }, 'spent'],
		['merged, and taken back', lineText('a/x', A, B), { 'a/x': B }, { 'a/x': A }, 'spent'],
		['a removal that is merged', lineText('a/x', A, 'absent'), {}, {}, 'spent'],
		['merged long ago', lineText('a/x', A, B, { until: '2020-01-01' }), { 'a/x': B }, { 'a/x': B }, 'spent'],
		['changed further since', lineText('a/x', A, B), { 'a/x': A }, { 'a/x': C }, 'waits'],
		['the base has moved', lineText('a/x', A, B), { 'a/x': C }, { 'a/x': B }, 'waits'],
		['not there yet', lineText('a/x', A, B), { 'a/x': A }, { 'a/x': A }, 'waits'],
		['neither side', lineText('a/x', A, B), { 'a/x': C }, { 'a/x': C }, 'stale'],
		['a rule that neither has', lineText('a/x', 'absent', B), {}, {}, 'stale'],
		['past its date', lineText('a/x', A, B, { until: '2026-11-30' }), { 'a/x': A }, { 'a/x': B }, 'void'],
		['on its last day', lineText('a/x', A, B, { until: '2026-12-01' }), { 'a/x': A }, { 'a/x': B }, 'holds'],
	];
	for (const [what, line, before, after, state] of rows) {
		t.equal(weigh(line, changes(before, after)).lines[0]?.state, state, what);
	}
});

test('a difference is accepted only if all that has to answer for it is', async (t) => {
	const two = changes({ 'a/x': A, 'a/y': A }, { 'a/x': B, 'a/y': B });
	const x = lineText('a/x', A, B);
	const y = lineText('a/y', A, B);
	const both = { causes: ['a/x', 'a/y'], class: 'loosened' } as const;
	t.match(weigh(x, two).difference(both), { by: [], missing: [{ rule: 'a/y', class: 'loosened', from: A, to: B }] });
	t.match(weigh(x + y, two).difference(both), { by: [{ rule: 'a/x' }, { rule: 'a/y' }], missing: [] });
	t.match(weigh(x, two).difference({ causes: ['a/x'], class: 'loosened' }), {
		by: [{ reason: 'the team asked for it' }],
	});
	t.match(weigh(x, two).difference({ causes: ['a/x'], class: 'tightened' }), {
		by: [],
		missing: [{ class: 'tightened' }],
	});
	t.match(weigh(x, changes({ 'a/x': A }, { 'a/x': C })).difference({ causes: ['a/x'], class: 'loosened' }), {
		by: [],
		missing: [{ from: A, to: C }],
	});
});

test('what is unknown, and what nothing explains, cannot be accepted', async (t) => {
	const weighing = weigh(lineText('a/x', A, B), changes({ 'a/x': A }, { 'a/x': B }));
	for (const difference of [
		{ causes: ['a/x'], class: 'unknown' },
		{ causes: ['a/other'], class: 'loosened' },
	] as const) {
		t.strictSame(weighing.difference(difference), { by: [], missing: [], acceptable: false });
	}
});

test('a rule that no frame reaches has a class of its own', async (t) => {
	const one = changes({ 'a/x': A }, { 'a/x': B });
	t.match(weigh(lineText('a/x', A, B), one).unexercised('a/x'), { by: [], missing: [{ class: 'unexercised' }] });
	t.match(weigh(lineText('a/x', A, B, { class: 'unexercised' }), one).unexercised('a/x'), { by: [{ rule: 'a/x' }] });
});
