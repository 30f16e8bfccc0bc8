import { constants, createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import t from 'tap';
import { CURVES } from '../../../../engine/policy/builtins/crypto/curves.ts';
import { jwts } from '../../../../engine/policy/builtins/jwt/index.ts';
import { signEcdsa } from '../../../../engine/policy/builtins/jwt/sign-ecdsa.ts';
import { fromJson } from '../../../../engine/policy/value/value.ts';
import { COLD, openTestCompiler } from '../compiler-for-tests.ts';
import { calls, differences, rego } from './against-opa.ts';
import { KEYS } from './certificates-for-tests.ts';

// Tokens signed: those without randomness as OPA's interpreter signs them, the others so that anybody can verify them.

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const jwk = (key: KeyObject, more: object = {}) => ({
	...key.export({ format: 'jwk' }),
	...more,
});
const oct = { kty: 'oct', k: 'c2VjcmV0' };
const RSA = jwk(KEYS.rsa);
const without = (...names: readonly string[]) =>
	Object.fromEntries(Object.entries(RSA).filter(([name]) => !names.includes(name)));
const publicEd25519 = createPublicKey(KEYS.ed25519).export({ format: 'jwk' });
const publicRsa = createPublicKey(KEYS.rsa).export({ format: 'jwk' });

const DETERMINISTIC = ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'EdDSA', 'none', 'Ed25519', 'x', ''];
const KEY_TEXTS = [
	...[
		oct,
		RSA,
		jwk(KEYS.otherRsa),
		jwk(KEYS.smallRsa),
		jwk(KEYS.ed25519),
		jwk(KEYS.x25519),
		publicRsa,
		publicEd25519,
		{},
		5,
		'x',
		[],
	],
	...[
		without('p'),
		without('q'),
		without('dp'),
		without('dp', 'dq', 'qi'),
		without('d'),
		{ ...RSA, qi: 'AQ' },
		{ ...RSA, dp: '' },
	],
	...[
		{ ...RSA, n: `${RSA.n?.slice(0, -2)}AA` },
		{ ...RSA, alg: 'nope' },
		{ ...RSA, alg: 'PS512' },
		{ ...oct, alg: 'RS256' },
	],
	...[{ keys: [] }, { keys: [oct, RSA] }, { keys: [RSA, oct] }, { keys: [oct, 5] }],
	{ ...jwk(KEYS.ed25519), x: jwk(KEYS.ed25519).d },
].map(rego);

const HEADERS = [
	...[
		'{"alg":"HS256"}',
		'{"alg":"HS256","typ":"JWT"}',
		'{"alg":"HS256","typ":"text/plain"}',
		'{"alg":"HS256","typ":5}',
	],
	...[
		'{"typ":"x","alg":"HS256","alg":"none"}',
		'{"alg":"none","alg":"HS256"}',
		' {"alg" : "HS256"} ',
		'{}',
		'[]',
		'"x"',
		'',
	],
	...['{"alg":"HS256"}x', '{"alg":5}', '{"alg":"HS256","typ":"é<>"}', '{"alg":null}'],
].map(rego);
const PAYLOADS = [
	'{}',
	'',
	'x',
	'{"a":1.0,"é":"<&>"}',
	'[1]',
	'5',
	' {} ',
	'{} {}',
	'{"a":1,"a":2}',
	'"\\ud800"',
	'nul',
].map(rego);

t.test('signatures without randomness', async (t) => {
	const headers = DETERMINISTIC.map((alg) => `{"alg": ${rego(alg)}, "typ": "JWT"}`);
	const all = [
		...calls('io.jwt.encode_sign', headers, [rego({ iss: 'joe' })], KEY_TEXTS),
		...calls('io.jwt.encode_sign_raw', headers.map(rego), [rego('{}')], KEY_TEXTS.map(rego)),
		...calls('io.jwt.encode_sign_raw', HEADERS, PAYLOADS, [rego(rego(oct)), rego(`${rego(oct)}x`), '5', '""']),
		...calls(
			'io.jwt.encode_sign',
			['{"alg": "HS256"}', '{"alg": "HS256", "z": 1.0, "a": [1e3, {"b", "a"}], 1: 2, {"x"}: 3}', '"x"', '{}', '[]'],
			['{}', '[]', '5', '1.50', '"<é&\\u2028>"', '{"b": {3, 1}, "a": set()}', 'null', '{1: "a", "1": "b"}'],
			[rego(oct)],
		),
	];
	t.strictSame(await differences(compiler, jwts, all), [], `${all.length} calls`);
});

