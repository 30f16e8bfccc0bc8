import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { readFamilies } from '../../scripts/compliance/families.ts';
import { type CaseResult, summary } from '../../scripts/compliance/outcome.ts';
import { differences } from '../../scripts/compliance/report.ts';
import { runFamilies } from '../../scripts/compliance/run-families.ts';
import { CACHE, COLD, openTestCompiler } from '../engine/policy/compiler-for-tests.ts';

t.setTimeout(COLD);

const MODULES = [
	`package t

xs := [3, 1, 2]
s := {"b", "a"}
big := 12345678901234567890
keys := {1: "a"}
conflict := 1
conflict := 2 if data.two
fails if 1 / data.zero
pick(n) := data.names[n]
none if input
sets if input == {"a": {1, 2}, 3: 4}
later if some_host
some_host if count(net.lookup_ip_addr("localhost")) > 0
idle if { false; http.send({}) }
`,
];
const DATA = { zero: 0, two: true, names: ['ann', 'bob'] };

const GOOD = [
	{ note: 'a value', query: 'data.t.xs = x', want_result: [{ x: [3, 1, 2] }] },
	{
		note: 'bindings are a set',
		query: 'data.t.xs[i] = x',
		want_result: [2, 1, 0].map((i) => ({ i, x: [3, 1, 2][i] })),
	},
	{ note: 'a list is sorted', query: 'data.t.xs = x', sort_bindings: true, want_result: [{ x: [1, 2, 3] }] },
	{ note: 'two expressions', query: 'x = 1; y = data.t.pick(x)', want_result: [{ x: 1, y: 'bob' }] },
	{ note: 'no variables', query: 'data.t.pick(0)', want_result: [{}] },
	{ note: 'all of data', query: 'data.names = x; data = y', modules: [], want_result: [{ x: DATA.names, y: DATA }] },
	{ note: 'undefined', query: 'data.t.pick(7) = x', want_result: [] },
	{ note: 'no input', query: 'data.t.none = x', want_result: [] },
	{ note: 'null and false are inputs', query: 'input = x', input: false, want_result: [{ x: false }] },
	{
		note: 'an input that is no JSON',
		query: 'data.t.sets = x',
		input_term: '{"a": {2, 1}, 3: 4}',
		want_result: [{ x: true }],
	},
	{ note: 'keys become text', query: 'data.t.keys = x', want_result: [{ x: { 1: 'a' } }] },
	{ note: 'a conflict', query: 'data.t.conflict = x', want_error_code: 'eval_conflict_error', want_error: 'multiple' },
	{
		note: 'a failing built-in',
		query: 'data.t.fails = x',
		strict_error: true,
		want_error_code: 'eval_builtin_error',
		want_error: 'zero',
	},
	{ note: 'a gap that is not reached', query: 'data.t.idle = x', want_result: [] },
	{ note: 'defined', query: 'data.t.xs', want_defined: true },
	{ note: 'not defined', query: 'data.t.none', want_defined: false },
];

const BAD: readonly { readonly outcome: string; readonly [field: string]: unknown }[] = [
	{ note: 'order counts', query: 'data.t.xs = x', want_result: [{ x: [1, 2, 3] }], outcome: 'fail: another result' },
	{
		note: 'one too many',
		query: 'data.t.xs[i] = 3',
		want_result: [{ i: 0 }, { i: 1 }],
		outcome: 'fail: another result',
	},
	{ note: 'one too few', query: 'x = data.t.xs[_]', want_result: [{ x: 3 }], outcome: 'fail: another result' },
	{ note: 'a digit', query: 'x = 12345678901234567891', want_result: [{ x: 1 }], outcome: 'fail: another result' },
	{
		note: 'error instead',
		query: 'data.t.conflict = x',
		want_result: [{ x: 1 }],
		outcome: 'fail: ERR_EVALUATION_ABORTED',
	},
	{
		note: 'no error',
		query: 'data.t.xs = x',
		want_error_code: 'eval_conflict_error',
		want_error: '',
		outcome: 'fail: no error',
	},
	{
		note: 'another error',
		query: 'data.t.conflict = x',
		want_error_code: 'eval_type_error',
		want_error: '',
		outcome: 'fail: ERR_EVALUATION_ABORTED for eval_type_error',
	},
	{
		note: 'defined',
		query: 'data.t.xs = x',
		strict_error: true,
		want_error: 'zero',
		outcome: 'fail: defined in spite of a failing built-in',
	},
	{
		note: 'an error instead of undefined',
		query: 'data.t.conflict = x',
		strict_error: true,
		want_error_code: 'eval_conflict_error',
		want_error: '',
		outcome: 'fail: ERR_EVALUATION_ABORTED',
	},
	{ note: 'defined or not', query: 'data.t.none', want_defined: true, outcome: 'fail: defined or not' },
	{ note: 'a gap', query: 'data.t.later = x', want_result: [{ x: true }], outcome: 'gap: net.lookup_ip_addr' },
	{
		note: 'a gap is no error that is wanted',
		query: 'data.t.later = x',
		strict_error: true,
		want_error_code: 'eval_builtin_error',
		want_error: '',
		outcome: 'gap: net.lookup_ip_addr',
	},
	{ note: 'no Rego', query: 'x = ', want_result: [], outcome: 'not compiled' },
	{
		note: 'no such function',
		query: 'x = nothing(1)',
		want_result: [],
		outcome: 'not compiled: undefined function nothing',
	},
	{ note: 'a gap', query: 'data.t.xs = x', want_result: [], outcome: 'fail: another result' },
];

