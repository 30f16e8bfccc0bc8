import t from 'tap';
import { base64s } from '../../../../engine/policy/builtins/base64s.ts';
import { bits } from '../../../../engine/policy/builtins/bits.ts';
import { casts } from '../../../../engine/policy/builtins/casts.ts';
import { concats } from '../../../../engine/policy/builtins/concats.ts';
import { jsonMarshals } from '../../../../engine/policy/builtins/json-marshal.ts';
import { jsonPaths } from '../../../../engine/policy/builtins/json-paths.ts';
import { jsonUnmarshals } from '../../../../engine/policy/builtins/json-unmarshal.ts';
import { regexes } from '../../../../engine/policy/builtins/regexes.ts';
import { replacements } from '../../../../engine/policy/builtins/replacements.ts';
import { substrings } from '../../../../engine/policy/builtins/substrings.ts';
import { unions } from '../../../../engine/policy/builtins/unions.ts';
import { COLD, openTestCompiler } from '../compiler-for-tests.ts';
import { calls, differences, rego } from './against-opa.ts';

// Functions that OPA compiles into a module and that the host has instead: their whole range, against OPA's interpreter.

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());
const context = { nowNs: 0n, seed: '' };

const OTHERS = ['null', 'true', '5', '"1"', '[]', '{}', 'set()', '{"1"}'];
const NUMBERS = [
	...['0', '1', '2', '-1', '7', '255', '1.0', '2.00', '1.5', '-0.5', '-15.9', '1e1', '1e2', '1e30', '1e-7'],
	...['4294967296', '9007199254740993', '18446744073709551616', '-123456789012345678901234567890'],
	...['123456789012345678901.5', '0.99999999999999999999', '9223372036854775807', '-9223372036854775808'],
];
const TEXTS = ['', 'a', 'aa', 'ab', 'abcab', 'é', 'héhé', '𝒳a𝒳', '𝒳', 'aXbX', '\u0000', 'a\nb'].map(rego);

t.test('json', async (t) => {
	const texts = [
		...['', ' ', '1', ' 1 ', '01', '-0', '-', '+1', '1.', '.5', '1.0', '1.50', '1e5', '1E+5', '1e400', '1e30000'],
		...['1e31000', '1e-31000', '0e99999', '1e99999999999999999999', '12345678901234567890', '0.1234567890123456789'],
		...[
			'[1,]',
			'[,1]',
			'[1 2]',
			'[1]]',
			'[',
			'[[[[]]]]',
			'{"a":1,}',
			'{"a":1,"a":2}',
			'{a:1}',
			'{1:2}',
			'{"a"',
			'{"a":',
		],
		...['{"a" 1}', '{"":""}', '{"b":1,"a":[{"c":null}]}', '"\\ud800"', '"\\ud83d\\ude00"', '"\\ud800\\ud83d\\ude00"'],
		...[
			'"\\x"',
			'"a\nb"',
			'"a\tb"',
			'"\u007f"',
			'"\\u00e9"',
			'"\\/"',
			'"\u2028"',
			'"<&>"',
			'"a',
			'nul',
			'null',
			'nullx',
		],
		...['1 null', '1null', '1 nullx', '{} null]', '1 2', '1 ]', '1 true', '1 "', '\ufeff1', '\u00a01', 'true', 'True'],
		...['/**/1', '1\u0000'],
	].map(rego);
	const values = [
		...[
			'null',
			'true',
			'1',
			'1.0',
			'1.50',
			'1e5',
			'"<&>\\u2028é"',
			'[]',
			'{}',
			'set()',
			'{1, 2}',
			'{"a": {3, 1, {"x"}}}',
		],
		...['{"b": 1, "a": {"z": 1, "é": 2, "B": 3}}', '{1: 2, "1": 3}', '{{1}: 2, [1]: 3, null: 4, true: 5}'],
	];
	const objects = [
		...['{}', '{"a": 1}', '{"a": null}', '[1]', 'null', '"a"', 'set()'],
		'{"a": {"b": [1, {"c": 2}, 3], "": 5}, "": 1, "~": 3, "a/b": 4, 1: "x", "s": {"p", "q", {"r": 1}}}',
	];
	const paths = [
		...[
			'[]',
			'[""]',
			'["a"]',
			'["/a"]',
			'["//a"]',
			'["a/"]',
			'["/"]',
			'["a/b/0"]',
			'["a/b/1/c", "a/b/1"]',
			'["a", ""]',
		],
		...[
			'["a/b/1", "a/b/1/c"]',
			'["a/b/01"]',
			'[[]]',
			'[["a"]]',
			'[["a", "b", 1]]',
			'[["a", "b", "1"]]',
			'{"a", "s/p"}',
		],
		...[
			'["s/p"]',
			'[["s", {"r": 1}, "r"]]',
			'[[1]]',
			'[[1.0]]',
			'["a~1b", "~0"]',
			'["~01"]',
			'[{"a"}]',
			'[1]',
			'"a"',
			'null',
		],
		...['["x/y/z"]', '["a/b/c/d"]', '["a/b/0/d"]'],
	];
	const unmarshaled = ['json.unmarshal', 'json.is_valid'].flatMap((fn) => calls(fn, [...texts, ...OTHERS]));
	const followed = ['json.filter', 'json.remove'].flatMap((fn) => calls(fn, objects, paths));
	const all = [...unmarshaled, ...followed, ...calls('json.marshal', values)];
	const ours = { ...jsonMarshals, ...jsonPaths, ...jsonUnmarshals };
	t.strictSame(await differences(compiler, ours, all), [], `${all.length} calls`);
	const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
	t.equal(jsonUnmarshals['json.is_valid'](context, deep(10_000)), true);
	t.equal(jsonUnmarshals['json.is_valid'](context, deep(10_001)), false);
});