const context = (seed: string) => ({ nowNs: 0n, seed });
const signed = (alg: string, key: unknown, seed = 'a/1', payload: object = { iss: 'joe' }) =>
	jwts['io.jwt.encode_sign'](context(seed), fromJson({ alg }), fromJson(payload), fromJson(key));

t.test('signatures with randomness verify, and are the same again', async (t) => {
	const rsaKey = createPublicKey(KEYS.rsa);
	for (const [alg, hash] of [
		['PS256', 'sha256'],
		['PS384', 'sha384'],
		['PS512', 'sha512'],
	] as const) {
		const token = signed(alg, RSA);
		const at = token.lastIndexOf('.');
		const key = { key: rsaKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
		t.ok(verify(hash, Buffer.from(token.slice(0, at)), key, Buffer.from(token.slice(at + 1), 'base64url')), alg);
		t.equal(signed(alg, RSA), token, 'the same again');
		t.not(signed(alg, RSA, 'a/2'), token, 'another frame has another salt');
	}
	for (const [alg, hash] of [
		['ES256', 'sha256'],
		['ES384', 'sha384'],
		['ES512', 'sha512'],
	] as const) {
		for (const key of [KEYS.p256, KEYS.p384, KEYS.p521]) {
			const token = signed(alg, jwk(key));
			const at = token.lastIndexOf('.');
			const how = { key: createPublicKey(key), dsaEncoding: 'ieee-p1363' } as const;
			t.ok(verify(hash, Buffer.from(token.slice(0, at)), how, Buffer.from(token.slice(at + 1), 'base64url')), alg);
			t.equal(signed(alg, jwk(key), 'a/2'), token, 'no frame counts');
		}
	}
	t.throws(() => signed('PS512', jwk(KEYS.otherRsa)), { message: 'a key that is too short' });
	t.throws(() => signed('PS256', jwk(KEYS.smallRsa)), { message: 'a key of another kind' });
	t.throws(() => signed('ES256', RSA), { message: 'a key of another kind' });
	t.throws(() => signed('ES256', createPublicKey(KEYS.p256).export({ format: 'jwk' })), {
		message: 'a key of another kind',
	});
});

t.test('PSS where the modulus has one bit more than whole bytes', async (t) => {
	const odd = generateKeyPairSync('rsa', { modulusLength: 1025 }).privateKey;
	const token = signed('PS256', jwk(odd));
	const key = JSON.stringify(createPublicKey(odd).export({ format: 'jwk' }));
	const all = calls('io.jwt.verify_ps256', [rego(token)], [rego(key)]);
	t.strictSame(await differences(compiler, jwts, all), []);
	t.equal(jwts['io.jwt.verify_ps256'](context(''), token, key), true);
});

t.test('the example of RFC 6979, A.2.5', async (t) => {
	const p256 = CURVES.find(({ name }) => name === 'P-256')!;
	const d = 0xc9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721n;
	const sample = signEcdsa(p256, d, 'sha256', Buffer.from('sample')).toString('hex');
	t.equal(
		sample,
		`${'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716'}${'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8'}`,
	);
	const test = signEcdsa(p256, d, 'sha512', Buffer.from('test')).toString('hex');
	t.equal(
		test,
		`${'461d93f31b6540894788fd206c07cfa0cc35f46fa3c91816fff1040ad1581a04'}${'39af9f15de0db8d97e72719c74820d304ce5226e32dedae67519e840d1194e55'}`,
	);
});
