import t from 'tap';
import { globs } from '../../../../engine/policy/builtins/globs.ts';
import { regexes } from '../../../../engine/policy/builtins/regexes.ts';
import { semvers } from '../../../../engine/policy/builtins/semvers.ts';
import { BuiltinError } from '../../../../engine/policy/builtins/types.ts';
import { COLD, openTestCompiler } from '../compiler-for-tests.ts';
import { calls, differences, rego } from './against-opa.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const isRefused = (work: () => unknown): boolean => {
	try {
		work();
		return false;
	} catch (error) {
		return error instanceof BuiltinError;
	}
};

const OTHERS = ['5', 'null', '["a"]', '{"a"}', 'true', '{}', 'set()'];

const PATTERNS = [
	...[
		'a*',
		'a+',
		'',
		'é',
		'.',
		'([a-z])(\\d+)',
		'(?P<first>\\w+) (?P<second>\\w+)',
		'(?<n>a)',
		',',
		'b|$',
		'(',
		'^a',
		'\\b',
	],
	...[
		'(a)|(b)',
		'(?i)K',
		'(?i)straße',
		'(?m)^.',
		'(?s).+',
		'(?U)a+',
		'a{2}',
		'a{1001}',
		'(a{100}){100}',
		'x*?',
		'(|a)*',
		'(|a)+',
	],
	...[
		'\\pL+',
		'\\p{Greek}',
		'\\PN',
		'[^a-c]',
		'[[:alpha:]]+',
		'[[:word:]]',
		'\\Qa.b\\E',
		'\\x{1F600}',
		'\\z',
		'\\A.',
		'\\Z',
		'\\1',
	],
	...[
		'(?=a)',
		'(?<!a)b',
		'a**',
		'[z-a]',
		'[]a]',
		'[^]a]',
		'{',
		'a{,2}',
		'a{2,}',
		'\\B',
		'\\C',
		'(?:a|ab)(?:c|bcd)(d*)',
		'(a*)*',
		'(a*)+',
	],
	...['(a+)(b+)?', '^$', '$', '(?m)$', '\\s+', '[\\s\\S]', '\\D', '𝒳', '[𝒳é]', '(?P<n>', '\\', '(?i)[k-s]', '\\W+'],
];
const TEXTS = [
	...[
		'',
		'baac',
		'baaac',
		'héé',
		'𝒳𝒳',
		'a1b22',
		'foo bar',
		'a,b,,c',
		'ab',
		'a\nb\n',
		'Kk\u212a',
		'STRASSE straße',
		'a.b',
		'😀a',
	],
	...['abcd', 'aaaa', '  x  ', 'αβγ', 'x\u0000y', ']a', 'a{,2}'],
];

t.test('regular expressions', async (t) => {
	const patterns = [...PATTERNS.map(rego), ...OTHERS];
	const texts = [...TEXTS.map(rego), ...OTHERS];
	// biome-ignore lint/suspicious/noTemplateCurlyInString: Go's templates
	const templates = ['"<$0>"', '"$1"', '"${n}x$$"', '"$first-${second}"', '"é$1_"', '"${1"', 'null'];
	const limits = ['-1', '0', '1', '2', '1.0', '1e0', '"1"', '9223372036854775807', '9223372036854775808'];
	const all = [
		...calls('regex.split', patterns, texts),
		...calls('regex.find_n', patterns, texts, limits),
		...calls('regex.replace', texts, patterns, templates),
	];
	t.strictSame(await differences(compiler, regexes, all), [], `${all.length} calls`);
});

t.test('templates', async (t) => {
	const templates = [
		...[
			'urn:<\\d+>:x',
			'<[a-z]+>',
			'<a|b>c',
			'a.b',
			'',
			'<',
			'>',
			'<>',
			'<<a>>',
			'<a><b>',
			'<a)|(b>',
			'<(>',
			'{\\d{2}}',
			'{a{1}}',
		],
		...['|a|', 'é<.>é', '<^a$>', '.*<a>', '[x]<a>', '<(?i)A>b', '<\\>>', '><', '<a', 'a^b$c', '<𝒳+>', '(?i)a'],
	].map(rego);
	const texts = [
		'urn:12:x',
		'abc',
		'a',
		'b',
		'c',
		'ac',
		'bc',
		'a.b',
		'axb',
		'',
		'éaé',
		'ab',
		'12',
		'.*a',
		'[x]a',
		'Ab',
		'AB',
		'𝒳𝒳',
		'a^b$c',
		'<a>',
		'(?i)a',
		'a\n',
	];
	const delimiters = [
		['"<"', '">"'],
		['"{"', '"}"'],
		['"|"', '"|"'],
		['"é"', '">"'],
		['""', '">"'],
		['"<"', '">>"'],
		['5', '">"'],
		['"<"', 'null'],
	];
	const all = delimiters.flatMap(([open, close]) =>
		calls('regex.template_match', [...templates, ...OTHERS], [...texts.map(rego), '5'], [open!], [close!]),
	);
	t.strictSame(await differences(compiler, regexes, all), [], `${all.length} calls`);
});

