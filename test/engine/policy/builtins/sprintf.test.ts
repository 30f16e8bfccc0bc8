import t from 'tap';
import { sprintfs } from '../../../../engine/policy/builtins/sprintf.ts';
import { COLD, openTestCompiler } from '../compiler-for-tests.ts';
import { calls, differences, rego } from './against-opa.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const FLAGS = ['', '-', '+', '#', ' ', '0', '-0', '+0', '# ', '+#', '#0'];
const SIZES = ['', '8', '.2', '12.3', '.0', '1', '08.4', '.'];
const VERBS = [...'vTtbcdoOqxXUeEfFgGsp'];
const VALUES = [
	...[
		'0',
		'1',
		'-7',
		'255',
		'65',
		'128512',
		'9223372036854775807',
		'-9223372036854775808',
		'9223372036854775808',
		'1e2',
		'1.0',
		'0.0',
		'.5',
	],
	...[
		'100.0',
		'2.5',
		'-0.1',
		'123456.789',
		'1e21',
		'1e-7',
		'1E400',
		'0.1234567890123456789',
		'5e-324',
		'1.7976931348623157e308',
		'1e6',
		'1e5',
	],
	...[
		'"str"',
		'""',
		'"héé𝒳"',
		'"q\\"\\n\\t`"',
		'"\\u0001"',
		'null',
		'true',
		'[]',
		'["a", 1.0]',
		'{"b": 1}',
		'{3, "x"}',
		'set()',
		'-5.0',
		'1e0',
	],
];
const ODD = [
	...[
		'%',
		'a%',
		'%%',
		'%d %d',
		'%!',
		'%z',
		'%é',
		'%[1]d',
		'%[2]d',
		'%[0]d',
		'%[x]d',
		'%[1]',
		'%[1',
		'%[2]*[1]d',
		'%[1]*d',
		'%*d',
		'%-*d',
		'%.*f',
		'%.[2]*f',
	],
	...[
		'%[3]v %v',
		'%[2]v %v',
		'%[1]v%[1]v',
		'x',
		'',
		'%5%',
		'%-5%|',
		'%1000001d',
		'%.1000001d',
		'%v %[5]v %v',
		'%[1]v %d',
		'%#v',
		'%+v',
		'%w',
		'%5.1',
		'%[-1]d',
	],
	...[
		'%[99999999999]d',
		'%[1].2[2]f',
		'%[1]5d',
		'%5[1]d',
		'%.[1]5d',
		'%+-#05.2x|',
		'%  d',
		'%x%X',
		'%s%s%s%s',
		'%.*[1]d',
		'%*[1]d',
		'%[1]*.[2]*[3]f',
	],
];
const ARGS = [
	'[]',
	'[1]',
	'[1, 2]',
	'[5, 2.25, "x"]',
	'[-5, "x"]',
	'["x", 3]',
	'[1000001, 1]',
	'["a", "b", "c"]',
	'[1.0, 2]',
	'"x"',
	'{1}',
	'[null, {"a": {1}}]',
];

t.test('every verb with every flag', async (t) => {
	const formats = FLAGS.flatMap((flags) => SIZES.flatMap((size) => VERBS.map((verb) => `%${flags}${size}${verb}|`)));
	const everything = calls(
		'sprintf',
		formats.map(rego),
		VALUES.map((value) => `[${value}]`),
	);
	// `%p` of a big number tells where it is in memory.
	const all = everything.filter(([, format, list]) => !(format!.includes('p') && list === '[9223372036854775808]'));
	t.strictSame(await differences(compiler, sprintfs, all), [], `${all.length} calls`);
});

t.test('odd formats', async (t) => {
	const all = calls('sprintf', [...ODD.map(rego), '5', 'null'], ARGS);
	t.strictSame(await differences(compiler, sprintfs, all), [], `${all.length} calls`);
});
