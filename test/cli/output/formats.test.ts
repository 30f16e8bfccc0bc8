import { test } from 'tap';
import { parse } from 'yaml';
import { formats } from '../../../cli/output/formats.ts';
import type { Report } from '../../../cli/output/report.ts';
import { table } from '../../../cli/output/table.ts';
import { visible, wrap } from '../../../cli/output/wrap.ts';
import { standards } from './standards.ts';

const LOOK = { width: 80, color: false };
const NASTY = 'a <b> & "c" | d # e % ::error::\u001b[31m\u202e 100%';
const report: Report = {
	command: 'diff',
	exit: 1,
	summary: '2 of 3 frames judged, 1 differs',
	data: { differences: [{ seq: 7 }] },
	groups: [
		{
			title: 'loosened  a/b',
			items: [
				{
					name: 's seq 7',
					status: 'failure',
					rule: 'a/b',
					message: `deny → allow ${NASTY}`,
					help: 'look at it',
					place: { file: 'p/a b.rego', row: 3, col: 5 },
					detail: ['first', 'second\nline'],
				},
				{ name: 's seq 8', status: 'warning', message: 'careful' },
			],
		},
		{
			title: 'quiet',
			brief: true,
			items: [
				{ name: 'one', status: 'ok' },
				{ name: 'two', status: 'skipped' },
			],
		},
	],
};

test('text: 80 columns, nothing that drives a terminal', async (t) => {
	const text = formats.text(report, LOOK);
	t.ok(
		text.split('\n').every((line) => [...line].length <= 80),
		text,
	);
	t.match(text, /^loosened {2}a\/b\n {2}✗ p\/a b\.rego:3:5: s seq 7 {2}deny → allow/);
	t.match(text, /quiet {2}1 ok\n {2}- two/);
	t.match(text, /\n2 of 3 frames judged, 1 differs\n$/);
	for (const format of Object.values(formats)) {
		const shown = format(report, LOOK);
		t.ok(shown.endsWith('\n'));
		if (format !== formats.github) t.notMatch(shown, '\u001b[31m');
	}
	t.match(formats.text(report, { ...LOOK, color: true }), '\u001b[31m✗', 'colour where it is wanted');
});

test('json', async (t) => {
	t.same(JSON.parse(formats.json(report, LOOK)), {
		version: 1,
		command: 'diff',
		summary: report.summary,
		differences: [{ seq: 7 }],
	});
});

test('tap', async (t) => {
	const lines = formats.tap(report, LOOK).split('\n');
	t.strictSame(lines.slice(0, 3), ['TAP version 14', '1..4', 'not ok 1 - loosened  a/b s seq 7']);
	const body = lines.slice(lines.indexOf('  ---') + 1, lines.indexOf('  ...'));
	t.match(parse(body.map((line) => line.slice(2)).join('\n')), {
		severity: 'failure',
		rule: 'a/b',
		message: `deny → allow ${NASTY}`,
		at: 'p/a b.rego:3:5',
	});
	t.ok(lines.includes('ok 4 - quiet two # SKIP'));
});

test('junit', async (t) => {
	const xml = formats.junit(report, LOOK);
	t.match(xml, '<testsuites name="sluice diff" tests="4" failures="1">');
	t.match(xml, '<testsuite name="loosened  a/b" tests="2" failures="1" errors="0" skipped="0">');
	t.match(xml, 'a &lt;b&gt; &amp; &quot;c&quot;');
	t.match(xml, '<testcase name="two" classname="quiet"><skipped/></testcase>');
	t.notMatch(xml, /[\u0000-\u0008\u000e-\u001f]/, 'XML 1.0 has no control characters');
});

test('sarif', async (t) => {
	const { version, runs } = JSON.parse(formats.sarif(report, LOOK));
	t.equal(version, '2.1.0');
	t.match(runs[0].results, [
		{
			ruleId: 'a/b',
			ruleIndex: 0,
			level: 'error',
			locations: [
				{ physicalLocation: { artifactLocation: { uri: 'p/a%20b.rego' }, region: { startLine: 3, startColumn: 5 } } },
			],
		},
		{ ruleId: 'sluice/diff', level: 'warning' },
	]);
	t.equal(runs[0].tool.driver.rules[runs[0].results[1].ruleIndex].id, 'sluice/diff');
});

