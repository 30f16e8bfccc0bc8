import t from 'tap';
import { element, integer, oid, sequence } from '../../../../engine/policy/builtins/crypto/der-write.ts';
import { cryptos } from '../../../../engine/policy/builtins/crypto/index.ts';
import { COLD, openTestCompiler } from '../compiler-for-tests.ts';
import { type Call, differences, rego } from './against-opa.ts';
import {
	attribute,
	basicConstraints,
	type CertificateParts,
	certificate,
	common,
	constraints,
	explicit,
	extension,
	extKeyUsage,
	ia5,
	implicit,
	KEYS,
	keyUsage,
	mutants,
	name,
	names,
	numbers,
	octets,
	pem,
	policies,
	printable,
	request,
	set,
	small,
	text,
	utf8,
	validity,
} from './certificates-for-tests.ts';

// What certificates and requests say, as OPA's interpreter says it.

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const bytes = (hex: string) => Buffer.from(hex, 'hex');
const uri = (value: string) => names(implicit(6, value));
const url = (value: string) => implicit(6, value);

const NAMES = [
	name(),
	name(
		attribute('2.5.4.6', printable('DE')),
		attribute('2.5.4.8', utf8('Bayern')),
		attribute('2.5.4.7', text(0x14, bytes('4df66e6368656e'))),
		attribute('2.5.4.9', utf8('Straße 1')),
		attribute('2.5.4.17', text(0x12, '12 34')),
		attribute('2.5.4.10', ia5('Org')),
		attribute('2.5.4.10', utf8('Zweite')),
		attribute('2.5.4.11', text(0x1e, bytes('00e4d55c0000'))),
		attribute('2.5.4.5', printable('1581179')),
		attribute('2.5.4.3', utf8('𝒳 <&>')),
		attribute('1.2.840.113549.1.9.1', ia5('a@b.c')),
	),
	name(attribute('2.5.4.3', utf8('one')), attribute('2.5.4.3', utf8('two')), attribute('2.5.4.3', printable('a*&b'))),
	sequence(set(attribute('2.5.4.3', utf8('a')), attribute('2.5.4.10', utf8('b'))), set()),
	...[
		text(0x0c, bytes('ff')),
		text(0x13, 'a@b'),
		text(0x12, 'x'),
		text(0x16, 'é'),
		text(0x1e, 'abc'),
		text(0x1e, bytes('d800')),
		text(0x1e, bytes('00410000')),
		text(0x1c, 'abcd'),
		small(5),
		octets(bytes('00')),
	].map((value) => name(attribute('2.5.4.3', value))),
];

const TIMES = [
	['170101000000Z', '491231235959Z'],
	['500101000000Z', '680229000000Z'],
	['200101000000+0200', '200101000000-2359'],
	['200101000000+0000', '200101000000Z'],
	['200101000000+2400', '200101000000Z'],
	['2001010000Z', '2001010000+0130'],
	['200230000000Z', '200101000000Z'],
	['200101240000Z', '200101000000Z'],
	['200101005960Z', '200101000000Z'],
	['2001010000', '200101000000Z'],
].map(([from, to]) => sequence(text(0x17, from!), text(0x17, to!)));

const URIS = [
	...['spiffe://example.com/opa', 'http://a.b/c?d#e', 'urn:x:y', 'mailto:a@b', '', '*', '/path', '//host/p', '///x'],
	...['http://user:p%40ss@host:80/%2f?', 'http://[::1]:80/', 'http://[fe80::1%25eth0]/', 'http://[::1', 'http://a]b/'],
	...[
		'http://a:b/',
		'http://a:1:2/',
		'ftp://a:1:2/',
		'http://a%20b/',
		'http://a%c3%a9/',
		'http://a/%zz',
		'a:b',
		'1a:b',
	],
	...['http:/x', 'http:///x', 'http://a/%e4%b8#%ff!x', 'http://a b/', 'http://a/ b', 'HTTP://A.B/?a b', 'x/y:z', ':x'],
	...[
		"http://h/a'()*!;,b%2f[x]",
		'http://h/%41',
		'http://h/?',
		'http://h/??',
		'http://h?#',
		'http://.a/',
		'http://a./',
	],
	...[
		'http://h/\u0001',
		'http://h/a%20b',
		'http://h#%20 x',
		'http://:80/',
		'http://@h/',
		'http://a:@h/',
		'x:?q',
		'x:/',
	],
	...[
		'http://[1.2.3.4]/',
		'http://[::ffff:1.2.3.4]/',
		'http://[::1%25]/',
		'http://[::1]x/',
		'http://h:/',
		'http://a<b>"/',
	],
];

