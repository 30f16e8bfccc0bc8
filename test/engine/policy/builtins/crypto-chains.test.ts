import { constants, createHash, sign } from 'node:crypto';
import t from 'tap';
import { element, oid, sequence } from '../../../../engine/policy/builtins/crypto/der-write.ts';
import { cryptos } from '../../../../engine/policy/builtins/crypto/index.ts';
import type { Builtin } from '../../../../engine/policy/builtins/types.ts';
import { fromJson } from '../../../../engine/policy/value/value.ts';
import { COLD, openTestCompiler } from '../compiler-for-tests.ts';
import { type Call, differences, rego } from './against-opa.ts';
import {
	basicConstraints,
	type CertificateParts,
	certificate,
	common,
	constraints,
	explicit,
	extension,
	extKeyUsage,
	implicit,
	KEYS,
	keyUsage,
	mutants,
	names,
	numbers,
	pem,
	policies,
	small,
	validity,
} from './certificates-for-tests.ts';

// Chains of certificates, verified as OPA's interpreter verifies them.

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const VERIFY = 'crypto.x509.parse_and_verify_certificates';
const WITH_OPTIONS = 'crypto.x509.parse_and_verify_certificates_with_options';
const hex = (text: string) => Buffer.from(text, 'hex');

/** The root, authorities between and the leaf; each is signed by the one before. */
type Link = CertificateParts & { readonly cn?: string };

function chain(...links: readonly Link[]): Buffer[] {
	const keys = [KEYS.rsa, KEYS.p256, KEYS.p384, KEYS.ed25519, KEYS.p521];
	return links.map((link, i) => {
		const above = links[i - 1];
		const key = link.key ?? keys[i % keys.length]!;
		const last = i === links.length - 1;
		return certificate({
			subject: common(link.cn ?? (last ? 'leaf' : `ca${i}`)),
			issuer: common(above === undefined ? (link.cn ?? 'ca0') : (above.cn ?? `ca${i - 1}`)),
			signer: above === undefined ? key : (above.key ?? keys[(i - 1) % keys.length]!),
			extensions: last ? [names(implicit(2, 'a.example.com'))] : [basicConstraints(true)],
			...link,
			key,
		});
	});
}

const CA: Link = {};
const ca = (...extensions: readonly Buffer[]): Link => ({ extensions: [basicConstraints(true), ...extensions] });
const leaf = (...extensions: readonly Buffer[]): Link => ({ extensions });
const named = (...general: readonly Buffer[]): Link => leaf(names(...general));
const dns = (name: string) => implicit(2, name);
const mail = (address: string) => implicit(1, address);
const uri = (address: string) => implicit(6, address);
const address = (bytes: string) => implicit(7, hex(bytes));
const range = (bytes: string) => implicit(7, hex(bytes));

const [plainRoot, plainMiddle, plainLeaf] = chain(CA, CA, {}) as [Buffer, Buffer, Buffer];

const ANY = '2.5.29.32.0';
const explicitPolicy = (n: number) => extension('2.5.29.36', sequence(implicit(0, Buffer.from([n]))));
const noMapping = (n: number) => extension('2.5.29.36', sequence(implicit(1, Buffer.from([n]))));
const noAny = (n: number) => extension('2.5.29.54', small(n));
const mapped = (...pairs: readonly (readonly [string, string])[]) =>
	extension('2.5.29.33', sequence(...pairs.map(([a, b]) => sequence(oid(a), oid(b)))));

const POLICY_LISTS = [[], ['1.2.3'], ['1.2.4'], [ANY], ['1.2.3', ANY], ['1.2.3', '1.2.4']].map((list) =>
	list.length === 0 ? [] : [policies(...list)],
);
const POLICY_EXTRAS = [
	[],
	[explicitPolicy(0)],
	[explicitPolicy(1)],
	[explicitPolicy(0), mapped(['1.2.3', '1.2.4'])],
	[explicitPolicy(0), mapped(['1.2.5', '1.2.3'], ['1.2.5', '1.2.4'])],
	[explicitPolicy(0), noAny(0)],
	[explicitPolicy(0), mapped([ANY, '1.2.3'])],
];
const POLICY_CHAINS = [
	...POLICY_LISTS.flatMap((one) =>
		POLICY_EXTRAS.flatMap((extra) =>
			POLICY_LISTS.flatMap((two) =>
				[[], [noMapping(0)], [mapped(['1.2.4', '1.2.3'])]].map((more) =>
					chain(CA, ca(...one, ...extra), ca(...two, ...more), leaf(...POLICY_LISTS[1]!)),
				),
			),
		),
	),
	...POLICY_LISTS.map((list) => chain(CA, ca(...list, explicitPolicy(0)), leaf(...list))),
	...POLICY_LISTS.map((list) => chain(CA, ca(...list), leaf(...list, explicitPolicy(0)))),
	...POLICY_LISTS.map((list) =>
		chain(
			CA,
			{ ...ca(...list, explicitPolicy(0)), cn: 'self' },
			{ ...ca(...list, noAny(0)), cn: 'self' },
			leaf(...list),
		),
	),
];

