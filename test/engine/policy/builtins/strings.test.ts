import t from 'tap';
import { encodings } from '../../../../engine/policy/builtins/encodings.ts';
import { objects } from '../../../../engine/policy/builtins/objects.ts';
import { strings } from '../../../../engine/policy/builtins/strings.ts';
import { uris } from '../../../../engine/policy/builtins/uris.ts';
import { uuids } from '../../../../engine/policy/builtins/uuids.ts';
import { COLD, openTestCompiler } from '../compiler-for-tests.ts';
import { calls, differences, rego } from './against-opa.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const OTHERS = ['5', 'null', '["1"]', '{"1"}', 'true', '{}', 'set()', '[]', '1.0'];
const TEXTS = [
	...[
		'',
		'a',
		'aa',
		'aaaa',
		'abcabcab',
		'a,b,,c',
		',',
		'héhé',
		'é',
		'𝒳a𝒳',
		'𝒳',
		'ab',
		'b',
		'aab',
		'aabaabaaab',
		'aaab',
	],
];

t.test('strings', async (t) => {
	const texts = [...TEXTS.map(rego), ...OTHERS];
	const counts = ['0', '1', '2', '-1', '-2', '-9', '9', '1.0', '1.5', '1e1', '"1"', 'null', '9223372036854775807'];
	const bases = [...texts, '["a", "b"]', '{"", "x"}', '["a", 1]', '{"é", "b"}', '["abc", "ab", "b"]', '[[]]'];
	const all = [
		...calls(
			'strings.split_n',
			texts,
			['""', '","', '"a"', '"é"', '"𝒳"', '"aa"', '5'],
			[...counts, '-9223372036854775808'],
		),
		...calls('strings.count', texts, texts),
		...calls('indexof_n', texts, texts),
		...calls('strings.any_prefix_match', bases, bases),
		...calls('strings.any_suffix_match', bases, bases),
	];
	t.strictSame(await differences(compiler, strings, all), [], `${all.length} calls`);
});

t.test('encodings', async (t) => {
	const texts = [
		'',
		'a',
		'00',
		'zz',
		'6',
		'C3A9',
		'ff',
		'6162ff',
		'e4b8',
		'f0908d',
		'eda080',
		'c080',
		'f4908080',
		'00\n',
	];
	const queries = [
		...[
			'a=1',
			'a=1&a=2&b',
			'',
			'&',
			'&&a=1&',
			'=',
			'=x',
			'a=b=c',
			'a;b',
			'a=1;b=2',
			'a+b=c+d',
			'%41=%42',
			'%zz',
			'%',
			'%4',
		],
		...['a=%ff', '%e4%b8', 'é=𝒳', 'a b', "~!*'()-_. /?&=+%20", 'a%2Bb', '%C3%A9', 'a\u0000b', 'x'.repeat(300)],
	];
	const values = [
		...[
			'{}',
			'{"a": "b"}',
			'{"a": ["x", "y z"], "b": {"q", "p"}}',
			'{"a": 1}',
			'{"a": [1]}',
			'{"a": []}',
			'{"a": null}',
		],
		...[
			'{1: "x", "1": "y"}',
			'{"b": "1", "a": "2", "é": "ü"}',
			'{[1]: "x"}',
			'{{1, 2}: "<"}',
			'{null: "n", true: "t"}',
		],
		...['{1.50: "d"}', '{"a": {"b": "c"}}', '{"𝒳": "", "\\uffff": ""}', '{"a&": "=", "": ""}'],
	];
	const all = [
		...['hex.encode', 'hex.decode', 'urlquery.encode', 'urlquery.decode', 'base64url.encode_no_pad'].flatMap((fn) =>
			calls(fn, [...[...texts, ...queries].map(rego), ...OTHERS]),
		),
		...calls('urlquery.decode_object', [...queries.map(rego), ...OTHERS]),
		...calls('urlquery.encode_object', [...values, ...OTHERS]),
	];
	t.strictSame(await differences(compiler, encodings, all), [], `${all.length} calls`);
});

