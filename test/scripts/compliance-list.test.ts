import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { RegoObject, RegoSet } from '../../engine/policy/value/value.ts';
import { sameBindings } from '../../scripts/compliance/bindings.ts';
import { compareWith, readExpected, writeExpected } from '../../scripts/compliance/expected.ts';
import type { CaseResult, Outcome } from '../../scripts/compliance/outcome.ts';
import { render, writePage } from '../../scripts/compliance/page.ts';
import { readReasons, reasonOf, staleReasons } from '../../scripts/compliance/reasons.ts';
import { largestGaps, table } from '../../scripts/compliance/report.ts';

const FAIL: Outcome = { kind: 'fail', why: 'another result', want: '1', got: '2' };
const GAP: Outcome = { kind: 'gap', missing: ['units.parse', 'http.send'] };
const result = (family: string, id: string, outcome: Outcome = { kind: 'pass' }): CaseResult => ({
	family,
	id,
	outcome,
	file: `${family}/x.yaml`,
	query: 'x = 1',
});
const RESULTS = [
	result('a', 'one'),
	result('a', 'two', FAIL),
	result('b', 'one', GAP),
	result('b', 'two', { kind: 'not compiled', why: 'undefined function x' }),
	result('b', 'three', { kind: 'gap', missing: ['units.parse'] }),
];

function folder(t: { teardown(end: () => void): void }): string {
	const dir = mkdtempSync(join(tmpdir(), 'sluice-compliance-'));
	t.teardown(() => rmSync(dir, { recursive: true, force: true }));
	return dir;
}

t.test('the list says what is broken, mended and gone', async (t) => {
	const path = join(folder(t), 'expected.json');
	await writeExpected(path, '1.2.3', RESULTS);
	const expected = await readExpected(path);
	t.same(expected, {
		opa: '1.2.3',
		cases: 5,
		passed: 1,
		open: {
			a: { two: 'fail: another result' },
			b: {
				one: 'gap: units.parse, http.send',
				two: 'not compiled: undefined function x',
				three: 'gap: units.parse',
			},
		},
	});
	t.same(compareWith(expected, RESULTS), { broken: [], mended: [], gone: [] });

	const [one, two] = [result('a', 'one', FAIL), result('a', 'two')];
	t.same(compareWith(expected, [one, two]), { broken: [one], mended: [two], gone: [] }, 'b was not run');
	const fresh = result('a', 'three', GAP);
	t.same(compareWith(expected, [fresh]), { broken: [fresh], mended: [], gone: ['a: two'] });
});

t.test('the table has a row a family, and the total last', async (t) => {
	t.same(table(RESULTS).split('\n'), [
		'family  cases  pass  fail  gap  not compiled  missing',
		'a           2     1     1',
		'b           3     0          2             1  units.parse, http.send',
		'total       5     1     1    2             1',
	]);
	t.same(largestGaps(RESULTS, 1), ['    2  units.parse']);
});

t.test('reasons: of a case, else of a built-in that stays refused', async (t) => {
	const reasons = { builtins: { 'http.send': 'no network' }, cases: { a: { two: 'so it is', one: 'no more' } } };
	t.same(
		RESULTS.map((each) => reasonOf(each, reasons)),
		['no more', 'so it is', '`http.send`: no network', undefined, undefined],
	);
	t.same(staleReasons(RESULTS, reasons), ['a: one']);
	const text = render('1.2.3', RESULTS, reasons);
	t.match(text, '**1 of 5**');
	t.match(text, '- a: `two` — so it is\n- b: `one` — `http.send`: no network');
	t.match(text, '- `units.parse` (1)');
	t.match(text, '- b: `two` — not compiled: undefined function x');
});

t.test('the page keeps what stands outside the marks', async (t) => {
	const path = join(folder(t), 'page.md');
	writeFileSync(path, 'above\n<!-- begin:compliance -->\nold\n<!-- end:compliance -->\nbelow\n');
	await writePage(path, 'new');
	t.equal(readFileSync(path, 'utf8'), 'above\n<!-- begin:compliance -->\nnew\n<!-- end:compliance -->\nbelow\n');
	writeFileSync(path, 'no marks');
	await t.rejects(writePage(path, 'new'), { message: /lacks the marks/ });
});

t.test('the checked-in list, its reasons and the page agree', async (t) => {
	const root = join(import.meta.dirname, '../..');
	const { opa, cases, passed, open } = await readExpected(join(root, 'scripts/compliance/expected.json'));
	const listed = Object.values(open).reduce((sum, ids) => sum + Object.keys(ids).length, 0);
	t.equal(cases - passed, listed);
	t.match(readFileSync(join(root, 'docs/compliance.md'), 'utf8'), `OPA ${opa}: **${passed} of ${cases}**`);
	for (const [family, ids] of Object.entries(readReasons().cases)) {
		for (const id of Object.keys(ids)) t.ok(open[family]?.[id], `${family}: ${id} needs no reason`);
	}
});

t.test('typed results: sets are lists in order, keys are text', async (t) => {
	const typed = (x: RegoSet | RegoObject) => new RegoSet([new RegoObject([['x', x]])]);
	const want = (text: object) => [new RegoObject([['x', text as never]])];
	t.ok(sameBindings(want([1, 2]), typed(new RegoSet([2, 1])), false));
	t.notOk(sameBindings(want([2, 1]), typed(new RegoSet([2, 1])), false));
	t.ok(sameBindings(want(new RegoObject([['[1]', 2]])), typed(new RegoObject([[[1], 2]])), false));
	t.ok(sameBindings([], [], false));
	t.notOk(sameBindings([], [{}], false));
	t.ok(sameBindings(want([1, 2]), [{ x: [2, 1] }], true));
	t.notOk(sameBindings(want([1, 2]), [{ x: [2, 1] }], false));
});