const NAMES = [
	...[
		'a.example.com',
		'example.com',
		'EXAMPLE.com',
		'b.a.example.com',
		'badexample.com',
		'*.example.com',
		'com',
		'*.com',
	],
	...['a_b.example.com', 'a..b', '*', '.example.com', '', 'other.org', '*.other.org'],
].map((name) => named(dns(name)));
const OTHER_NAMES = [
	...[
		'x@example.com',
		'y@example.com',
		'X@EXAMPLE.com',
		'x@a.example.com',
		'"x y"@example.com',
		'x',
		'x@',
		'@x',
		'a..b@c',
	],
	...['.a@b', 'a.@b', 'a\\@b@example.com', 'x@example.com.', "o'x@example.com", '"x"@example.com'],
]
	.map((one) => named(mail(one)))
	.concat(
		[
			...['http://example.com/', 'http://a.example.com:80/', 'http://EXAMPLE.com', 'http://1.2.3.4/', 'http://[::1]/'],
			...['urn:x', 'http:///x', 'http://u@a.example.com/', 'http://a.example.com:/', 'ftp://:80/', 'http://other.org/'],
		].map((one) => named(uri(one))),
		['01020304', '0a000001', '20010db8000000000000000000000001', '00000000000000000000ffff0a000001'].map((one) =>
			named(address(one)),
		),
		[leaf(), named(dns('a.example.com'), mail('x@other.org')), named(explicit(4, common('x')))],
	);
const NET10 = range('0a000000ff000000');
const NET2001 = range(`20010db8${'0'.repeat(24)}ffffffff${'0'.repeat(24)}`);
const CONSTRAINTS = [
	constraints([dns('example.com')], []),
	constraints([dns('.example.com')], []),
	constraints([], [dns('a.example.com')]),
	constraints([], [dns('.example.com'), dns('a.example.com')]),
	constraints([dns('com'), dns('example.com'), dns('ex-ample.com'), dns('a.com')], [dns('b.a.example.com')]),
	constraints([dns('')], []),
	constraints([], [dns('')]),
	constraints([mail('example.com')], []),
	constraints([mail('.example.com')], [mail('y@example.com')]),
	constraints([mail('x@example.com'), mail("o'x@EXAMPLE.com"), mail('"x y"@example.com')], []),
	constraints([uri('example.com')], []),
	constraints([uri('.example.com')], []),
	constraints([], [uri('other.org')]),
	constraints([NET10], []),
	constraints([NET2001], []),
	constraints([], [NET10, NET2001, range('0a000000ffff0000'), range('01000000ff000000')]),
	constraints([range(`${'0'.repeat(20)}ffff0a000000${'f'.repeat(24)}ff000000`)], []),
	constraints([explicit(4, common('x'))], []),
];

const pss = (hash: string, id: string, salt: number) => {
	const one = sequence(oid(id), hex('0500'));
	return {
		algorithm: sequence(
			oid('1.2.840.113549.1.1.10'),
			sequence(explicit(0, one), explicit(1, sequence(oid('1.2.840.113549.1.1.8'), one)), explicit(2, small(salt))),
		),
		sign: (data: Buffer) =>
			sign(hash, data, { key: KEYS.rsa, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: salt }),
	};
};
const rsaWith = (hash: string, id: string) => ({
	algorithm: sequence(oid(id), hex('0500')),
	sign: (data: Buffer) => sign(hash, data, KEYS.rsa),
});

