import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { hostBuiltins } from '../../../engine/policy/builtins/index.ts';
import { capabilities } from '../../../engine/policy/capabilities.ts';
import { createEvaluator } from '../../../engine/policy/evaluate.ts';
import { fromJson, RegoObject } from '../../../engine/policy/value/value.ts';
import { COLD, openTestCompiler } from './compiler-for-tests.ts';

// What our functions say against what OPA's interpreter says: one module, one input, two engines.

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

type Case = readonly [fn: string, ...args: unknown[]];

/** An argument that the module turns into a set. */
const set = (...members: unknown[]) => ({ set: members });
const ARITY: Readonly<Record<string, number>> = {
	'base64url.encode_no_pad': 1,
	'crypto.hmac.equal': 2,
	'crypto.hmac.md5': 2,
	'crypto.hmac.sha1': 2,
	'crypto.hmac.sha256': 2,
	'crypto.hmac.sha512': 2,
	'crypto.md5': 1,
	'crypto.sha1': 1,
	'crypto.sha256': 1,
	'hex.decode': 1,
	'hex.encode': 1,
	indexof_n: 2,
	'regex.find_n': 3,
	'regex.replace': 3,
	'regex.split': 2,
	'semver.compare': 2,
	'semver.is_valid': 1,
	sprintf: 2,
	'strings.any_prefix_match': 2,
	'strings.any_suffix_match': 2,
	'strings.count': 2,
	'time.clock': 1,
	'time.date': 1,
	'time.parse_duration_ns': 1,
	'time.parse_rfc3339_ns': 1,
	'time.weekday': 1,
	'urlquery.decode': 1,
	'urlquery.encode': 1,
};
/** Their answers are those of the recording, so the interpreter has others. */
const OURS_ALONE = ['opa.runtime', 'rand.intn', 'time.now_ns', 'trace', 'uuid.rfc4122'];