const EXTENSIONS: readonly (readonly Buffer[])[] = [
	[],
	[basicConstraints(true)],
	[basicConstraints(true, 0), keyUsage(1, 6)],
	[basicConstraints(false, 5), keyUsage(7, 0xff, 0x80)],
	[keyUsage(8, 1)],
	[keyUsage(3, 1)],
	[keyUsage(0)],
	[keyUsage()],
	[extension('2.5.29.19', sequence(element(1, bytes('01'))))],
	[extension('2.5.29.19', sequence(element(2, bytes('ff'))))],
	[extension('2.5.29.19', sequence(element(2, bytes('7fffffffffffffff'))))],
	[extension('2.5.29.19', sequence(element(2, bytes('008000000000000000'))))],
	[extKeyUsage('1.3.6.1.5.5.7.3.1', '2.5.29.37.0', '1.2.3.4', '1.3.6.1.4.1.311.10.3.3', '2.999.1')],
	[extKeyUsage()],
	[names()],
	[extension('2.5.29.17', sequence(), true)],
	[
		names(
			implicit(2, 'a.b'),
			implicit(2, '*.c'),
			implicit(1, 'x@y'),
			implicit(7, bytes('01020304')),
			implicit(7, bytes('20010db8000000000000000000000001')),
			implicit(7, bytes('00000000000000000000ffff01020304')),
			implicit(7, bytes('00000000000000000000000000000000')),
			implicit(7, bytes('20010000000000010000000000000001')),
			explicit(4, common('dir')),
			implicit(8, bytes('2a03')),
			explicit(0, oid('1.2.3')),
		),
	],
	[names(implicit(7, bytes('0102')))],
	[names(implicit(2, 'é'))],
	[names(explicit(2, bytes('6162')))],
	...URIS.map((value) => [uri(value)]),
	[extension('2.5.29.14', octets(bytes('0102')))],
	[extension('2.5.29.14', octets(bytes('')))],
	[extension('2.5.29.14', octets(bytes('01')), true)],
	[extension('2.5.29.35', sequence(implicit(0, bytes('0a0b'))))],
	[extension('2.5.29.35', sequence())],
	[extension('2.5.29.35', sequence(explicit(1, common('x'))))],
	[extension('2.5.29.35', sequence(), true)],
	[
		extension(
			'2.5.29.31',
			sequence(
				sequence(explicit(0, explicit(0, url('http://crl'), url('http://two')))),
				sequence(),
				sequence(explicit(0, explicit(0, explicit(4, common('x')), url('http://hidden')))),
				sequence(explicit(0, explicit(0, implicit(6, bytes('ff41c3a9e4b8'))))),
			),
		),
	],
	[extension('2.5.29.31', sequence(sequence(explicit(0, explicit(1, url('x'))))))],
	[
		extension(
			'1.3.6.1.5.5.7.1.1',
			sequence(
				sequence(oid('1.3.6.1.5.5.7.48.1'), url('http://ocsp')),
				sequence(oid('1.3.6.1.5.5.7.48.2'), url('http://ca')),
				sequence(oid('1.3.6.1.5.5.7.48.3'), url('http://other')),
				sequence(oid('1.3.6.1.5.5.7.48.1'), explicit(4, common('x'))),
			),
		),
	],
	[policies('1.2.3', '2.5.29.32.0', '2.999.4294967295')],
	[policies('1.2.3', '1.2.3')],
	[policies()],
	[extension('2.5.29.32', sequence(sequence(element(6, bytes('8001')))))],
	[extension('2.5.29.32', sequence(sequence(element(6, bytes('2a83ffffffffffffffff7f')))))],
	[
		extension(
			'2.5.29.33',
			sequence(sequence(oid('1.2.3'), oid('1.2.4')), sequence(element(6, bytes('2a80')), element(6))),
		),
	],
	[extension('2.5.29.36', sequence(implicit(0, bytes('00')), implicit(1, bytes('05'))))],
	[extension('2.5.29.36', sequence(implicit(1, bytes('ff'))))],
	[extension('2.5.29.36', sequence(implicit(0, bytes('0000'))))],
	[extension('2.5.29.54', small(0))],
	[extension('2.5.29.54', element(2, bytes('7fffffffffffffff')))],
	[extension('2.5.29.54', element(2, bytes('008000000000000000')))],
	[extension('1.2.3.4', bytes('ff'), true), extension('1.2.3.5', bytes(''))],
	[extension('1.2.3.4', bytes('')), extension('1.2.3.4', bytes(''))],
	[
		constraints(
			[implicit(2, 'a.b'), implicit(2, '.c'), implicit(1, 'x@y'), implicit(1, 'z'), implicit(6, 'u')],
			[
				implicit(7, bytes('0a000000ff000000')),
				implicit(7, Buffer.concat([bytes('20010db8'.padEnd(32, '0')), bytes('ffffffff'.padEnd(32, '0'))])),
			],
		),
	],
	[constraints([], [explicit(4, common('x'))])],
	[constraints([], [])],
	[constraints([implicit(2, '')], [])],
	[constraints([implicit(2, 'a.')], [])],
	[constraints([implicit(2, '.')], [])],
	[constraints([implicit(1, 'a b@c')], [])],
	[constraints([implicit(1, '"a b"@c')], [])],
	[constraints([implicit(6, '1.2.3.4')], [])],
	[constraints([implicit(7, bytes('0a000000ff00ff00'))], [])],
	[constraints([implicit(7, bytes('0a0000'))], [])],
];

