import fc from 'fast-check';
import { test } from 'tap';
import { type Format, formats } from '../../../cli/output/formats.ts';
import type { Item, Report } from '../../../cli/output/report.ts';
import { runCheck } from '../../../cli/runner/check.ts';
import { runDiff } from '../../../cli/runner/diff.ts';
import { runReplay } from '../../../cli/runner/replay.ts';
import { runTest } from '../../../cli/runner/test.ts';
import { closing, SESSION } from '../policies.ts';
import { quietShell } from '../shell.ts';
import { standards } from './standards.ts';

const LOOK = { width: 80, color: false };

async function wrongs(report: Report): Promise<string[]> {
	const found: string[] = [];
	for (const [format, check] of Object.entries(standards)) {
		const wrong = await check(formats[format as Format](report, LOOK));
		if (wrong !== undefined) found.push(`${format}: ${wrong}`);
	}
	return found;
}

const text = fc.oneof(
	{ weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
	fc.constantFrom(
		'::error::',
		'%',
		']]>',
		'<a b="c">&amp;',
		'a\nb\r\n::x',
		'# SKIP',
		'---',
		'...',
		'1..0',
		'\u0000\u001b[31m',
		'\ud800',
		'\ufffe',
		'ok 1',
		'| x |',
		'',
	),
);
const path = fc.constantFrom('a.rego', 'a b/c#d.rego', 'ü/%41?.rego', '/tmp/x y.rego', 'a:b,c.rego');
const item: fc.Arbitrary<Item> = fc.record(
	{
		name: text,
		status: fc.constantFrom('ok', 'note', 'warning', 'failure', 'skipped'),
		rule: fc.oneof(fc.constantFrom('a/b', ''), text),
		message: text,
		help: text,
		place: fc.record({ file: path, row: fc.integer({ min: 1, max: 9 }), col: fc.integer({ min: 1, max: 9 }) }),
		detail: fc.array(text, { maxLength: 3 }),
	},
	{ requiredKeys: ['name', 'status'] },
);
const reports: fc.Arbitrary<Report> = fc
	.record({
		command: fc.constantFrom('check', 'test', 'replay', 'diff'),
		exit: fc.constantFrom(0, 1, 2),
		groups: fc.array(fc.record({ title: text, items: fc.array(item, { maxLength: 5 }) }), { maxLength: 3 }),
		summary: text,
		data: fc.constant({}),
	})
	.chain((report) =>
		fc
			.array(
				fc.record({ cells: fc.tuple(text, text), group: fc.constantFrom(...report.groups.map((g) => g.title), '') }),
			)
			.map((rows) => ({ ...report, tables: [{ head: ['a', 'b'], rows }] })),
	);

test('whatever a report says, each format keeps to its standard', async (t) => {
	await fc.assert(
		fc.asyncProperty(reports, async (report) => {
			const found = await wrongs(report);
			if (found.length > 0) throw new Error(found.join('\n'));
		}),
		{ numRuns: 300 },
	);
	t.pass();
});

test('what the commands report, clean or not, keeps to the standards', async (t) => {
	const broken = 'package rules.a.b\n\ndeny contains "x" if input.tool.nmae == "y"\n';
	const failing = 'package rules.a.b_test\n\ntest_nothing if 1 == 2\n';
	const suite = `policy: ../p
cases:
  - session: s.session.jsonl
    expect: [{ at: 1, verdict: allow }]
`;
	const shell = quietShell(
		t.testdir({
			p: closing(['exec']),
			q: closing(['read'], { 'b_test.rego': failing }),
			broken: { 'b.rego': broken },
			f: { 'suite.yaml': suite, 's.session.jsonl': SESSION, 's.verdicts.yaml': 'version: 1\nframes: {}\n' },
		}),
	);
	const sessions = ['f/s.session.jsonl'];
	const found: Record<string, Report> = {
		'check p': await runCheck('p', true, shell),
		'check broken': await runCheck('broken', false, shell),
		'test p': await runTest({ paths: ['p'] }, shell),
		'test all': await runTest({ paths: ['p', 'q', 'f'] }, shell),
		replay: await runReplay({ sessions, policy: 'p' }, shell),
		'diff p p': await runDiff({ from: 'p', to: 'p', sessions, failOn: 'any' }, shell),
		'diff p q': await runDiff({ from: 'p', to: 'q', sessions, failOn: 'any' }, shell),
	};
	for (const [name, report] of Object.entries(found)) t.strictSame(await wrongs(report), [], name);
	t.strictSame(
		Object.entries(found).map(([name, { exit }]) => [name, exit]),
		[
			['check p', 0],
			['check broken', 2],
			['test p', 0],
			['test all', 1],
			['replay', 0],
			['diff p p', 0],
			['diff p q', 1],
		],
	);
});