const TYPES = ['', 'a', 'héllo wörld', '𝒳y', "~!*'()-_. /?&=+%20", 'a\u0000b', 5, 1.5, null, true, [1, 2], ['a'], {}];
const PAIRS = ['', 'a', 'abc', '𝒳a', 'b.c', 5, ['a'], ['ab', 'x'], [1], set('a', 'xa'), set(), null, {}];

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: Go's templates
const REGEXES = [
	'a*',
	'a+',
	'',
	'é',
	'.',
	'([a-z])(\\d+)',
	'(?P<first>\\w+) (?P<second>\\w+)',
	',',
	'b|$',
	'(',
	'^a',
	'(a)|(b)',
	'\\b',
];
const SUBJECTS = ['baac', 'baaac', '', 'héé', '𝒳𝒳', 'a1b22', 'foo bar', 'a,b,,c', 'ab', 'a\nb'];
const TEMPLATES = [
	'x',
	'$1',
	'${1}',
	'$1x',
	'${1}x',
	'$2$1',
	'$first-$second',
	'${second}',
	'$$1',
	'$',
	'$$',
	'\\1',
	'\\$1',
	'$9',
	'${nope}',
	'$nope',
	'',
	'${',
	'$1_a',
	'$0',
	'${01}',
	'$-',
	'a$',
	'$é',
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: Go's templates

const VERSIONS = [
	...['1.2.3', 'v1.2.3', 'vv1.2.3', '1.2', '1.2.3-alpha', '1.2.3-alpha.1', '1.2.3-1', '1.2.3+b', '1.2.3-01', '01.2.3'],
	...['1.2.3-', '99999999999999999999.0.0', '9223372036854775807.0.0', '1.2.3-beta.11', '1.2.3-beta.2', '1.2.3-a.b.c'],
	...['1.2.3 ', '-1.2.3', '1.2.3-é', '1.2.3-0', '1.2.3-0a', '1.2.3+', '1.2.3-a..b', '1.2.3-A', ''],
];

const FORMATS = [
	...['%v', '%s', '%d', '%q', '%x', '%X', '%t', '%f', '%e', '%g', '%G', '%E', '%F', '%.2f', '%.0f', '%.20f', '%6.2f|'],
	...['%5d|', '%-5d|', '%05d', '%+d', '% d', '%#x', '%#o', '%O', '%o', '%b', '%c', '%U', '%#U', '%T', '%5s|', '%-5s|'],
	...[
		'%.2s',
		'%5v|',
		'%05s',
		'%#v',
		'%+v',
		'%.3v',
		'%.3g',
		'%.10g',
		'%.0e',
		'%.3e',
		'%%',
		'%d%%',
		'%',
		'a%',
		'%!',
		'%i',
	],
	...['%p', '%w', '%z', '%10q|', '%+q', '%#q', '%[1]d', '%[2]v', '%[3]v', '%[1]v %[1]v', '%*d', '%.*f', '%.f', '%x %s'],
	...['%08.3f', '%+.1f', '%-10v|', '% x', '%# x', '%3c|', '%.5d', '%é', '%v %v', 'no verb', '%-08d|', '%+08.2f'],
];
const VALUES = [
	...[1, 0, -7, 1.5, 2.5, 0.125, 1e21, -0.1, 255, 100000, 1234567.891, 0.000001, 1e-7, 123456789012, 65, 0x1f600],
	...['str', '', 'q"\n\té`', '\u0001', null, true, [], ['a', 1, null, 'é'], { b: ['x'], a: 1 }, {}, [[1], ['x']]],
];

const TIMESTAMPS = [
	...[
		'2025-01-02T03:04:05Z',
		'2025-01-02t03:04:05z',
		'2025-01-02T03:04:05.123456789Z',
		'2025-01-02T03:04:05.1234567899Z',
	],
	...['2025-01-02T03:04:05,5Z', '2025-01-02T03:04:05+02:00', '2025-01-02T03:04:05-23:59', '2025-01-02T03:04:05+24:00'],
	...['2025-01-02T03:04:05+25:00', '2025-01-02T03:04:05+02:60', '2025-01-02T03:04:05+02:61', '2025-02-29T00:00:00Z'],
	...[
		'2024-02-29T00:00:00Z',
		'2025-13-01T00:00:00Z',
		'2025-01-02T24:00:00Z',
		'2025-01-02T23:59:60Z',
		'0099-01-01T00:00:00Z',
	],
	...[
		'1677-09-21T00:12:43Z',
		'1677-09-21T00:12:44Z',
		'2262-04-11T23:47:16Z',
		'2262-04-11T23:47:17Z',
		'9999-01-01T00:00:00Z',
	],
	...[
		'0000-01-01T00:00:00Z',
		'2025-01-02 03:04:05Z',
		'2025-01-02T03:04:05',
		'2025-01-02T03:04:05.Z',
		'1969-12-31T23:59:59.5Z',
	],
	...[
		'2025-1-2T03:04:05Z',
		'2025-01-02T3:04:05Z',
		'2025-00-01T00:00:00Z',
		'2025-01-00T00:00:00Z',
		'2025-01-02T03:04:05+0200',
	],
	...['2025-01-02T03:04:05-00:00', ''],
];
const DURATIONS = [
	...[
		'1h',
		'1h30m',
		'1.5s',
		'1.1h',
		'-1h',
		'+2m',
		'0',
		'',
		'1',
		'h',
		'1d',
		'1.5d',
		'2w',
		'1y',
		'1d1h',
		'1µs',
		'1μs',
		'1us',
	],
	...[
		'.5s',
		'1.s',
		'.s',
		'1.123456789h',
		'0.3ns',
		'1h-1m',
		'9223372036854775807ns',
		'9223372036854775808ns',
		'99999999h',
	],
	...[
		'-9223372036854775808ns',
		'2562047h47m16.854775807s',
		'2562048h',
		'0.0000000001s',
		'1.9999999999s',
		'0.333333333333h',
	],
	...[' 1h', '1h ', '1H', '00001s', '-.5s', '--1s', '+0', '-0', '0s', '1ms2us', '3.000000001m', '300y', '0.1y', '-1d'],
];
const MOMENTS = [
	...[
		0,
		1_760_000_000_000_000_000,
		-1,
		-86_400_000_000_000,
		1_760_000_000_000,
		1.5,
		9e18,
		9.3e18,
		1e30,
		'0',
		null,
		[],
		[0],
	],
	...[
		[0, 5],
		[0, 'UTC'],
		[0, ''],
		[0, 'Local'],
		[0, 'Nope/Zone'],
		[0, 'utc'],
		[0, '../etc/passwd'],
		[0, '+01:00'],
	],
	...['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'US/Pacific', 'EST', 'CET', 'Australia/Lord_Howe'].flatMap(
		(zone) =>
			// Both sides of two changes of clocks in 2025, and a moment in between.
			[1_743_296_399, 1_743_296_400, 1_761_440_399, 1_761_440_400, 1_760_000_000].map((s) => [s * 1e9, zone]),
	),
	[-5e18, 'Europe/Paris'],
	[1_760_000_000_000_000_000, 'UTC', 'RFC1123'],
];

/** The alternate form of floats, which no message needs, is not supplied. */
const sharpFloat = (format: string, value: unknown) =>
	format.includes('#') && typeof value === 'number' && /[.e]/.test(String(value));

const one = (fn: string, list: readonly unknown[]): Case[] => list.map((arg) => [fn, arg]);
const two = (fn: string, a: readonly unknown[], b: readonly unknown[]): Case[] =>
	a.flatMap((x) => b.map((y): Case => [fn, x, y]));

const CASES: readonly Case[] = [
	...Object.entries(ARITY).flatMap(([fn, n]) =>
		n === 1 ? one(fn, [...TYPES, set('a', 'b')]) : n === 2 ? two(fn, PAIRS, PAIRS) : [],
	),
	...one('hex.decode', ['00', 'zz', '6', 'C3A9', 'ff', '6162ff']),
	...one('urlquery.decode', ['a+b%20c', '%zz', '%', '%f', '%ff', '%C3%A9', 'a%2Bb', '%e4%b8%ad', 'é%']),
	...one('base64url.encode_no_pad', ['ÿþ?>']),
	...two('regex.split', REGEXES, SUBJECTS),
	...REGEXES.flatMap((re) =>
		two('regex.replace', SUBJECTS, [re]).flatMap((c) => TEMPLATES.map((x): Case => [...c, x])),
	),
	...REGEXES.flatMap((re) =>
		SUBJECTS.flatMap((s) => [-1, 0, 1, 2, -5, 1.5, '1'].map((n): Case => ['regex.find_n', re, s, n])),
	),
	...(
		[
			[5, 'a', 'b'],
			['a', 5, 'b'],
			['a', 'a', 5],
		] as const
	).map((args): Case => ['regex.replace', ...args]),
	...one('semver.is_valid', VERSIONS),
	...two('semver.compare', VERSIONS, VERSIONS),
	['sprintf', '%v', set('a')],
	['sprintf', '%v', 'a'],
	['sprintf', 5, ['a']],
	...FORMATS.flatMap((f): Case[] => [
		...VALUES.filter((value) => !sharpFloat(f, value)).map((value): Case => ['sprintf', f, [value]]),
		['sprintf', f, []],
		['sprintf', f, [1, 'x']],
		['sprintf', f, [3, 2.25]],
	]),
	...one('time.parse_rfc3339_ns', TIMESTAMPS),
	...one('time.parse_duration_ns', DURATIONS),
	...['time.clock', 'time.date', 'time.weekday'].flatMap((fn) => one(fn, MOMENTS)),
	...two('strings.count', ['aaaa', 'é', '𝒳𝒳'], ['aa', '', 'é', '𝒳']),
	...two('indexof_n', ['aaaa', 'héhé', '𝒳a𝒳'], ['aa', '', 'é', '𝒳']),
];

/** What JSON cannot say: sets, keys of any type, numbers of any size. */
const LITERALS = [
	'sprintf("%v", [{3, 1, "a", [2], {"k": {1}}, null, true, set()}])',
	'sprintf("%v %v", [set(), {{"b", "a"}, {"a"}}])',
	'sprintf("%v", [{1: "x", [1]: "y", {"a"}: 2, "s": 3, null: 4}])',
	'sprintf("%s", [{"é", "\\n", "\\u0001", "\\u2028"}])',
	'sprintf("%d %v", [9007199254740993, 123456789012345678901234567890])',
	'sprintf("%d", [-9223372036854775809])',
	'sprintf("%x %o %b %s", [18446744073709551615, 18446744073709551615, 4, 18446744073709551615])',
	'sprintf("%q", [18446744073709551615])',
	'sprintf("%T %T %T %T", [1, 1.5, 18446744073709551615, "s"])',
	'sprintf("%v %d", [1.0, 2.0])',
	'sprintf("%v %v", [1e3, 1e2])',
	'sprintf("%v", [[1.0, 1e3, 10]])',
	'time.clock(1735689599999999999)',
	'time.date([1735689599999999999, "UTC"])',
	'rand.intn("x", 0)',
	'strings.any_prefix_match({"abc", "x"}, {"ab"})',
	'to_number(sprintf("%d", [9007199254740993])) == 9007199254740993',
	'time.parse_rfc3339_ns("2025-01-02T03:04:05.123456789Z") == 1735787045123456789',
];

const MODULE = `package sluice.main

decision := {"cases": {i: v | some i, c in input.cases; v := call(c)}, "literals": literals}
value(x) := {e | some e in x.set} if is_set_of(x)
else := x
is_set_of(x) if { is_object(x); "set" in object.keys(x) }
${Object.entries(ARITY)
	.map(([fn, n]) => {
		const args = Array.from({ length: n }, (_, i) => `value(c.args[${i}])`).join(', ');
		return `call(c) := ${fn}(${args}) if c.fn == "${fn}"`;
	})
	.join('\n')}
${LITERALS.map((text, i) => `literals[${i}] := x if x := ${text}`).join('\n')}
`;

t.test('every function that is not ours alone is compared', async (t) => {
	const folder = join(import.meta.dirname, 'builtins');
	const others = readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.ts'))
		.map((name) => readFileSync(join(folder, name), 'utf8'))
		.join('\n');
	const here = new Set([...Object.keys(ARITY), ...OURS_ALONE]);
	const nowhere = [...hostBuiltins.keys()].filter(
		(name) => !here.has(name) && !others.includes(name.replace(/(?<=verify_..)\d+$/, '')),
	);
	t.strictSame(nowhere, [], 'here, or in the tests of the families');
});

t.test('our functions answer as the interpreter does, undefined included', async (t) => {
	const modules = [{ path: 't.rego', text: MODULE }];
	const builtins = capabilities(hostBuiltins.keys());
	const input = { cases: CASES.map(([fn, ...args]) => ({ fn, args })) };
	const { wasm } = await compiler.request('compile', { modules, builtins, entrypoints: ['sluice/main/decision'] });
	const query = 'data.sluice.main.decision';
	const { outcomes } = await compiler.request('eval', { modules, builtins, query, inputs: [input] });
	const theirs = outcomes[0]?.value as Answers;
	const evaluation = createEvaluator(Buffer.from(wasm, 'base64'), {}).evaluate(Buffer.from(JSON.stringify(input)), {
		nowNs: 0n,
		seed: '',
	});
	if (!evaluation.ok) throw new Error(`${evaluation.code}: ${evaluation.message}`);
	const ours = evaluation.decision as Answers;
	const differences = [
		...CASES.map((c, i) => [c, ours.cases[i], theirs.cases[i]]),
		...LITERALS.map((c, i) => [c, ours.literals[i], theirs.literals[i]]),
	]
		.filter(([, a, b]) => text(a) !== text(b))
		.map((row) => row.map(text).join('  '));
	t.strictSame(differences, [], `${CASES.length + LITERALS.length} calls`);
});

/** The interpreter's answers come as JSON, so with doubles. */
const text = (value: unknown) => JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v));