const pss = (hash: string, salt: number) => {
	const algorithm = sequence(oid(hash), bytes('0500'));
	return sequence(
		oid('1.2.840.113549.1.1.10'),
		sequence(
			explicit(0, algorithm),
			explicit(1, sequence(oid('1.2.840.113549.1.1.8'), algorithm)),
			explicit(2, small(salt)),
		),
	);
};

const PARTS: readonly CertificateParts[] = [
	...Object.values(KEYS).map((key) => ({ key, signer: KEYS.p256 })),
	...NAMES.map((subject) => ({ subject })),
	...TIMES.map((validity) => ({ validity })),
	{ validity: validity('00000101000000Z', '99991231235959Z') },
	{ validity: validity('20200101000000.5Z', '99991231235959Z') },
	...EXTENSIONS.map((extensions) => ({ extensions })),
	...['ff', '00', '0001', '7f', '00ff', 'f'.repeat(38), `00${'9'.repeat(40)}`, ''].map((hex) => ({
		serial: element(2, bytes(hex)),
	})),
	...[
		Buffer.alloc(0),
		explicit(0, small(0)),
		explicit(0, small(1)),
		explicit(0, small(3)),
		explicit(0, small(255)),
	].map((version) => ({ version, extensions: [basicConstraints(true)] })),
	...['1.2.840.113549.1.1.4', '1.2.840.113549.1.1.5', '1.2.840.10045.4.1', '1.3.101.112', '1.2.3'].map((id) => ({
		algorithm: sequence(oid(id)),
	})),
	{ algorithm: sequence(oid('1.3.101.112'), bytes('0500')) },
	{ algorithm: sequence() },
	...(
		[
			['2.16.840.1.101.3.4.2.1', 32],
			['2.16.840.1.101.3.4.2.2', 48],
			['2.16.840.1.101.3.4.2.3', 64],
		] as const
	).map(([hash, salt]) => ({ algorithm: pss(hash, salt) })),
	{ algorithm: pss('2.16.840.1.101.3.4.2.1', 20) },
	{ keyInfo: sequence(sequence(oid('1.2.840.113549.1.1.1')), element(3, bytes('00'))) },
	{ keyInfo: sequence(sequence(oid('1.2.3')), element(3, bytes('0401f0'))) },
	{ keyInfo: sequence(sequence(oid('1.2.840.10045.2.1'), oid('1.2.3')), element(3, bytes('00'))) },
];

const PARSE = 'crypto.x509.parse_certificates';
const parsed = (der: Buffer): Call => [PARSE, rego(der.toString('base64'))];
const next = numbers(7);
const whole = certificate({ subject: NAMES[1]!, extensions: EXTENSIONS[16]! });
const plain = pem('CERTIFICATE', whole);

const PEMS = [
	...['', 'x', 'eA==', plain, plain + plain, `junk\n${plain}`, plain.trimEnd(), plain.replaceAll('\n', '\r\n')],
	...[`${plain}rest`, plain.replace('BEGIN CERT', 'BEGIN OTHER'), pem('OTHER', whole), plain + pem('OTHER', whole)],
	...[plain.replace('-----\n', '-----\nA: b\nC: d\n\n'), plain.replace('-----\n', '-----  \t\n'), ` ${plain}`],
	...[plain.replace('\n-----END', '-----END'), plain.replace('MII', 'MI I'), plain.replace('MII', 'MI!'), `${plain} `],
	...['-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----', '-----BEGIN X-----\n\n-----END X-----\n'],
	...[
		`-----BEGIN CERTIFICATE-----\n${plain}`,
		plain.replace(/-----\n$/, '-----x\n'),
		plain.replace(/-----\n$/, '-----  \n'),
	],
	...[whole.toString('base64'), `${whole.toString('base64')}\n`, Buffer.from(plain).toString('base64')],
	Buffer.concat([whole, whole]).toString('base64'),
	Buffer.concat([whole, bytes('00')]).toString('base64'),
];