t.test('patterns that have something in common', async (t) => {
	const hand = [
		...[
			'',
			'a',
			'ab',
			'a*',
			'a+',
			'.',
			'.*',
			'.+',
			'[a-c]',
			'[a-c]*',
			'[^a]',
			'[]',
			'[]*',
			'[a',
			'a]',
			'[a-]',
			'[-a]',
			'[a-c-e]',
			'[c-a]',
			'[a\\-c]',
		],
		...[
			'\\.',
			'\\',
			'a\\',
			'\\*',
			'*',
			'a**',
			'a+*',
			'+',
			'[+*.]',
			'[\\]]',
			'a.b',
			'a.*b',
			'a.+b+',
			'x[0-9]+y*',
			'é*',
			'[α-ω]+',
			'𝒳.',
			'[𝒳]',
			'a+a',
			'aa*',
			'a*a*',
			'a*b*a*',
			'ab*c',
		],
		...[
			'[a-d]+[c-f]+',
			'[c-d]*d',
			'.*x',
			'y.*',
			'[a-\\]]',
			'[a-z]*z',
			'.*.*b',
			'foo.*bar',
			'foo[a-z]+',
			'foobar',
			'fo+b.r',
			'a[]b',
			'\\[a\\]',
			'[a][b]',
			'[.]',
			'[\\\\]',
		],
	];
	// A small random grammar finds what hands do not; the same on every run.
	let seed = 12_345;
	const next = (n: number) => {
		seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
		return Math.floor((seed / 2_147_483_648) * n);
	};
	const atoms = ['a', 'b', 'c', '.', '[ab]', '[bc]', '[a-c]', 'a', 'b'];
	const random = () =>
		Array.from({ length: 1 + next(6) }, () => atoms[next(atoms.length)]! + ['', '', '', '+', '*', '*'][next(6)]!).join(
			'',
		);
	const pairs = Array.from({ length: 3000 }, () => [rego(random()), rego(random())] as const);
	const all = [
		...calls('regex.globs_match', [...hand.map(rego), ...OTHERS], [...hand.map(rego), ...OTHERS]),
		...pairs.map(([a, b]) => ['regex.globs_match', a, b] as const),
	];
	t.strictSame(await differences(compiler, regexes, all), [], `${all.length} calls`);
});

t.test('what takes too long is undefined', async (t) => {
	const call =
		(fn: keyof typeof regexes, ...args: string[]) =>
		() =>
			(regexes[fn] as (...all: unknown[]) => unknown)({}, ...args);
	t.ok(isRefused(call('regex.globs_match', 'a*b*'.repeat(200), 'b*a*'.repeat(200))));
	t.ok(isRefused(call('regex.globs_match', `${'[a-y]*[b-z]*'.repeat(100)}!+`, 'abcdefghij'.repeat(2000))));
	t.equal(call('regex.globs_match', `${'[a-y]*[b-z]*'.repeat(20)}!`, 'abcdefghij'.repeat(20))(), false);
	t.equal(call('regex.globs_match', 'a'.repeat(100_000), 'a'.repeat(100_000))(), true);
	t.equal(call('regex.globs_match', '[\u0000-\u{10ffff}]'.repeat(1000), `${'a'.repeat(999)}b`)(), true);
	t.ok(isRefused(call('regex.replace', 'x'.repeat(10_000), '.*', '$0'.repeat(10_000))));
	t.ok(isRefused(call('regex.replace', 'x'.repeat(10_000), '.', 'y'.repeat(10_000))));
});

t.test('quoting for globs', async (t) => {
	const texts = ['', '*?\\[]{}', 'a,b!c-d', 'é*𝒳', '**', '\n', 'some text and *?\\[]{}', '()^$.|+'];
	const all = calls('glob.quote_meta', [...texts.map(rego), ...OTHERS]);
	t.strictSame(await differences(compiler, globs, all), []);
});

t.test('versions', async (t) => {
	const versions = [
		...[
			'1.2.3',
			'v1.2.3',
			'vv1.2.3',
			'V1.2.3',
			'1.2',
			'1.2.3.4',
			'1.2.3-alpha',
			'1.2.3-alpha.1',
			'1.2.3-1',
			'1.2.3+b',
			'1.2.3-01',
			'01.2.3',
			'1.2.03',
		],
		...[
			'1.2.3-',
			'1.2.3+',
			'1.2.3-+',
			'1.2.3-a+',
			'9223372036854775807.0.0',
			'9223372036854775808.0.0',
			'99999999999999999999.0.0',
			'0.0.0',
			'0.0.0-0',
		],
		...[
			'1.2.3-beta.11',
			'1.2.3-beta.2',
			'1.2.3-a.b.c',
			'1.2.3 ',
			' 1.2.3',
			'-1.2.3',
			'+1.2.3',
			'1.2.3-é',
			'1.2.3-0a',
			'1.2.3-a..b',
			'1.2.3-A',
			'1.2.3-00',
		],
		...[
			'1.2.3-a-b',
			'1.2.3--',
			'1.2.3--1',
			'1.2.3-1-1',
			'1.2.3+01',
			'1.2.3+a.b-c',
			'1.2.3+a+b',
			'1.2.3-a.1+x-y',
			'1.2.3\n',
			'',
			'v',
			'1..3',
			'1.2.-3',
			'1.2.3-123456789012345678901',
		],
	].map(rego);
	const all = [
		...calls('semver.is_valid', [...versions, ...OTHERS]),
		...calls('semver.compare', [...versions, '5', 'null'], [...versions, '["1.2.3"]']),
	];
	t.strictSame(await differences(compiler, semvers, all), [], `${all.length} calls`);
});
