import t, { type Test } from 'tap';
import { times } from '../../../../engine/policy/builtins/times.ts';
import { ZONE_ABBREVIATIONS } from '../../../../engine/policy/builtins/zone-abbreviations.ts';
import { COLD, openTestCompiler } from '../compiler-for-tests.ts';
import { type Call, calls, differences, rego } from './against-opa.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const compare = async (t: Test, all: readonly Call[]) =>
	t.strictSame(await differences(compiler, times, all), [], `${all.length} calls`);

const OTHERS = ['null', 'true', '"x"', '"0"', '{}', 'set()', '{0}', '[]', '[[]]', '[null]', '["0"]'];
const NUMBERS = [
	...['0', '1', '-1', '999999999', '-999999999', '1760000000123456789', '1709210096000000000', '1704067199999999999'],
	...['1.0', '1e9', '1.5', '1.5e1', '1e-1', '10e-1', '0e999999', '1e400', '1e-400', '123456789012345678.5', '-0'],
	...['9223372036854775807', '-9223372036854775808', '9223372036854775808', '-9223372036854775809', '1e18', '1e19'],
	...['1760000000123456789.0', '1760000000123456789.00000000000000000001', '9223372036854775807.1', '1e30'],
	...['4611686018427387904.0000000000000000001', '-5e18', '12345678901234567890123456789', '1760000000.25'],
];
const ZONES = [
	...['UTC', '', 'Local', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Asia/Kolkata', 'America/St_Johns'],
	...[
		'Australia/Lord_Howe',
		'Pacific/Apia',
		'Pacific/Kiritimati',
		'EST',
		'EST5EDT',
		'Etc/GMT+5',
		'GMT',
		'Africa/Cairo',
	],
	...['Nope/Zone', 'utc', 'europe/berlin', 'EUROPE/BERLIN', '../etc/passwd', '+01:00', 'Etc/GMT+99', 'Europe/', 'Z'],
];
const NAMES = [
	...['ANSIC', 'UnixDate', 'RubyDate', 'RFC822', 'RFC822Z', 'RFC850', 'RFC1123', 'RFC1123Z', 'RFC3339', 'RFC3339Nano'],
];
const LAYOUTS = [
	...NAMES,
	...['', 'rfc822', 'Kitchen', '3:04PM', '03:04pm', '3PM', '15', '15h', '2006-01-02', '06-1-2', '_2 Jan', '__2', '002'],
	...[
		'2006__2',
		'_2006',
		'__2006',
		'Jan January Janx janu JanU',
		'Mon Monday Mond MonX MST MSTx',
		'2006-002',
		'2006 __2',
	],
	...['Z07 Z0700 Z07:00 Z070000 Z07:00:00', '-07 -0700 -07:00 -070000 -07:00:00', '-0', 'Z0', 'Z', '07:00', '-7'],
	...['15:04:05.000', '15:04:05,000', '15:04:05.999', '05.9', '05.0', '5.000000000000', '05.99999999999', '05.0001'],
	...['.000', ',999 x', '05.', '.', '04.00.00', '4:5', '2:2', "01/02 03:04:05PM '06 -0700", '20060102150405', '150405'],
	...['2006-01-02T15:04:05.000Z', '2006-01-02T15:04:05', 'é Jan ü', '𝒳2006', 'Jan  2', ' 2006', '2006 ', 'pm', 'PM03'],
	...['2006-01-02 15:04:05 -0700 MST', '2006-01-02 MST', 'MST', 'MST-07', '0', '00', '007', '2006010', '12', '1234567'],
];

t.test('a number, or an array with a zone and a layout', async (t) => {
	const operands = [
		...NUMBERS,
		...OTHERS,
		...NUMBERS.map((n) => `[${n}]`),
		'[0, null]',
		'[0, "UTC", 5]',
		'[0, "UTC", ""]',
	];
	const more = ['[0, "UTC", "RFC3339", 5]', '[0, "Europe/Berlin", "MST", "x", {}]', '["x", "UTC"]', '[0, ["UTC"]]'];
	const all = [...operands, ...more];
	await compare(
		t,
		['time.clock', 'time.date', 'time.weekday', 'time.format'].flatMap((fn) => calls(fn, all)),
	);
});

t.test('zones', async (t) => {
	const moments = [
		...[0, 1_743_296_399, 1_743_296_400, 1_761_440_399, 1_761_440_400, 1_760_000_000, 1_741_503_600, 1_762_063_200],
		...[1_325_203_199, 1_325_289_600, 86_400 * 365, 2_000_000_000, 4_000_000_000, 9_000_000_000],
	].map((s) => String(BigInt(s) * 1_000_000_000n));
	const operands = ZONES.flatMap((zone) =>
		moments.map((ns) => `[${ns}, ${rego(zone)}, "2006-01-02 15:04:05 Z07:00 MST"]`),
	);
	await compare(
		t,
		['time.format', 'time.clock', 'time.date', 'time.weekday'].flatMap((fn) => calls(fn, operands)),
	);
});

t.test('every zone that Go knows, by its letters', async (t) => {
	const names = ZONE_ABBREVIATIONS.trim()
		.split('\n')
		.flatMap((line) => line.split(' ').slice(1));
	// MET is Brussels since 2024b, unless a distributor has it otherwise.
	// Half-years from 1970 on; later ones depend on whose database is newer.
	const moments = Array.from({ length: 112 }, (_, i) => `${86_400 * (15 + Math.floor(i * 182.625))}000000000`);
	const operands = names
		.filter((zone) => zone !== 'MET')
		.flatMap((zone, i) =>
			moments.filter((_, k) => (i + k) % 4 === 0).map((ns) => `[${ns}, "${zone}", "MST -07:00:00"]`),
		);
	const all = calls('time.format', operands);
	const lines = await differences(compiler, times, all);
	// Node's database is newer than the interpreter's, or older: letters can be compared where the offsets are the same.
	const offsets = (line: string) => Array.from(line.matchAll(/[-+]\d\d:\d\d:\d\d"\]$/gm), ([offset]) => offset);
	const [same, other] = [lines, lines].map((list, i) =>
		list.filter((line) => (new Set(offsets(line)).size === 1) === (i === 0)),
	);
	t.strictSame(same, [], `${all.length} calls`);
	t.ok(other!.length < all.length / 50, `${other!.length} calls have other offsets`);
});

t.test('layouts', async (t) => {
	const moments = [
		...['0', '1760000000123456789', '1704067199999999999', '1709210096100000000', '1136214245000000000'],
		...[
			'1735689600000000001',
			'-6795364578871345152',
			'5000000000000000000',
			'1740787199120000000',
			'1741503599000000000',
		],
	];
	const operands = [...LAYOUTS, `05.${'0'.repeat(4096)}`, `05.${'9'.repeat(4098)}`].flatMap((layout) =>
		moments.flatMap((ns) =>
			['UTC', 'Europe/Berlin', 'America/St_Johns'].map((zone) => `[${ns}, "${zone}", ${rego(layout)}]`),
		),
	);
	await compare(t, calls('time.format', operands));
});

t.test('parsing: what one layout writes, in every layout', async (t) => {
	const at = ['1760000000123456789', '1709210096100000000', '1136214245000000000', '-1', '946684800000000000'];
	const texts = LAYOUTS.flatMap((layout) =>
		at.flatMap((ns, i) => {
			const zone = ['UTC', 'Europe/Berlin', 'Asia/Kathmandu'][i % 3];
			const text = times['time.format'](undefined, [BigInt(ns), zone!, layout]);
			return [[layout, text]];
		}),
	);
	const all = texts.flatMap(([layout, text]): Call[] =>
		[layout!, ...LAYOUTS.filter((_, i) => (i + text!.length) % 9 === 0)].map((other) => [
			'time.parse_ns',
			rego(other),
			rego(text),
		]),
	);
	await compare(t, all);
});

t.test('parsing: edges', async (t) => {
	const edges: readonly (readonly [string, readonly string[]])[] = [
		['06', ['69', '68', '00', '-1', '+5', '5', 'é', '++', '99x', '1 ', '']],
		['2006', ['0000', '2025', '20255', '+025', '-025', '202', '2 25', '1677', '1676', '2262', '2263', '9999']],
		[
			'2006-01-02',
			['2024-02-29', '2025-02-29', '2025-2-3', '2025-00-01', '2025-13-01', '2025-01-00', '2025-04-31', '0000-02-29'],
		],
		['2006-1-2', ['2025-1-2', '2025-12-31', '2025-01-02', '2025-001-02', '2025-1-32', '2025-1-0']],
		['2006 Jan _2', ['2025 feb  3', '2025 FEB 3', '2025 Feb 13', '2025 Feb   3', '2025 Fe 3', '2025 Febr 3']],
		['2006 January 2', ['2025 february 3', '2025 May 3', '2025 Feb 3', '2025 september 30']],
		['Mon 2006', ['sun 2025', 'Sunday 2025', 'xxx 2025', 'TUE 2025']],
		['Monday 2006', ['sunday 2025', 'Sun 2025', 'THURSDAY 2025']],
		[
			'2006-002',
			['2025-001', '2025-365', '2025-366', '2024-366', '2024-060', '2024-061', '2025-060', '2025-000', '2025-1'],
		],
		['2006-__2', ['2025-  1', '2025- 60', '2025-1', '2025-12', '2025-   1', '2025-365', '2024-366']],
		['2006-01-02 002', ['2025-02-01 032', '2025-02-01 033', '2025-03-01 032', '2024-02-29 060']],
		['2006 15:04', ['2025 23:59', '2025 24:00', '2025 5:5', '2025 5:05', '2025 05:60', '2025 005:00', '2025 5:05:07']],
		[
			'2006 3:04pm',
			['2025 12:00am', '2025 12:00pm', '2025 1:00pm', '2025 13:00pm', '2025 0:30pm', '2025 1:00PM', '2025 1:00p'],
		],
		['2006 03PM', ['2025 12AM', '2025 12PM', '2025 1PM', '2025 01PM', '2025 01pm', '2025 01Am']],
		['2006 5', ['2025 7', '2025 07', '2025 60', '2025 7.25', '2025 7,25', '2025 7.', '2025 7.x', '2025 7.12345678901']],
		[
			'2006 05.000',
			['2025 07.123', '2025 07.12', '2025 07.1234', '2025 07,123', '2025 07.+12', '2025 07.-12', '2025 07:123'],
		],
		['2006 05.999', ['2025 07.123', '2025 07', '2025 07.', '2025 07.123456789123', '2025 07,5', '2025 07.a']],
		['2006 .000', ['2025 .123', '2025 ,123', '2025 x123', '2025 .+++', '2025 .++1', '2025 .  1']],
		['2006 .999 MST', ['2025 .5 UTC', '2025  UTC', '2025 UTC', '2025 .x UTC']],
		[
			'2006 Z07:00',
			[
				'2025 Z',
				'2025 +01:00',
				'2025 -23:59',
				'2025 +24:00',
				'2025 +25:00',
				'2025 +00:60',
				'2025 +00:61',
				'2025 01:00',
				'2025 +1:00',
				'2025 z',
			],
		],
		['2006 -07:00', ['2025 Z', '2025 +01:00', '2025 +0100', '2025 *01:00', '2025 +01-00']],
		['2006 -0700', ['2025 +0130', '2025 +01:30', '2025 -0130', '2025 -013']],
		['2006 Z070000', ['2025 +013015', '2025 Z', '2025 +013060', '2025 +013061', '2025 -000001']],
		['2006 -07:00:00', ['2025 +01:30:15', '2025 -00:00:01', '2025 +01:30', '2025 -00:00:02']],
		['2006 -07', ['2025 +01', '2025 -1', '2025 +0', '2025 +24', '2025 +25']],
		[
			'2006 MST',
			[
				...[
					'2025 UTC',
					'2025 EST',
					'2025 CEST',
					'2025 ABCD',
					'2025 ABCT',
					'2025 ABCDE',
					'2025 ABCDT',
					'2025 ABCDEF',
					'2025 AB',
				],
				...[
					'2025 GMT',
					'2025 GMT+3',
					'2025 GMT-11',
					'2025 GMT+23',
					'2025 GMT+24',
					'2025 GMT+',
					'2025 GMTX',
					'2025 WITA',
				],
				...[
					'2025 ChST',
					'2025 MeST',
					'2025 +03',
					'2025 -0330',
					'2025 +3',
					'2025 +24',
					'2025 + 3',
					'2025 cet',
					'2025 UTCX',
					'2025 GMT+003',
				],
			],
		],
		['2006 MST -0700', ['2025 CET +0100', '2025 UTC +0100', '2025 GMT+3 +0100']],
		['2006  x', ['2025 x', '2025   x', '2025x', '2025 ']],
		['é2006', ['é2025', 'è2025', '2025']],
	];
	await compare(t, [
		...edges.flatMap(([layout, texts]) => calls('time.parse_ns', [rego(layout)], texts.map(rego))),
		...calls('time.parse_ns', OTHERS, ['"2025"', '5']),
		...calls('time.parse_ns', ['"2006"'], OTHERS),
		...calls('time.parse_rfc3339_ns', [...edges[23]![1], '2025-01-02T03:04:05Z', '2025-01-02T3:04:05Z'].map(rego)),
		...calls('time.parse_rfc3339_ns', OTHERS),
		...calls(
			'time.parse_rfc3339_ns',
			[
				...['1677-09-21T00:12:43.145224191Z', '1677-09-21T00:12:43.145224192Z', '2262-04-11T23:47:16.854775807Z'],
				...['2262-04-11T23:47:16.854775808Z', '2025-01-02T03:04:05.123456789999+01:00', '2025-01-02T03:04:05.+1Z'],
				...['2025-01-02T03:04:05+01:00:00', '2025-01-02t03:04:05z', '2025-01-02T03:04:05,5Z', ' 2025-01-02T03:04:05Z'],
			].map(rego),
		),
	]);
});

t.test('durations', async (t) => {
	const numbers = [
		...[
			'1',
			'1.5',
			'.5',
			'1.',
			'.',
			'',
			'0',
			'00',
			'0.1',
			'1e3',
			'0.0000001',
			'0.00000000000000000001',
			'1.1.1',
			'99999999',
		],
		...[
			'9223372036854775807',
			'9223372036854775808',
			'106751',
			'106752',
			'292',
			'293',
			'0.9223372036854775807',
			'-1',
			'123456789.987654321',
		],
		...['0.3333333333333333333333', '1'.repeat(30), '0.00000000001'],
	];
	const units = ['ns', 'us', 'µs', 'μs', 'ms', 's', 'm', 'h', 'd', 'w', 'y', '', 'x', 'D', 'mo', 'é', 'toString'];
	const texts = numbers.flatMap((n) => units.map((unit) => n + unit));
	const more = [
		...[
			'1d2h',
			'1h1d',
			'-1d',
			'+1d',
			'--1d',
			'1d-1h',
			'1d ',
			' 1d',
			'1d1μs',
			'1d1µs',
			'1μs1s',
			'1y1w1d1h1m1s1ms1us1ns',
			'1d1x',
			'1d.',
			'1h1',
		],
		...[
			'-9223372036854775808ns',
			'-9223372036854775809ns',
			'1msd',
			'1m1d',
			'1.5d1.5h',
			`${'9'.repeat(400)}d`,
			`${'9'.repeat(306)}y`,
			'1dd',
		],
	];
	await compare(t, calls('time.parse_duration_ns', [...[...texts, ...more].map(rego), ...OTHERS, '5']));
});

t.test('adding to dates', async (t) => {
	const operands = [
		...['0', '1709210096123456789', '[1709210096123456789, "Europe/Berlin"]', '[1743123600000000000, "Europe/Berlin"]'],
		...[
			'[1743215400000000000, "Europe/Berlin"]',
			'[1761355800000000000, "America/New_York"]',
			'[1738290600000000000, "Asia/Tokyo"]',
		],
		...['9223372036854775807', '-9223372036854775808', '[1325116800000000000, "Pacific/Apia"]', '"x"', '[]'],
	];
	const amounts = ['0', '1', '-1', '31', '1.0', '"1"', '1000000', '1e3', '400'];
	await compare(
		t,
		calls(
			'time.add_date',
			operands,
			amounts,
			['0', '1', '-13', '1.5', '9223372036854775808'],
			['0', '1', '2', '-40', 'null', '100000000000'],
		),
	);
});

t.test('differences', async (t) => {
	const operands = [
		...[
			'0',
			'1',
			'-1',
			'1709210096123456789',
			'[1709210096123456789, "Europe/Berlin"]',
			'[1743123600000000000, "Asia/Tokyo"]',
		],
		...[
			'1738281600000000000',
			'1740787200000000000',
			'1743379200000000000',
			'[1743379200000000000, "America/New_York"]',
		],
		...[
			'9223372036854775807',
			'-9223372036854775808',
			'[1735689599999999999, "UTC"]',
			'1735689600000000000',
			'"x"',
			'[0, "Nope"]',
		],
	];
	await compare(t, calls('time.diff', operands, operands));
});