interface Assertions {
	strictSame(found: unknown, wanted: unknown, message: string): unknown;
}

const compare = async (t: Assertions, all: readonly Call[]) =>
	t.strictSame(await differences(compiler, cryptos, all), [], `${all.length} calls`);

t.test('certificates', async (t) => {
	await compare(t, [
		...PARTS.map((parts) => parsed(certificate(parts))),
		...PEMS.map((value): Call => [PARSE, rego(value)]),
		...['5', 'null', '[]', '{"a"}'].map((value): Call => [PARSE, value]),
	]);
});

t.test('certificates with other bytes in them', async (t) => {
	const originals = [
		whole,
		...EXTENSIONS.filter((list) => list.length > 0).map((extensions) => certificate({ extensions })),
		certificate({ key: KEYS.rsa }),
		certificate({ algorithm: pss('2.16.840.1.101.3.4.2.1', 32) }),
	];
	await compare(t, originals.flatMap((original) => mutants(original, 40, next)).map(parsed));
});

const ANY = [
	...[element(1, bytes('ff')), small(200), element(3, bytes('04f0')), oid('1.2.3'), text(0x17, '200101000000Z')],
	...[text(0x18, '20200101000000.25Z'), octets(bytes('01ff')), bytes('0500'), set(), explicit(0, small(1))],
	...[element(2, bytes('7fffffffffffffff')), element(2, bytes('008000000000000000')), text(0x18, '20200101000000.20Z')],
	...[element(1, bytes('01')), text(0x17, '200101000000+2400'), text(0x0a, bytes('01'))],
];
const requested = (...list: readonly Buffer[]) => sequence(oid('1.2.840.113549.1.9.14'), set(sequence(...list)));
const REQUESTS = [
	request(common('x'), KEYS.rsa),
	request(common('x'), KEYS.ed25519, requested(EXTENSIONS[16]![0]!, basicConstraints(true))),
	request(common('x'), KEYS.p521, requested(uri('http://a/b'), keyUsage(1, 2))),
	request(common('x'), KEYS.p256, requested(uri('http://a b/'))),
	request(common('x'), KEYS.p256, requested(basicConstraints(true), basicConstraints(true))),
	request(common('x'), KEYS.p256, requested(names(implicit(2, 'a'))), requested(names(implicit(2, 'b')))),
	request(common('x'), KEYS.p256, requested(names(implicit(2, 'a'))), requested(basicConstraints(true))),
	request(common('x'), KEYS.p256, requested(small(1))),
	request(common('x'), KEYS.p256, sequence(oid('1.2.840.113549.1.9.14'), set())),
	request(common('x'), KEYS.p256, sequence(oid('1.2.840.113549.1.9.7'), set(utf8('secret'))), small(1)),
	request(common('x'), KEYS.p256, sequence(oid('1.2.3'), set(sequence(sequence(oid('1.2'), utf8('v')))))),
	...ANY.map((value) => request(name(attribute('2.5.4.3', value), attribute('2.5.4.10', value)), KEYS.p256)),
	...NAMES.map((subject) => request(subject, KEYS.p256)),
];

t.test('requests', async (t) => {
	const REQUEST = 'crypto.x509.parse_certificate_request';
	const der = [...REQUESTS, ...REQUESTS.flatMap((original) => mutants(original, 25, next))];
	const first = pem('CERTIFICATE REQUEST', REQUESTS[1]!);
	const texts = [
		...der.map((one) => one.toString('base64')),
		...[
			first,
			Buffer.from(first).toString('base64'),
			pem('CERTIFICATE', whole),
			`x${first}`,
			'',
			'!',
			first.slice(0, 90),
		],
		...[
			Buffer.from(pem('CERTIFICATE', whole)).toString('base64'),
			Buffer.concat([REQUESTS[0]!, bytes('00')]).toString('base64'),
		],
		...[`${first}junk`, first.replace('-----\n', '-----\nA: b\n\n')],
	];
	await compare(t, [
		...texts.map((one): Call => [REQUEST, rego(one)]),
		[REQUEST, '5'],
		[REQUEST, rego(integer(5n).toString('base64'))],
	]);
});