t.test('Base64', async (t) => {
	const texts = [
		...['', 'YWI=', 'YWI', 'YW I=', 'YW\nI=', 'YWI=\n', '\n', 'YW\r\nI', 'w78/', 'w78_', 'w7_-', 'w7-_', 'YQ==', 'YQ='],
		...[
			'YQ',
			'Y',
			'YR==',
			'=',
			'==',
			'====',
			'A===',
			'YQ==YQ==',
			'*',
			'é',
			'YWI=x',
			'_-',
			'-_==',
			'Y\nQ',
			'Y\nQ==',
			'YWJj',
		],
	].map(rego);
	const all = ['base64.decode', 'base64.is_valid', 'base64url.decode'].flatMap((fn) =>
		calls(fn, [...texts, ...OTHERS]),
	);
	t.strictSame(await differences(compiler, base64s, all), [], `${all.length} calls`);
});

t.test('numbers', async (t) => {
	const texts = [
		...[
			'',
			'0',
			'1',
			'-1',
			'++1',
			'-',
			'+',
			'1.5',
			'.',
			'1e5',
			'1E5',
			'1e+5',
			'1e',
			'1e400',
			'-1e400',
			'1e-400',
			'1e308',
		],
		...[
			'1.8e308',
			'1.7976931348623159e308',
			'-0',
			'0x10',
			'0b11',
			'0o7',
			'1__0',
			'_1',
			'1_',
			'inf',
			'Infinity',
			'-inf',
		],
		...['nan', 'NaN', '+nan', ' 1', '1 ', '1,0', '٣', '12345678901234567890', '0.1', '1.50', '1.0', '512', '513'],
	].map(rego);
	const shifts = ['0', '1', '3', '-1', '1.0', '1e1', '255', '1.5', '"1"', 'null'];
	const small = NUMBERS.filter((number) => number !== '1e30');
	const all = [
		...calls('to_number', [...texts, ...NUMBERS, ...OTHERS]),
		...calls('format_int', [...NUMBERS, ...OTHERS], ['2', '8', '10', '16', '10.0', '3', '1e1', '"10"', 'null']),
		...['bits.and', 'bits.or', 'bits.xor', 'bits.lsh', 'bits.rsh'].flatMap((fn) =>
			calls(fn, [...small, ...OTHERS], shifts),
		),
		...calls('bits.negate', [...NUMBERS, ...OTHERS]),
	];
	t.strictSame(await differences(compiler, { ...bits, ...casts }, all), [], `${all.length} calls`);
	// OPA keeps the text, which is no JSON; it means the same number.
	const others = { '+1': 1, '1.': 1, '007': 7, '-007': -7, '0x1p4': 16, '0X1.8P-2': 0.375, '1_000': 1000, '0x_1p0': 1 };
	for (const [text, number] of Object.entries(others)) t.equal(casts.to_number(context, text), number, text);
});

