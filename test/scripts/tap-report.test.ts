import t from 'tap';
import { type Counts, TapReport } from '../../scripts/tap-report.ts';

function read(tap: string): { said: string[]; counts: Counts | undefined } {
	const said: string[] = [];
	const report = new TapReport((text) => said.push(text));
	for (const line of tap.split('\n')) report.line(line);
	return { said, counts: report.counts };
}

const GOOD = `TAP version 14
1..1
# Subtest: test/a.test.ts
    # Subtest: one
        ok 1 - should be equal
        1..1
    ok 1 - one # time=12.2ms
    1..1
    # time=56.6ms
ok 1 - test/a.test.ts # time=56.6ms

# No coverage generated
# { total: 1, pass: 1 }
# time=1545.9ms`;

const BAD = `# Subtest: test/b.test.ts
    # Subtest: bad
        ok 1 - fine
        not ok 2 - should be equal
          ---
          diff: |
            -2
            +1
          ...
        1..2
    not ok 1 - bad # time=21.2ms
ok 1 - test/a.test.ts # time=3ms
not ok 2 - test/b.test.ts # time=37.2ms
  ---
  stdio: pipe
  command: node
  exitCode: null
  signal: SIGKILL
  ...

# { total: 9, pass: 5, fail: 2, skip: 1, todo: 1 }`;

t.test('a good file is one line', async (t) => {
	t.same(read(GOOD), { said: ['ok      test/a.test.ts (57 ms)'], counts: { passed: 1, failed: 0, skipped: 0 } });
});

t.test('a bad file shows its failed assertions, and how its process ended', async (t) => {
	const tap = BAD.replace('ok 1 - test/a.test.ts # time=3ms\n', '');
	t.same(read(tap), {
		said: [
			'FAILED  test/b.test.ts (37 ms)',
			'        not ok 2 - should be equal',
			'          ---',
			'          diff: |',
			'            -2',
			'            +1',
			'          ...',
			'    not ok 1 - bad # time=21.2ms',
			'        signal: SIGKILL',
		],
		counts: { passed: 5, failed: 2, skipped: 2 },
	});
});

t.test('a run that broke off has no counts', async (t) => {
	t.equal(read('TAP version 14\n# Subtest: test/a.test.ts').counts, undefined);
});