interface Answers {
	readonly cases: Readonly<Record<string, unknown>>;
	readonly literals: Readonly<Record<string, unknown>>;
}

t.test('what differs from run to run follows from the frame', async (t) => {
	const context = (seed: string) => ({ nowNs: 1_760_000_000_123_456_789n, seed });
	const call = (name: string, seed: string, ...args: unknown[]) =>
		hostBuiltins.get(name)?.(context(seed), ...args.map(fromJson));
	t.equal(call('time.now_ns', 'a/1'), 1_760_000_000_123_456_789n);
	t.strictSame(call('opa.runtime', 'a/1'), new RegoObject([]));
	for (const [name, ...args] of [
		['rand.intn', 'dice', 1e9],
		['uuid.rfc4122', 'ticket'],
	] as const) {
		t.equal(call(name, 'a/1', ...args), call(name, 'a/1', ...args), 'the same again');
		t.not(call(name, 'a/1', ...args), call(name, 'a/2', ...args), 'another frame');
		t.not(call(name, 'a/1', ...args), call(name, 'a/1', `${args[0]}2`, ...args.slice(1)), 'another key');
	}
	t.match(call('uuid.rfc4122', 'a/1', 'x'), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
	const rolls = Array.from({ length: 200 }, (_, i) => Number(call('rand.intn', 'a/1', `k${i}`, -6)));
	t.strictSame([...new Set(rolls)].sort(), [0, 1, 2, 3, 4, 5]);
});