test('github', async (t) => {
	const [first, second] = formats.github(report, LOOK).split('\n');
	t.match(first, /^::error file=p\/a b\.rego,line=3,col=5,title=loosened {2}a\/b%3A s seq 7::deny → allow/);
	t.match(first, 'e %25 ::error::');
	t.match(first, 'second%0Aline');
	t.match(second, /^::warning title=/);
});

test('markdown', async (t) => {
	const text = formats.markdown(report, LOOK);
	t.match(text, '### loosened a/b\n\n| | | |\n|---|---|---|\n| ❌ | s seq 7<br>p/a b.rego:3:5 |');
	t.match(text, 'a &lt;b&gt; &amp; "c" \\| d');
	t.match(text, '❌ **Does not pass**: 2 of 3 frames judged, 1 differs\n');
	t.match(formats.markdown({ ...report, exit: 0 }, LOOK), '✅ **Passes**');
	t.match(text, '| ➖ | two |');
	t.notMatch(text, '| one |');
});

test('markdown: below what a job summary may have, and says that it is cut', async (t) => {
	const item = { name: 'n'.repeat(50), status: 'failure', message: 'é'.repeat(5000) } as const;
	const group = (i: number) => ({ title: `group ${i}`, items: Array.from({ length: 10 }, () => item) });
	const rows = Array.from({ length: 900 }, (_, i) => ({ cells: ['x', '1'], group: `group ${i}` }));
	const large = { ...report, groups: rows.map((_, i) => group(i)), tables: [{ head: ['a', 'b'], rows }] };
	const lines = { title: 'to accept', language: 'yaml', text: '- rule: a/b\n'.repeat(9000) };
	const page = formats.markdown(large, LOOK);
	t.ok(Buffer.byteLength(page) < 1024 * 1024, `${Buffer.byteLength(page)}`);
	t.ok(Buffer.byteLength(page) > 800 * 1024, 'as much as there is room for');
	t.match(page, '400 more rows');
	t.match(page, /Cut here[^\n]*\n$/);
	t.equal(await standards.markdown!(page), undefined);
	t.notMatch(formats.markdown({ ...large, groups: [group(0)] }, LOOK), 'Cut here');
	const copied = formats.markdown({ ...large, appendix: lines }, LOOK);
	t.ok(
		copied.includes(`Cut here`) && copied.endsWith(`\`\`\`yaml\n${lines.text}\`\`\`\n`),
		'what is copied stays whole',
	);
	t.equal(await standards.markdown!(copied), undefined);
});

test('markdown: recorded text is text', async (t) => {
	const recorded = '<script>x</script> [a](b) ![i](j) `code` &lt; https://a.example www.b.example $1$ ~~x~~ # @b';
	const hostile = { ...report, groups: [{ title: recorded, items: [{ name: recorded, status: 'note' as const }] }] };
	const page = formats.markdown(hostile, LOOK);
	const shown =
		'&lt;script&gt;x&lt;/script&gt; \\[a\\](b) !\\[i\\](j) \\`code\\` &amp;lt; https\\://a.example www\\.b.example ' +
		'&#36;1&#36; \\~\\~x\\~\\~ # @b';
	t.equal(page.split(shown).length, 3, page);
});

test('wrap, visible, table', async (t) => {
	t.equal(wrap('aa bb cc', 5), 'aa bb\ncc');
	t.equal(wrap('aa bb cc', 5, '  '), 'aa bb\n  cc');
	t.equal(wrap('abcdefgh', 3), 'abc\ndef\ngh');
	t.equal(wrap('', 5), '');
	t.equal(visible('a\u001b\u202eb\n'), 'a\\u001b\\u202eb\\u000a');
	t.equal(
		table(
			[
				['ID', 'N', 'NAME'],
				['a', '5', 'x'],
				['bb', '10', 'a long name'],
			],
			14,
		),
		'ID   N  NAME\na    5  x\nbb  10  a lon…\n',
	);
});