t.test('texts', async (t) => {
	const indices = ['0', '1', '-1', '1.0', '2', '1e0', '1.5', '9', '9223372036854775807', '9223372036854775808', '"1"'];
	const patterns = [
		...[
			'{}',
			'{"": "x"}',
			'{"a": "b", "b": "c"}',
			'{"a": "", "ab": "z"}',
			'{"ab": "z", "a": ""}',
			'{"": "x", "a": "y"}',
		],
		...[
			'{"é": "e"}',
			'{"": "x", "é": "e", "𝒳": ""}',
			'{"a": 1}',
			'{1: "a"}',
			'{"aa": "b", "a": "c"}',
			'{"b": "", "": "-"}',
		],
	];
	const lists = ['[]', '[1]', '["a"]', '["a", "b"]', '{"b", "é", "a"}', '{"a", 1}', 'set()', '"a"', 'null', '["", ""]'];
	const all = [
		...calls('array.slice', ['[]', '[1]', '[1, 2, 3]', '{1}', 'null'], indices, indices),
		...calls('substring', [...TEXTS, '5', 'null'], indices, indices),
		...calls('indexof', [...TEXTS, '5'], [...TEXTS, 'null']),
		...calls('replace', TEXTS, TEXTS, ['""', '"x"', '"é"', '"aa"']),
		...calls('replace', ['"a"', '1'], ['"a"', '1'], ['"a"', '1']),
		...calls('strings.replace_n', [...patterns, 'null'], [...TEXTS, '5']),
		...calls('concat', [...TEXTS, '5'], lists),
		...calls('internal.template_string', [
			'[]',
			'["a", {1.50}, set(), null]',
			'[{{"b", "a"}}, {["\\n", {"x": "é"}]}, {"t"}]',
			'5',
		]),
		...calls('regex.find_all_string_submatch_n', ['"a(b)?"', '""', '"("', '"(?P<x>.)"', '5'], TEXTS, [
			...indices,
			'null',
		]),
	];
	const ours = { ...concats, ...regexes, ...replacements, ...substrings };
	t.strictSame(await differences(compiler, ours, all), [], `${all.length} calls`);
});

t.test('object.union_n', async (t) => {
	const lists = [
		...['[]', '[{}]', '[{"a": 1}]', '[1]', '[{}, 1]', 'set()', '{}', 'null', '[{1: 1}, {1.0: {"b": 1}}]'],
		'[{"a": {"b": 2}}, {"a": 4}, {"a": {"c": 3}}]',
		'[{"a": {"b": 2}}, {"a": {"c": {"d": 1}}}, {"a": {"c": {"e": 2}}}]',
		'[{"a": {"b": {"x": 1}}}, {"a": {"b": 3}}, {"a": {"b": {"y": 1}}}]',
		'[{"a": {}}, {"a": 1}, {"a": {}}, {"a": {"z": 1}}]',
		'[{"a": [1]}, {"a": {1}}, {"b": {"c": 1}}]',
	];
	t.strictSame(await differences(compiler, unions, calls('object.union_n', lists)), []);
});

t.test('what OPA would need all memory for is a fault, not undefined', async (t) => {
	t.throws(() => bits['bits.lsh'](context, 1, 10_000_000), RangeError);
	t.throws(() => replacements.replace(context, 'a'.repeat(10_000), 'a', 'b'.repeat(10_000)), RangeError);
	t.throws(() => concats.concat(context, 'b'.repeat(10_000), Array(10_000).fill('a')), RangeError);
	t.equal(bits['bits.lsh'](context, 0, 10_000_000), 0n);
	t.equal(bits['bits.rsh'](context, -5, 10_000_000), -1n);
});