t.test('URIs', async (t) => {
	const schemes = ['', 'http:', 'HTTP:', 'mailto:', '1a:', 'a+b-.1:', ':', 'é:', 'postgres:', 'file:', 'x%41:', 'a b:'];
	const hosts = [
		...[
			'',
			'//',
			'///',
			'//h',
			'//h:80',
			'//h:',
			'//h:x',
			'//a:b@h',
			'//u@h:1',
			'//a@b@h',
			'//u%40:p%3a@h',
			'//é',
			'//h%41',
		],
		...[
			'//%C3%A9',
			'//%e4',
			'//[::1]',
			'//[::1]:80',
			'//[fe80::1%25en0]',
			'//[fe80::1%25]',
			'//[fe80::1%en0]',
			'//[1.2.3.4]',
		],
		...[
			'//[::1',
			'//a[::1]',
			'//[::1]x',
			'//[::ffff:1.2.3.4]',
			'//[::ffff:01.2.3.4]',
			'//[1:2:3:4:5:6:7:8]',
			'//[1:2:3:4:5:6:7::]',
		],
		...[
			'//[1::2:3:4:5:6:7:8]',
			'//[::1%25e%20n]',
			'//[::1%25e%2Fn]',
			'//[12345::]',
			'//[::]',
			'//[:::]',
			'//[1::2::3]',
			'//[:1]',
		],
		...[
			'//h h',
			'//h"<>',
			'//h\\',
			'//a:1:2',
			'//a:1,b:2',
			'//a^',
			'//u ser@h',
			'//ü@h',
			'//h%25',
			'//[::1.2.3.4:5]',
			'//[v1.x]',
		],
	];
	const paths = [
		'',
		'/',
		'/a/b',
		'/a%2fb',
		'/%zz',
		'/a b',
		'/é',
		'/%41',
		"/!$&'()*+,;=:@[]",
		'a:b',
		'a/b:c',
		'*',
		'?',
		'?q=%zz',
		'/%',
	];
	const tails = ['', '?a=1?b', '#f', '#%zz', '#%41 é', '?#', '??', '#a#b', '?x\u007f', '#\u0001'];
	const texts = [
		...schemes.flatMap((scheme) => hosts.map((host) => scheme + host)),
		...['', 'http:', 'http://h', '//h'].flatMap((start) =>
			paths.flatMap((path) => tails.map((tail) => start + path + tail)),
		),
	];
	const all = ['uri.parse', 'uri.is_valid'].flatMap((fn) => calls(fn, [...texts.map(rego), ...OTHERS]));
	t.strictSame(await differences(compiler, uris, all), [], `${all.length} calls`);
});

t.test('UUIDs', async (t) => {
	const versions = [...'0123456789abcdef'].flatMap((version) =>
		[...'0578bcdef'].map((variant) => `00000a1f-41d0-${version}eb2-${variant}9c1-0342ac130003`),
	);
	const plain = '00000000-0000-1000-8000-000000000000';
	const texts = [
		...versions,
		...[
			plain,
			plain.toUpperCase(),
			`urn:uuid:${plain}`,
			`URN:UUID:${plain}`,
			`urn_uuid:${plain}`,
			`{${plain}}`,
			`x${plain}y`,
		],
		...[
			plain.replaceAll('-', ''),
			`${plain}0`,
			plain.slice(1),
			plain.replaceAll('-', '_'),
			`é${plain}`,
			`é${plain.slice(2)}`,
		],
		...[
			'ffffffff-ffff-1fff-8000-030000000000',
			'ffffffff-ffff-2fff-bfff-010000000000',
			'',
			`{${plain.replaceAll('-', '')}}`,
		],
		...[
			'00000000-0000-2000-8000-000000000000',
			'00000000-0000-2000-8001-000000000000',
			'00000000-0000-2000-8002-000000000000',
		],
	];
	const all = calls('uuid.parse', [...texts.map(rego), ...OTHERS]);
	t.strictSame(await differences(compiler, uuids, all), [], `${all.length} calls`);
});

t.test('subsets', async (t) => {
	const values = [
		...['{}', '{"a": 1}', '{"a": 1, "b": {"c": [1, 2, 3], "d": {1, 2}}}', '{"b": {"c": [2, 3]}}', '{"b": {"d": {2}}}'],
		...[
			'{"b": {"d": [2]}}',
			'{"a": 1.0}',
			'{1: "x"}',
			'{1.0: "x"}',
			'set()',
			'{1}',
			'{1, 2, [1]}',
			'{[1]}',
			'[]',
			'[1]',
			'[1, 1]',
		],
		...[
			'[1, 2, 3]',
			'[2, 3]',
			'[1, 3]',
			'[1, 1, 2, 1, 1, 2, 1, 1, 1]',
			'[1, 1, 2, 1, 1, 1]',
			'[[1]]',
			'1',
			'"a"',
			'null',
			'{"b": 1}',
		],
		...['{"a": null}', '[1.0, 2]', '[2, 1, 2]', '{2, 3}', '{"b": {}}', '{"b": {"c": []}}', '{"b": {"d": set()}}'],
	];
	const all = calls('object.subset', values, values);
	t.strictSame(await differences(compiler, objects, all), [], `${all.length} calls`);
});