const SHAPES = [
	chain({}),
	[plainRoot, plainRoot],
	chain(CA, {}),
	chain(CA, CA, {}),
	chain(CA, CA, CA, CA, {}),
	[plainRoot, plainLeaf],
	[plainMiddle, plainLeaf],
	[plainMiddle, plainMiddle],
	[plainLeaf, plainMiddle, plainRoot],
	[plainRoot, plainMiddle, plainMiddle, plainLeaf, plainLeaf],
	[plainRoot, ...Array.from({ length: 40 }, () => plainMiddle), plainLeaf],
	chain(CA, { extensions: [] }, {}),
	chain({ extensions: [] }, {}),
	chain({ version: explicit(0, small(0)), extensions: [] }, {}),
	chain(CA, { extensions: [basicConstraints(false)] }, {}),
	chain(CA, ca(keyUsage(7, 0x80)), {}),
	chain(CA, ca(keyUsage(1, 6)), {}),
	...[0, 1, 2].map((length) => chain(CA, { extensions: [basicConstraints(true, length)] }, CA, {})),
	chain({ extensions: [basicConstraints(true, 0)] }, CA, {}),
	chain({ extensions: [basicConstraints(true, 0)] }, {}),
	chain(CA, leaf(extension('1.2.3', hex(''), true))),
	chain(CA, ca(extension('1.2.3', hex(''), true)), {}),
	chain({ ...CA, validity: validity('20000101000000Z', '20010101000000Z') }, {}),
	chain(CA, { ...CA, validity: validity('20950101000000Z', '20960101000000Z') }, {}),
	chain(CA, { validity: validity('20000101000000Z', '20010101000000Z') }),
	...[KEYS.p224, KEYS.p521, KEYS.ed25519, KEYS.otherRsa, KEYS.smallRsa, KEYS.k256].map((key) =>
		chain({ ...CA, key }, {}),
	),
	...[
		pss('sha256', '2.16.840.1.101.3.4.2.1', 32),
		pss('sha512', '2.16.840.1.101.3.4.2.3', 64),
		pss('sha256', '2.16.840.1.101.3.4.2.1', 20),
		rsaWith('sha1', '1.2.840.113549.1.1.5'),
		rsaWith('md5', '1.2.840.113549.1.1.4'),
		rsaWith('sha384', '1.2.840.113549.1.1.12'),
		rsaWith('sha512', '1.2.840.113549.1.1.13'),
		rsaWith('sha256', '1.2.840.113549.1.1.12'),
		{ sign: () => hex('00') },
	].map((how) => chain(CA, { ...leaf(names(dns('a.example.com'))), ...how })),
	...[
		extension('2.5.29.35', sequence(implicit(0, hex('01')))),
		extension('2.5.29.35', sequence(implicit(0, hex('02')))),
	].map((one) => {
		const id = extension('2.5.29.14', element(4, hex('01')));
		const [root, middle, last] = chain(CA, ca(id), leaf(one)) as [Buffer, Buffer, Buffer];
		const [, twin] = chain(CA, ca(), leaf(one)) as [Buffer, Buffer];
		return [root, twin, middle, last];
	}),
	// Two authorities that have signed each other.
	[
		...chain(CA, { cn: 'x' }, {}).slice(0, 1),
		certificate({ subject: common('x'), issuer: common('y'), signer: KEYS.p384, extensions: [basicConstraints(true)] }),
		certificate({
			subject: common('y'),
			issuer: common('x'),
			key: KEYS.p384,
			signer: KEYS.p256,
			extensions: [basicConstraints(true)],
		}),
		certificate({ subject: common('leaf'), issuer: common('x'), signer: KEYS.p256, key: KEYS.ed25519 }),
	],
	...[
		[extKeyUsage('1.3.6.1.5.5.7.3.2')],
		[extKeyUsage('1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2')],
		[extKeyUsage('2.5.29.37.0')],
		[extKeyUsage('1.2.3')],
	].flatMap((usage) => [chain(CA, leaf(...usage)), chain(CA, ca(...usage), leaf()), chain(ca(...usage), leaf())]),
	chain(CA, ca(extKeyUsage('1.3.6.1.5.5.7.3.1')), leaf(extKeyUsage('1.3.6.1.5.5.7.3.2'))),
];

const encoded = (list: readonly Buffer[]) => rego(Buffer.concat(list).toString('base64'));

const OPTIONS = [
	...[{}, { DNSName: 'a.example.com' }, { DNSName: 'A.Example.COM.' }, { DNSName: 'b.example.com' }, { DNSName: '' }],
	...[{ DNSName: '"a.example.com"' }, { DNSName: 'é' }, { DNSName: '1.2.3.4' }, { DNSName: '[::1]' }, { DNSName: 5 }],
	...[{ CurrentTime: 0 }, { CurrentTime: 9.9e17 }, { CurrentTime: 1.5 }, { CurrentTime: '1' }, { CurrentTime: 1e19 }],
	...[{ MaxConstraintComparisons: 1 }, { MaxConstraintComparisons: 'x' }, { MaxConstraintComparisons: 1.5 }, { x: 1 }],
	...[{ KeyUsages: ['KeyUsageAny'] }, { KeyUsages: ['KeyUsageClientAuth'] }, { KeyUsages: [] }, { KeyUsages: ['x'] }],
	...[{ KeyUsages: [5] }, { KeyUsages: 'KeyUsageAny' }, { KeyUsages: ['"KeyUsageServerAuth"', 'KeyUsageClientAuth'] }],
].map(rego);

