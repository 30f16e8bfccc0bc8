import { createPublicKey, type KeyObject } from 'node:crypto';
import t from 'tap';
import { bigintOfBytes } from '../../../../engine/policy/builtins/crypto/bytes.ts';
import { element, integer, oid, sequence } from '../../../../engine/policy/builtins/crypto/der-write.ts';
import { cryptos } from '../../../../engine/policy/builtins/crypto/index.ts';
import { inverse } from '../../../../engine/policy/builtins/crypto/integers.ts';
import { COLD, openTestCompiler } from '../compiler-for-tests.ts';
import { calls, differences, rego } from './against-opa.ts';
import { certificate, explicit, KEYS, mutants, numbers, octets, pem, small } from './certificates-for-tests.ts';

// Private keys in every form, and digests, as OPA's interpreter has them.

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const PARSE = 'crypto.parse_private_keys';
const JWK = 'crypto.x509.parse_rsa_private_key';
const PAIR = 'crypto.x509.parse_keypair';

const der = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1') => key.export({ format: 'der', type });
const rsaJwk = KEYS.rsa.export({ format: 'jwk' });
const number = (name: keyof typeof rsaJwk) => bigintOfBytes(Buffer.from(rsaJwk[name] as string, 'base64url'));
const [n, e, d, p, q, dp, dq, qi] = (['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const).map(number) as [
	...[bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint],
];
const pkcs1 = (...parts: readonly bigint[]) => sequence(...parts.map(integer));
/** Three primes; nobody asks whether they are. */
const third = 65537n;

/** A key of two primes, whatever they are good for. */
function keyOf(p: bigint, q: bigint, e: bigint, d = inverse(e, (p - 1n) * (q - 1n)) ?? 1n): Buffer {
	return pkcs1(0n, p * q, e, d, p, q, d % (p - 1n), d % (q - 1n), inverse(q, p) ?? 1n);
}
const CLOSE = 2n ** 255n - 19n;

const RSA = [
	der(KEYS.rsa, 'pkcs1'),
	der(KEYS.otherRsa, 'pkcs1'),
	der(KEYS.smallRsa, 'pkcs1'),
	pkcs1(0n, n, e, d, p, q),
	pkcs1(0n, n, e, d, q, p),
	pkcs1(0n, n, e, d, q, p, dq, dp, inverse(p, q)!),
	pkcs1(0n, n, e, d, p, q, dp, dq),
	pkcs1(1n, n, e, d, p, q, dp, dq, qi),
	pkcs1(2n, n, e, d, p, q, dp, dq, qi),
	pkcs1(0n, n, e, d, p, q, dp, dq, qi, 5n),
	pkcs1(0n, n, e, d, p, q, dp, dq, qi + p),
	pkcs1(0n, n, e, d, p, q, dp, dq, 0n),
	pkcs1(0n, n, e, d + 2n, p, q, dp, dq, qi),
	pkcs1(0n, n, e, d + (p - 1n) * (q - 1n), p, q, dp, dq, qi),
	pkcs1(0n, n, 3n, d, p, q, dp, dq, qi),
	pkcs1(0n, n, 2n ** 40n + 1n, d, p, q, dp, dq, qi),
	pkcs1(0n, n + 2n, e, d, p, q, dp, dq, qi),
	pkcs1(0n, n, e, d, p, p),
	pkcs1(0n, n, e, d, 1n, n),
	pkcs1(0n, 35n, 5n, 5n, 5n, 7n),
	sequence(
		...[1n, n, e, d, p, q, dp, dq, qi].map(integer),
		sequence(sequence(...[third, 1n, 1n].map(integer)), sequence(...[257n, 1n, 1n].map(integer))),
	),
	sequence(...[1n, n, e, d, p, q, dp, dq, qi].map(integer), sequence(sequence(...[p, 1n, 1n].map(integer)))),
	sequence(...[1n, n, e, d, p, q, dp, dq, qi].map(integer), sequence()),
	keyOf(CLOSE, 2n ** 255n - 31n, 65_537n),
	keyOf(CLOSE, 2n ** 255n - 31n, 17n),
	keyOf(CLOSE, 2n ** 251n - 9n, 65_537n),
	keyOf(CLOSE, 2n ** 251n - 9n, inverse(65_537n, (CLOSE - 1n) * (2n ** 251n - 10n)) ?? 1n, 65_537n),
	sequence(),
	Buffer.concat([der(KEYS.otherRsa, 'pkcs1'), Buffer.from([0])]),
];

const secret = Buffer.from((KEYS.p256.export({ format: 'jwk' }) as { d: string }).d, 'base64url');
const P256 = oid('1.2.840.10045.3.1.7');
const sec1 = (key: Buffer, ...more: readonly Buffer[]) => sequence(small(1), octets(key), ...more);
const EC = [
	...[KEYS.p224, KEYS.p256, KEYS.p384, KEYS.p521, KEYS.k256].map((key) => der(key, 'sec1')),
	sec1(secret, explicit(0, P256)),
	sec1(Buffer.concat([Buffer.alloc(3), secret]), explicit(0, P256)),
	sec1(Buffer.concat([Buffer.from([1]), secret]), explicit(0, P256)),
	sec1(Buffer.from([5]), explicit(0, P256)),
	sec1(Buffer.alloc(0), explicit(0, P256)),
	sec1(Buffer.alloc(32), explicit(0, P256)),
	sec1(Buffer.alloc(32, 255), explicit(0, P256)),
	sec1(secret),
	sec1(secret, explicit(0, small(1))),
	sec1(secret, explicit(0, P256), explicit(1, element(3, Buffer.from([0, 4, 1])))),
	sec1(secret, explicit(0, P256), explicit(1, element(3, Buffer.from([9, 4, 1])))),
	sequence(small(2), octets(secret), explicit(0, P256)),
];

const pkcs8 = (algorithm: Buffer, key: Buffer) => sequence(small(0), algorithm, octets(key));
const ED25519 = sequence(oid('1.3.101.112'));
const PKCS8 = [
	...Object.values(KEYS).map((key) => der(key, 'pkcs8')),
	pkcs8(ED25519, octets(Buffer.alloc(32, 1))),
	pkcs8(ED25519, octets(Buffer.alloc(31, 1))),
	pkcs8(ED25519, Buffer.alloc(32, 1)),
	pkcs8(sequence(oid('1.3.101.112'), Buffer.from([5, 0])), octets(Buffer.alloc(32, 1))),
	pkcs8(sequence(oid('1.3.101.110')), octets(Buffer.alloc(32, 7))),
	pkcs8(sequence(oid('1.2.840.10045.2.1'), P256), sec1(secret)),
	pkcs8(sequence(oid('1.2.840.10045.2.1')), sec1(secret, explicit(0, P256))),
	pkcs8(sequence(oid('1.2.840.10045.2.1'), oid('1.2.3')), sec1(secret, explicit(0, P256))),
	pkcs8(sequence(oid('1.2.3')), Buffer.alloc(3)),
	Buffer.concat([der(KEYS.ed25519, 'pkcs8'), Buffer.from([0])]),
];

const PEMS = [
	...RSA.map((one) => pem('RSA PRIVATE KEY', one)),
	...EC.map((one) => pem('EC PRIVATE KEY', one)),
	...PKCS8.map((one) => pem('PRIVATE KEY', one)),
	pem('PRIVATE KEY', RSA[0]!),
	pem('RSA PRIVATE KEY', PKCS8[0]!),
];
const ed = pem('PRIVATE KEY', der(KEYS.ed25519, 'pkcs8'));
const TEXTS = [
	...PEMS,
	ed + pem('OTHER', Buffer.from('x')) + pem('EC PRIVATE KEY', EC[1]!),
	...[
		'',
		'x',
		'!',
		'nope',
		'eHg=',
		`${ed}junk`,
		`junk\n${ed}`,
		` ${ed}`,
		pem('OTHER', Buffer.from('x')),
		ed.slice(0, 60),
	],
	Buffer.from(ed).toString('base64'),
	Buffer.from(Buffer.from(ed).toString('base64')).toString('base64'),
	der(KEYS.ed25519, 'pkcs8').toString('base64'),
];

const bad = ['5', 'null', '["a"]'];

t.test('private keys', async (t) => {
	const all = [PARSE, JWK].flatMap((fn) => calls(fn, [...TEXTS.map(rego), ...bad]));
	t.strictSame(await differences(compiler, cryptos, all), [], `${all.length} calls`);
});

t.test('private keys with other bytes in them', async (t) => {
	const next = numbers(3);
	const others = (type: string, originals: readonly Buffer[]) =>
		originals.flatMap((one) => mutants(one, 60, next)).map((one) => rego(pem(type, one)));
	const all = [PARSE, JWK].flatMap((fn) =>
		calls(fn, [
			...others('RSA PRIVATE KEY', [RSA[0]!, RSA[3]!, RSA[20]!]),
			...others('EC PRIVATE KEY', EC.slice(0, 5)),
			...others('PRIVATE KEY', PKCS8),
		]),
	);
	t.strictSame(await differences(compiler, cryptos, all), [], `${all.length} calls`);
});

t.test('certificates with their keys', async (t) => {
	const signers = [KEYS.rsa, KEYS.p224, KEYS.p256, KEYS.p521, KEYS.ed25519, KEYS.x25519, KEYS.dsa, KEYS.k256];
	const certificates = signers.map((key) => certificate({ key, signer: KEYS.p256 }));
	const one = certificates[4]!;
	const texts = [
		...certificates.map((bytes) => pem('CERTIFICATE', bytes)),
		...[one.toString('base64'), Buffer.from(pem('CERTIFICATE', one)).toString('base64'), '', 'x', ed, '!'],
		ed + pem('CERTIFICATE', one) + pem('CERTIFICATE', certificates[0]!),
		pem('CERTIFICATE', Buffer.concat([one, one])),
		pem('CERTIFICATE', one) + pem('CERTIFICATE', Buffer.from('x')),
	];
	const keys = [
		...signers.map((key) => pem('PRIVATE KEY', der(key, 'pkcs8'))),
		...[pem('RSA PRIVATE KEY', RSA[0]!), pem('EC PRIVATE KEY', der(KEYS.p256, 'sec1')), pem('X PRIVATE KEY', RSA[0]!)],
		...[pem('XPRIVATE KEY', RSA[0]!), RSA[0]!.toString('base64'), Buffer.from(ed).toString('base64'), '', '!', 'eA=='],
		...[pem('CERTIFICATE', one), pem('CERTIFICATE', one) + ed, pem('PRIVATE KEY', Buffer.from('x'))],
	];
	const all = calls(PAIR, [...texts.map(rego), '5'], [...keys.map(rego), '5']);
	t.strictSame(await differences(compiler, cryptos, all), [], `${all.length} calls`);
});

t.test('digests', async (t) => {
	const texts = [...['', 'a', 'é𝒳', '\0', 'x'.repeat(200)].map(rego), '5', 'null', '[]', '{"a"}'];
	const one = ['crypto.md5', 'crypto.sha1', 'crypto.sha256'].flatMap((fn) => calls(fn, texts));
	const two = ['equal', 'md5', 'sha1', 'sha256', 'sha512'].flatMap((name) =>
		calls(`crypto.hmac.${name}`, texts, texts),
	);
	t.strictSame(await differences(compiler, cryptos, [...one, ...two]), [], `${one.length + two.length} calls`);
});

t.test('a key with public parts of another one is no key', async (t) => {
	t.equal(createPublicKey(KEYS.rsa).asymmetricKeyDetails?.modulusLength, 2048);
	const mixed = pem('RSA PRIVATE KEY', pkcs1(0n, n, e, d, p, q + 2n));
	t.throws(() => cryptos[PARSE]({}, mixed));
});