/** Cases as a file of OPA's test format; JSON is YAML. */
function fileOf(cases: readonly object[]): string {
	return JSON.stringify({ cases: cases.map((each) => ({ modules: MODULES, data: DATA, ...each })) });
}

async function run(t: Test, files: Record<string, string>, limitMs = 60_000): Promise<CaseResult[]> {
	const dir = mkdtempSync(join(tmpdir(), 'sluice-compliance-'));
	t.teardown(() => rmSync(dir, { recursive: true, force: true }));
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(join(dir, path, '..'), { recursive: true });
		writeFileSync(join(dir, path), text);
	}
	return runFamilies(await readFamilies(dir), { cacheDir: CACHE, threads: 2, limitMs });
}

t.before(async () => {
	// Built here, so that no thread has to wait for another one's build.
	const compiler = openTestCompiler();
	await compiler.request('version', {});
	await compiler.close();
});

t.test('cases that the engine has right pass', async (t) => {
	const results = await run(t, { 'good/a.yaml': fileOf(GOOD) });
	t.same(differences(results, 99), []);
	t.same(
		results.map(({ id, outcome }) => [id, outcome.kind]),
		GOOD.map(({ note }) => [note, 'pass']),
	);
});

t.test('cases that want something else do not, and say why', async (t) => {
	const files = {
		'bad/deep/a.yaml': fileOf(BAD.slice(0, -1)),
		'bad/z.yml': fileOf(BAD.slice(-1)),
		'bad/notes.txt': 'x',
	};
	const results = await run(t, files);
	t.equal(results.length, BAD.length);
	for (const [i, { outcome }] of BAD.entries()) {
		const own = results[i]!;
		t.equal(summary(own.outcome).startsWith(outcome), true, `${own.id}: ${summary(own.outcome)}`);
	}
	t.equal(results.at(-1)?.id, 'a gap (2)', 'of two cases with one note, each has a name');
	t.same(results.at(-1)?.file, 'bad/z.yml');
});

t.test('a second run has the same results from the cache', async (t) => {
	const files = { 'one/a.yaml': fileOf(GOOD.slice(0, 3)), 'two/b.yaml': fileOf(BAD.slice(0, 2)) };
	const first = await run(t, files);
	t.same(await run(t, files), first);
	t.same(
		first.map(({ family }) => family),
		['one', 'one', 'one', 'two', 'two'],
	);
});

t.test('a case without an end fails, and those after it are run', async (t) => {
	const endless = { note: 'endless', query: 'replace("abc", "", "x") = x', want_result: [{ x: 1 }] };
	const [before, hung, after] = await run(t, { 'f/a.yaml': fileOf([GOOD[0]!, endless, GOOD[1]!]) }, 3_000);
	t.equal(before?.outcome.kind, 'pass');
	t.equal(hung?.outcome.kind, 'fail');
	t.equal(hung?.id, 'endless');
	t.equal(after?.outcome.kind, 'pass');
});

t.test('a file that is no list of cases is named', async (t) => {
	await t.rejects(run(t, { 'f/a.yaml': 'cases: [' }), { message: /f\/a\.yaml/ });
});
