import t from 'tap';
import { numbers } from '../../../../engine/policy/builtins/numbers.ts';
import { units } from '../../../../engine/policy/builtins/units.ts';
import { COLD, openTestCompiler } from '../compiler-for-tests.ts';
import { type Call, calls, differences, rego } from './against-opa.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const AMOUNTS = [
	...[
		'1',
		'0',
		'10',
		'1.5',
		'.5',
		'5.',
		'-3',
		'+3',
		'0.1',
		'1e3',
		'1E3',
		'1e-3',
		'2.5e+2',
		'1e',
		'1e+',
		'1.2.3',
		'--1',
	],
	...['0.0005', '123456789012345678901234567890', '1.0000000000000000000001', '0.333333333333333333', '1e22', '1e-30'],
	...[
		'1e40',
		'9.999999999999999999e55',
		'1e60',
		'3e-60',
		'1e999',
		'-1e-999',
		'1e1000000',
		'1e5e3',
		'08',
		'0x1',
		'',
		'.',
	],
	...['1_0', '٣', 'x', '18446744073709551615', '18446744073709551617', '0.1e1', '1e0005', '"1', '1-2', '1 ', '1e5.5'],
];
const SUFFIXES = [
	...[
		'',
		'k',
		'K',
		'm',
		'M',
		'g',
		'G',
		't',
		'T',
		'p',
		'P',
		'e',
		'E',
		'ki',
		'Ki',
		'KI',
		'kI',
		'mi',
		'Mi',
		'MI',
		'gi',
		'ei',
	],
	...[
		'Ei',
		'kb',
		'KB',
		'kib',
		'KiB',
		'mb',
		'MiB',
		'eb',
		'eib',
		'b',
		'B',
		'ib',
		'kk',
		'x',
		'"',
		'K',
		'Kİ',
		'kİb',
		' k',
		'µ',
	],
];
const OTHERS = ['5', 'null', '["1"]', '{"1"}', 'true', '{}', 'set()'];

t.test('units', async (t) => {
	const texts = [...AMOUNTS.flatMap((amount) => SUFFIXES.map((suffix) => rego(amount + suffix))), ...OTHERS];
	const all = [...calls('units.parse', texts), ...calls('units.parse_bytes', texts)];
	t.strictSame(await differences(compiler, units, all), [], `${all.length} calls`);
});

t.test('ranges', async (t) => {
	const ends = [
		'0',
		'1',
		'-3',
		'10',
		'1.0',
		'2.5',
		'1e1',
		'"1"',
		'null',
		'123456789012345678901',
		'123456789012345678911',
	];
	const steps = ['1', '2', '3', '0', '-1', '1.0', '1e0', '0.5', '"1"', '99999999999999999999', '[1]'];
	const close = calls('numbers.range_step', ends, ends, steps).filter(
		// Between these no memory would do.
		([, a, b]) => a!.length > 15 === b!.length > 15,
	);
	const all: Call[] = [...close, ['numbers.range_step', '1', '123456789012345678901', '99999999999999999999']];
	t.strictSame(await differences(compiler, numbers, all), [], `${all.length} calls`);
});

t.test('what would fill the memory is undefined', async (t) => {
	const context = { nowNs: 0n, seed: '' };
	t.throws(() => numbers['numbers.range_step'](context, 0, 1e12, 1), { message: 'a range that is too long' });
	t.throws(() => units['units.parse'](context, '1e999999'), { message: 'a number that is too large' });
	t.throws(() => units['units.parse_bytes'](context, '1e999999'), { message: 'a number that is too large' });
	t.throws(() => units['units.parse'](context, '1'.repeat(1_000_000)), { message: 'a text that is too long' });
});