const HOSTS = [
	...[
		'a.example.com',
		'*.example.com',
		'a.*.com',
		'*',
		'x*.example.com',
		'a.example.com.',
		'a b',
		'_x.example.com',
		'-a.b',
	],
	...['*.*.com', 'A.EXAMPLE.COM', '.example.com', 'example.com'],
].map((name) => chain(CA, named(dns(name), address('01020304'), address(`${'0'.repeat(31)}1`))));
const ASKED = [
	...[
		'a.example.com',
		'A.example.com.',
		'b.a.example.com',
		'*.example.com',
		'a b',
		'_x.example.com',
		'-a.b',
		'example.com',
	],
	...[
		'1.2.3.4',
		'[1.2.3.4]',
		'::1',
		'[::1]',
		'::ffff:1.2.3.4',
		'01.2.3.4',
		'',
		'.',
		'a..b',
		'[',
		'[]',
		'x*.example.com',
	],
];

/** As the interpreter has it: the machine's. */
const now = BigInt(Date.now()) * 1_000_000n;
const atOurTime = Object.fromEntries(
	Object.entries(cryptos).map(([name, builtin]): [string, Builtin] => [
		name,
		(_, ...args) => (builtin as Builtin)({ nowNs: now, seed: '' }, ...args),
	]),
);

async function compare(t: { strictSame(a: unknown, b: unknown, c: string): unknown }, all: readonly Call[]) {
	t.strictSame(await differences(compiler, atOurTime, all), [], `${all.length} calls`);
}

t.test('chains of every shape', async (t) => {
	await compare(t, [
		...SHAPES.map((list): Call => [VERIFY, encoded(list)]),
		...SHAPES.flatMap((list) =>
			OPTIONS.filter((_, i) => i === 1 || i > 17).map((options): Call => [WITH_OPTIONS, encoded(list), options]),
		),
		...OPTIONS.map((options): Call => [WITH_OPTIONS, encoded([plainRoot, plainMiddle, plainLeaf]), options]),
		...['""', '"x"', '5', rego(pem('OTHER', plainRoot))].flatMap((text): Call[] => [
			[VERIFY, text],
			[WITH_OPTIONS, text, '{}'],
			[WITH_OPTIONS, text, '{"x": 1}'],
			[WITH_OPTIONS, text, '[]'],
		]),
		[WITH_OPTIONS, encoded([plainRoot, plainMiddle, plainLeaf]), '{"KeyUsages": {"KeyUsageServerAuth"}, 1: 2}'],
	]);
});

t.test('host names', async (t) => {
	const options = ASKED.map((DNSName) => rego({ DNSName }));
	await compare(
		t,
		HOSTS.flatMap((list) => options.map((one): Call => [WITH_OPTIONS, encoded(list), one])),
	);
});

t.test('name constraints', async (t) => {
	const all = CONSTRAINTS.flatMap((one) =>
		[...NAMES, ...OTHER_NAMES].map((last): Call => [VERIFY, encoded(chain(CA, ca(one), last))]),
	);
	const twice = chain(ca(CONSTRAINTS[0]!), ca(CONSTRAINTS[2]!, names(dns('other.org'))), NAMES[1]!);
	await compare(t, [...all, [VERIFY, encoded(twice)]]);
});

t.test('policies', async (t) => {
	await compare(
		t,
		POLICY_CHAINS.map((list): Call => [VERIFY, encoded(list)]),
	);
});

t.test('chains with other bytes in them', async (t) => {
	const next = numbers(11);
	const originals = [SHAPES[2]!, SHAPES[3]!, POLICY_CHAINS[80]!, chain(CA, ca(CONSTRAINTS[4]!), NAMES[0]!)];
	const calls = originals.flatMap((list) => mutants(Buffer.concat(list), 150, next));
	await compare(
		t,
		calls.map((bytes): Call => [VERIFY, encoded([bytes])]),
	);
});

t.test("the frame's time counts, not the machine's", async (t) => {
	const text = fromJson(Buffer.concat([plainRoot, plainMiddle, plainLeaf]).toString('base64'));
	const valid = (iso: string) => {
		const nowNs = BigInt(Date.parse(iso)) * 1_000_000n;
		return (cryptos[VERIFY]({ nowNs, seed: '' }, text) as readonly unknown[])[0];
	};
	t.equal(valid('2019-12-31T23:59:59Z'), false);
	t.equal(valid('2020-01-01T00:00:00Z'), true);
	t.equal(valid('2090-01-01T00:00:00Z'), true);
	t.equal(valid('2090-01-01T00:00:01Z'), false);
});

t.test('a search has an end', async (t) => {
	// Every authority is called the same, so any could have signed any.
	const many = Array.from({ length: 200 }, (_, i) =>
		certificate({
			subject: common('ca0'),
			issuer: common('ca0'),
			serial: element(2, Buffer.from([1, ...createHash('md5').update(String(i)).digest()])),
			signer: KEYS.p256,
			extensions: [basicConstraints(true), names(dns(`a${i}`))],
		}),
	);
	const last = certificate({ issuer: common('ca0'), signer: KEYS.p256, key: KEYS.ed25519 });
	await compare(t, [[VERIFY, encoded([plainRoot, ...many, last])]]);
});
