import t from 'tap';
import { createDetector } from '../../../engine/detect/detector.ts';
import { readToml } from '../../../engine/detect/toml.ts';

const file = `# our own tokens
[[rules]]
type = "secret/acme-key"   # as docs say
description = 'ACME "platform" key'
regex = '''acme_([a-z0-9]{8})'''
secretGroup = 1
keywords = [
	"acme_", # one
]

[[rules]]
type = "pii/staff-number"
regex = "\\\\bS-[0-9]{5}\\\\b"
`;

t.test('custom rules find what they say', async (t) => {
	const detector = createDetector({ detectors: [], custom: file });
	t.same(detector.types, ['pii/staff-number', 'secret/acme-key']);
	t.same(detector.detectText('😀 acme_abcd1234 S-12345'), [
		{ type: 'secret/acme-key', start: 7, end: 15 },
		{ type: 'pii/staff-number', start: 16, end: 23 },
	]);
	t.not(detector.version, createDetector({ detectors: [], custom: `${file}\n` }).version);
});

t.test('a pattern of the operator cannot make a text slow', async (t) => {
	const detector = createDetector({ detectors: [], custom: "[[rules]]\ntype='secret/slow'\nregex='(a+)+$'" });
	t.same(detector.detectText(`${'a'.repeat(5000)}!`), []);
});

t.test('errors name the line or the rule', async (t) => {
	const thrown = (custom: string) => {
		try {
			createDetector({ detectors: [], custom });
		} catch (error) {
			return `${(error as { code: string }).code} ${(error as Error).message}`;
		}
		return 'ok';
	};
	const rule = (line: string) => `[[rules]]\ntype = 'secret/x'\nregex = 'x'\n${line}\n`;
	t.equal(thrown(rule('')), 'ok');
	t.match(thrown('type = 1'), /^ERR_DETECTORS_TOML .*line 1.*outside/);
	t.match(thrown('\n[rules]\n'), /^ERR_DETECTORS_TOML .*line 2/);
	t.match(thrown(rule('x')), /^ERR_DETECTORS_TOML .*line 4/);
	t.match(thrown(rule('type = "a"')), /line 4: `type` is there twice/);
	t.match(thrown(rule('keywords = ["a"')), /^ERR_DETECTORS_TOML/);
	t.match(thrown(rule('description = "\\d"')), /no escape/);
	t.match(thrown(rule('description = "open')), /^ERR_DETECTORS_TOML .*line 4/);
	t.match(thrown(rule('description = "a" b')), /should end here/);
	t.match(thrown(rule('keyword = ["a"]')), /^ERR_DETECTORS_RULE .*`keyword` is not known/);
	t.match(thrown(rule('keywords = "a"')), /array of strings/);
	t.match(thrown(rule('secretGroup = 1')), /between 0 and 0/);
	t.match(thrown("[[rules]]\ntype='secret/x'\nregex='('"), /^ERR_DETECTORS_RULE .*RE2/);
	t.match(thrown("[[rules]]\ntype='secret/x'\nregex='a*'"), /empty text/);
	t.match(thrown("[[rules]]\ntype='secret/x'"), /`regex` is missing/);
	t.match(thrown("[[rules]]\ntype='Secret'\nregex='a'"), /`type` must be/);
	t.match(thrown("[[rule]]\ntype='secret/x'\nregex='a'"), /called `rule`/);
});

t.test('the values of TOML that detector files use', async (t) => {
	const text = [
		'[[r]]',
		`a = "q\\"\\t\\u00e9\\U0001F600"`,
		"b = 'c:\\d'",
		'c = """\nx\\\n   y"z\n"""',
		"d = '''\n\\b[a']''' # done",
		'e = -1_000',
		'f = [ 1, true, ["x"], ]',
		'g = 0.5\r',
		'',
	].join('\n');
	t.same(Object.fromEntries(readToml(text)[0]?.values ?? []), {
		a: 'q"\té😀',
		b: 'c:\\d',
		c: 'xy"z\n',
		d: "\\b[a']",
		e: -1000,
		f: [1, true, ['x']],
		g: 0.5,
	});
});
