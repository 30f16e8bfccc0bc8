import { constants, createHmac, createPublicKey, type KeyObject, sign } from 'node:crypto';
import t from 'tap';
import { jwts } from '../../../../engine/policy/builtins/jwt/index.ts';
import { fromJson } from '../../../../engine/policy/value/value.ts';
import { COLD, openTestCompiler } from '../compiler-for-tests.ts';
import { type Call, calls, differences, rego } from './against-opa.ts';
import { certificate, KEYS, mutants, numbers, pem, spki } from './certificates-for-tests.ts';

// Tokens verified, decoded and refused as OPA's interpreter does it.

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const part = (value: unknown) =>
	Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

type Signer = (data: Buffer) => Buffer;
const token = (header: unknown, payload: unknown, signer: Signer) => {
	const data = `${part(header)}.${part(payload)}`;
	return `${data}.${signer(Buffer.from(data)).toString('base64url')}`;
};

const SECRET = 'secret';
const HASHES = ['sha256', 'sha384', 'sha512'] as const;
const hmac =
	(hash: string): Signer =>
	(data) =>
		createHmac(hash, SECRET).update(data).digest();
const rsa =
	(hash: string, key = KEYS.rsa): Signer =>
	(data) =>
		sign(hash, data, key);
const pss =
	(hash: string, saltLength: number): Signer =>
	(data) =>
		sign(hash, data, { key: KEYS.rsa, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
const ecdsa =
	(hash: string, key: KeyObject): Signer =>
	(data) =>
		sign(hash, data, { key, dsaEncoding: 'ieee-p1363' });
const eddsa: Signer = (data) => sign(null, data, KEYS.ed25519);

const CLAIMS = { iss: 'joe', aud: 'all', exp: 2_000_000_000, nbf: 1_000_000_000 };
const NAMES = ['rs', 'ps', 'es', 'hs'] as const;
const alg = (name: string, i: number) => `${name.toUpperCase()}${[256, 384, 512][i]}`;

const SIGNERS: readonly (readonly [alg: string, signer: Signer])[] = [
	...HASHES.map((hash, i) => [alg('hs', i), hmac(hash)] as const),
	...HASHES.map((hash, i) => [alg('rs', i), rsa(hash)] as const),
	...HASHES.map((hash, i) => [alg('ps', i), pss(hash, constants.RSA_PSS_SALTLEN_DIGEST)] as const),
	['PS256', pss('sha256', 10)],
	['PS256', pss('sha256', 0)],
	['RS256', rsa('sha256', KEYS.smallRsa)],
	['RS256', rsa('sha256', KEYS.otherRsa)],
	...HASHES.map((hash, i) => [alg('es', i), ecdsa(hash, [KEYS.p256, KEYS.p384, KEYS.p521][i]!)] as const),
	['ES256', ecdsa('sha256', KEYS.p384)],
	['ES256', ecdsa('sha256', KEYS.p224)],
	[
		'ES256',
		(data) =>
			Buffer.concat([
				Buffer.alloc(2),
				...halves(ecdsa('sha256', KEYS.p256)(data)).flatMap((h) => [h, Buffer.alloc(0)]),
			]),
	],
	[
		'ES256',
		(data) => Buffer.concat(halves(ecdsa('sha256', KEYS.p256)(data)).map((h) => Buffer.concat([Buffer.alloc(4), h]))),
	],
	['EdDSA', eddsa],
	['Ed25519', eddsa],
	['EDDSA', eddsa],
	['none', () => Buffer.alloc(0)],
	['RSA_PKCS1v15_WITH_SHA256', rsa('sha256')],
	['HMAC_WITH_SHA256', hmac('sha256')],
	['ES256K', ecdsa('sha256', KEYS.k256)],
	['HS256', () => Buffer.alloc(0)],
	['RS256', () => Buffer.alloc(300)],
	['ES256', () => Buffer.alloc(64)],
	['EdDSA', () => Buffer.alloc(63)],
];

function halves(signature: Buffer): Buffer[] {
	return [signature.subarray(0, signature.length / 2), signature.subarray(signature.length / 2)];
}

const TOKENS = SIGNERS.map(([name, signer]) => token({ alg: name, typ: 'JWT' }, CLAIMS, signer));

const publicJwk = (key: KeyObject, more: object = {}) => ({
	...createPublicKey(key).export({ format: 'jwk' }),
	...more,
});
const privateJwk = (key: KeyObject, more: object = {}) => ({ ...key.export({ format: 'jwk' }), ...more });
const oct = { kty: 'oct', k: part(SECRET) };
const signing = [KEYS.rsa, KEYS.p256, KEYS.p384, KEYS.p521, KEYS.ed25519];
const x5c = certificate({ key: KEYS.rsa }).toString('base64');
const rsaJwk = publicJwk(KEYS.rsa);

const PEM_KEYS = [
	...Object.values(KEYS).map((key) => pem('PUBLIC KEY', spki(key))),
	...Object.values(KEYS).map((key) => pem('CERTIFICATE', certificate({ key, signer: KEYS.p256 }))),
	...[pem('OTHER', spki(KEYS.rsa)), `${pem('PUBLIC KEY', spki(KEYS.rsa))}x`, pem('PUBLIC KEY', Buffer.from('x'))],
	pem('PUBLIC KEY', Buffer.concat([spki(KEYS.rsa), Buffer.from([0])])),
	pem('CERTIFICATE', Buffer.from('x')),
	`x\n${pem('PUBLIC KEY', spki(KEYS.rsa))}`,
];

const JWKS = [
	...signing.map((key) => publicJwk(key)),
	...signing.map((key) => privateJwk(key)),
	...[
		privateJwk(KEYS.x25519),
		publicJwk(KEYS.x25519),
		publicJwk(KEYS.k256),
		oct,
		{ kty: 'oct', k: '' },
		{ kty: 'oct' },
	],
	...[{}, [], 'x', 5, null, { keys: [] }, { keys: {} }, { keys: [5] }, { keys: [{}] }, { kty: 'x' }, { kty: null }],
	{ keys: signing.map((key) => publicJwk(key)) },
	{ keys: [...signing.map((key) => publicJwk(key)), oct] },
	{ keys: [publicJwk(KEYS.rsa, { alg: 'RS256', kid: 'a' }), publicJwk(KEYS.p256, { alg: 'ES256', kid: 'b' })] },
	{ keys: [publicJwk(KEYS.rsa, { alg: 'RS384' }), publicJwk(KEYS.p256, { alg: 'ES256K' })] },
	{ keys: [publicJwk(KEYS.rsa, { alg: 'RSA-OAEP' }), publicJwk(KEYS.p256)] },
	{ keys: [publicJwk(KEYS.rsa), { kty: 'x' }] },
	...[
		{ alg: 'nope' },
		{ alg: null },
		{ alg: 5 },
		{ alg: 'none' },
		{ kid: 5 },
		{ kid: null },
		{ use: 'x' },
		{ use: 5 },
	].map((more) => ({ ...rsaJwk, ...more })),
	...[
		{ key_ops: 'x' },
		{ key_ops: ['x'] },
		{ key_ops: [5] },
		{ key_ops: null },
		{ x5u: 5 },
		{ x5t: null },
		{ other: [1] },
	].map((more) => ({ ...rsaJwk, ...more })),
	...[{ x5c: [x5c] }, { x5c: ['x'] }, { x5c: [] }, { x5c: null }, { x5c: Array.from({ length: 11 }, () => x5c) }].map(
		(more) => ({
			...rsaJwk,
			...more,
		}),
	),
	...[
		{ n: '' },
		{ n: '!' },
		{ n: null },
		{ n: 5 },
		{ e: '' },
		{ e: 'Ag' },
		{ e: 'AQ' },
		{ e: 'AQAAAAAAAAAB' },
		{ d: 'AQ' },
		{ d: null },
	].map((more) => ({ ...rsaJwk, ...more })),
	...[
		{ e: 'AQAB==' },
		{ e: 'AAEAAQ' },
		{ e: 'AAEAAQ==' },
		{ n: `${rsaJwk.n}` },
		{ p: 5 },
		{ KTY: 'oct' },
		{ D: 'AQ' },
	].map((more) => ({ ...rsaJwk, ...more })),
	...[
		{ x: 'AQ' },
		{ crv: 'P-384' },
		{ crv: 'P-224' },
		{ crv: 'Ed25519' },
		{ crv: null },
		{ y: undefined },
		{ d: 'AQ' },
		{ y: part('x'.repeat(32)) },
	].map((more) => ({ ...publicJwk(KEYS.p256), ...more })),
	...[
		{ x: 'AQ' },
		{ crv: 'Ed448' },
		{ crv: 'X25519' },
		{ crv: 'P-256' },
		{ d: 'AQ' },
		{ d: part('x'.repeat(32)) },
		{ x: '' },
	].map((more) => ({ ...publicJwk(KEYS.ed25519), ...more })),
	{ ...privateJwk(KEYS.rsa), p: undefined },
	{ ...privateJwk(KEYS.rsa), d: '' },
	{ KTY: 'oct', k: part(SECRET) },
].map((jwk) => JSON.stringify(jwk));

const RAW_KEYS = [
	...['', 'x', '{', `${JSON.stringify(rsaJwk)}x`, ` ${JSON.stringify(rsaJwk)} `],
	`{"keys": [${JSON.stringify(oct)}], "keys": [${JSON.stringify(rsaJwk)}]}`,
	`{"kty": "EC", ${JSON.stringify(rsaJwk).slice(1)}`,
	`{"n": "AQ", ${JSON.stringify(rsaJwk).slice(1)}`,
	`{"n": 5, ${JSON.stringify(rsaJwk).slice(1)}`,
];

const VERIFIERS = [
	...NAMES.slice(0, 3).flatMap((name) => [256, 384, 512].map((bits) => `io.jwt.verify_${name}${bits}`)),
	'io.jwt.verify_eddsa',
];

async function compare(t: { strictSame(a: unknown, b: unknown, c: string): unknown }, all: readonly Call[]) {
	t.strictSame(await differences(compiler, jwts, all), [], `${all.length} calls`);
}

t.test('signatures', async (t) => {
	const keys = [...PEM_KEYS, ...JWKS.slice(0, 32), ...RAW_KEYS];
	await compare(t, [
		...VERIFIERS.flatMap((fn) => calls(fn, TOKENS.map(rego), keys.map(rego))),
		...HASHES.flatMap((_, i) =>
			calls(`io.jwt.verify_hs${[256, 384, 512][i]}`, [...TOKENS, 'x', 'a.b.c', 'é..', '..'].map(rego), [
				...[SECRET, '', 'é'].map(rego),
				'5',
			]),
		),
		...calls('io.jwt.verify_rs256', ['5', '""', '"a.b"', '"a.b.c.d"', '"a..."'], [rego(PEM_KEYS[0]), '5']),
	]);
});

t.test('keys', async (t) => {
	const few = [TOKENS[3]!, TOKENS[13]!, TOKENS[20]!, TOKENS[0]!].map(rego);
	const keys = [...JWKS, ...RAW_KEYS];
	await compare(t, [
		...['io.jwt.verify_rs256', 'io.jwt.verify_es256', 'io.jwt.verify_eddsa'].flatMap((fn) =>
			calls(fn, few, keys.map(rego)),
		),
		...calls(
			'io.jwt.decode_verify',
			few,
			keys.map((cert) => rego({ cert, aud: 'all', time: 1.5e18 })),
		),
	]);
});

const HEADERS = [
	...[
		{ alg: 'HS256' },
		{},
		{ alg: '' },
		{ alg: 5 },
		{ alg: 'HS256', typ: 5 },
		{ alg: 'HS256', kid: 5 },
		{ alg: 'HS256', cty: 'x' },
	],
	...[
		{ alg: 'HS256', crit: [] },
		{ alg: 'HS256', crit: ['x'] },
		{ alg: 'HS256', crit: ['x'], x: 1 },
		{ alg: 'HS256', crit: 'x' },
	],
	...[
		{ alg: 'HS256', crit: [5, 'x'], x: 1 },
		{ alg: 'HS256', crit: ['x', 5], x: 1 },
		{ alg: 'HS256', crit: ['alg'] },
		{ alg: 'HS256', x: 1 },
	],
	...[
		{ alg: 'HS256', enc: null },
		{ alg: 'HS256', cty: 'jwt' },
		[],
		'x',
		'',
		'{"alg":"RS256","alg":"HS256"}',
		'{"alg":"HS256"} x',
	],
	...['{"alg":"HS256","a":1.0,"b":[1e3,12345678901234567890],"c":"\\ud800"}', Buffer.from([0x7b, 0xff, 0x7d]), 'null'],
];
const PAYLOADS = [
	...[
		CLAIMS,
		{},
		[],
		'x',
		'',
		'"x"',
		5,
		{ a: 1.5, b: [null], c: { d: 'é' } },
		'{"a": 1, "a": 2}',
		'{"a": 1.0, "b": 1e400}',
	],
	...['{"a":"\u2028\\u0000"}', ' {} ', '{} {}', '{"a":01}', "{'a':1}", '{"a":1,}', '\ufeff{}', '{"a":"\t"}'],
];
const CLAIM_SETS = [
	...[
		{ iss: 'joe' },
		{ iss: 'x' },
		{ aud: 'all' },
		{ aud: ['x', 'all'] },
		{ aud: [5] },
		{ aud: [] },
		{ aud: 5 },
		{ aud: '' },
	],
	...[
		{ exp: 1.5e9 },
		{ exp: 1500000001 },
		{ exp: '1' },
		{ exp: null },
		{ exp: 1499999999.9 },
		{ exp: 1e300 },
		{ exp: -1 },
	],
	...[
		{ nbf: 1.5e9 },
		{ nbf: 1500000001 },
		{ nbf: '1' },
		{ nbf: 1500000000.0001 },
		{ nbf: -1 },
		{ exp: 0, nbf: 'x' },
		{},
	],
];
const CONSTRAINTS = [
	...[
		{},
		{ iss: 'joe' },
		{ aud: 'all' },
		{ alg: 'HS256' },
		{ alg: 'HS384' },
		{ aud: '' },
		{ iss: '' },
		{ iss: 5 },
		{ x: 1 },
	],
	...[
		{ time: 1.5e18 - 1 },
		{ time: 0 },
		{ time: -1 },
		{ time: '1' },
		{ time: 1.6e18 },
		{ cert: '' },
		{ secret: 5 },
		{ secret: '' },
	],
	...[{ secret: 'other' }, { cert: PEM_KEYS[0]! }, { alg: 5 }, { aud: 'all', iss: 'joe', alg: 'HS256' }],
].map((more) => rego({ secret: SECRET, time: 1.5e18, ...more }));

const odd = (header: unknown, payload: unknown) => {
	const text = (value: unknown) => (Buffer.isBuffer(value) ? value.toString('base64url') : part(value));
	const data = `${text(header)}.${text(payload)}`;
	return `${data}.${hmac('sha256')(Buffer.from(data)).toString('base64url')}`;
};
const nested = (inner: string, cty: string) => odd({ alg: 'HS256', cty }, inner);
const whole = odd({ alg: 'HS256' }, CLAIMS);
const ODD = [
	...HEADERS.map((header) => odd(header, CLAIMS)),
	...PAYLOADS.map((payload) => odd({ alg: 'HS256' }, payload)),
	...['JWT', 'jwt', 'Jwt', 'x'].flatMap((cty) => [
		nested(whole, cty),
		nested(`"${whole}"`, cty),
		nested(nested(whole, 'JWT'), cty),
	]),
	...['', '.', '..', 'a', `${whole}.`, `${whole}=`, `${whole}==`, whole.replace('.', '\n.'), whole.replace('.', '!.')],
	...[
		whole.replace(/\.[^.]*$/, '.'),
		whole.replace(/\.[^.]*$/, '.A'),
		whole.replace(/\.[^.]*$/, '.AA'),
		whole.replace(/\.[^.]*$/, '.AB=='),
	],
	odd({ alg: 'HS256' }, Buffer.from('{"a":"\xe4\xb8"}', 'latin1')),
	odd(Buffer.from('{"alg":"HS256","x":"\xff\xc3\xa9"}', 'latin1'), '{}'),
];

t.test('tokens decoded', async (t) => {
	const next = numbers(5);
	const others = mutants(Buffer.from(whole), 300, next).map((bytes) => bytes.toString('latin1'));
	await compare(t, [
		...calls('io.jwt.decode', [...[...ODD, ...TOKENS, ...others].map(rego), '5', 'null', '{}']),
		...calls('io.jwt.decode_verify', [...ODD, ...TOKENS, ...others].map(rego), [CONSTRAINTS[0]!, CONSTRAINTS[2]!]),
	]);
});

t.test('constraints', async (t) => {
	const claims = CLAIM_SETS.map((more) => odd({ alg: 'HS256' }, more));
	await compare(t, [
		...calls('io.jwt.decode_verify', claims.map(rego), CONSTRAINTS),
		...calls('io.jwt.decode_verify', TOKENS.map(rego), [
			...PEM_KEYS.map((cert) => rego({ cert, aud: 'all', time: 1.5e18 })),
			...JWKS.slice(0, 30).map((cert) => rego({ cert, aud: 'all', time: 1.5e18 })),
			...['5', '{}', '[]', '{"secret"}'],
		]),
	]);
});

t.test('which key of a set', async (t) => {
	const sets = [
		[publicJwk(KEYS.p256, { kid: 'a' }), publicJwk(KEYS.rsa, { kid: 'b' })],
		[publicJwk(KEYS.rsa, { kid: 'a', alg: 'RS512' }), publicJwk(KEYS.rsa)],
		[publicJwk(KEYS.rsa, { alg: 'RS512' })],
		[publicJwk(KEYS.rsa, { kid: '' })],
		[{ ...oct, kid: 'a' }, publicJwk(KEYS.rsa, { kid: 'b' })],
	].map((keys) => JSON.stringify({ keys }));
	const tokens = ['a', 'b', 'c', '', undefined].map((kid) => token({ alg: 'RS256', kid }, CLAIMS, rsa('sha256')));
	await compare(t, [
		...calls('io.jwt.verify_rs256', tokens.map(rego), sets.map(rego)),
		...calls(
			'io.jwt.decode_verify',
			tokens.map(rego),
			sets.map((cert) => rego({ cert, aud: 'all', time: 1.5e18 })),
		),
	]);
});

t.test("the frame's time counts where no other is given", async (t) => {
	const valid = (nowNs: bigint) =>
		(jwts['io.jwt.decode_verify']({ nowNs, seed: '' }, whole, constraintsOf()) as readonly unknown[])[0];
	t.equal(valid(999_999_999n * 1_000_000_000n), false, 'too early');
	t.equal(valid(1_000_000_000n * 1_000_000_000n), true);
	t.equal(valid(1_999_999_999n * 1_000_000_000n), true);
	t.equal(valid(2_000_000_000n * 1_000_000_000n), false, 'too late');
});

function constraintsOf() {
	return fromJson({ secret: SECRET, aud: 'all' });
}
