import fc from 'fast-check';

/** Few, so that values of input, data and program meet; each one stands for a way of going wrong. */
export const STRINGS: readonly string[] = [
	...[
		'',
		'a',
		'b',
		'ab',
		'abc',
		'A',
		'é',
		'ÉA',
		'ß',
		'𝒳y',
		'e\u0301',
		'ﬀ',
		'İ',
		'日本',
		'0',
		'1',
		'10',
		'-1.5',
		'1e3',
		'0x1f',
	],
	...['a.b.c', 'a/b/c', 'a b', ' a ', 'a\nb', '"q"', '\\', '\u0001', '\u2028', '\ufeffa', '%v', '<&>', 'true', 'null'],
	...['10.0.0.1', '10.0.0.0/8', '2001:db8::/32', '1.2.3', '1.2.3-rc.1', 'YWI=', 'w7_-', '{"a": [1, "é"]}', '[1, 2.50]'],
	...['2025-01-02T03:04:05.123456789Z', '1h30m', '6162', 'a%20b+c', 'input', 'a{b}'],
];

/** Numbers as they are written. */
export const NUMBERS: readonly string[] = [
	...['0', '1', '2', '3', '-1', '5', '7', '10', '16', '255', '-7', '1.5', '-0.5', '0.1', '0.25', '2.50', '1e3', '1.50'],
	...['1760000000000000000', '9007199254740991', '9007199254740993', '-9007199254740993', '4294967296', '2147483648'],
];

/** Integers that need more than 64 bits, and floats at the edge. */
export const BIG_NUMBERS: readonly string[] = [
	...['9223372036854775807', '-9223372036854775808', '9223372036854775808', '18446744073709551616'],
	...['123456789012345678901234567890', '-123456789012345678901234567890', '1e21', '1e-7', '0.1234567890123456789'],
];

export const string: fc.Arbitrary<string> = fc.oneof(
	{ withCrossShrink: true },
	{ weight: 8, arbitrary: fc.constantFrom(...STRINGS) },
	{ weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }).map((text) => text.toWellFormed()) },
);

export const smallInteger: fc.Arbitrary<string> = fc.integer({ min: -3, max: 20 }).map(String);

/** The text of a number. */
export const number: fc.Arbitrary<string> = fc.oneof(
	{ withCrossShrink: true },
	{ weight: 6, arbitrary: fc.constantFrom(...NUMBERS) },
	{ weight: 2, arbitrary: smallInteger },
	{ weight: 1, arbitrary: fc.constantFrom(...BIG_NUMBERS) },
);

/** A string as Rego writes it: quoted, or raw where it can be. */
export function stringLiteral(text: string, raw: boolean): string {
	if (raw && /^[ -_a-~é日本]*$/u.test(text) && !text.includes('`')) return `\`${text}\``;
	return quoted(text);
}

/** In quotes; a byte order mark is not allowed in a program. */
export function quoted(text: string): string {
	return JSON.stringify(text).replaceAll('\ufeff', '\\ufeff');
}
