import { createHmac, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { Value } from '../../value/value.ts';
import { bytesOfBigint } from '../crypto/bytes.ts';
import { CURVES } from '../crypto/curves.ts';
import { octetPrivateKey } from '../crypto/private-keys.ts';
import { isSecureRsaKey, rsaPrivateKey } from '../crypto/rsa-keys.ts';
import { jsonText } from '../json-text.ts';
import { textOf } from '../operands.ts';
import { attempt, type Builtin, type BuiltinContext, BuiltinError } from '../types.ts';
import { ALGORITHMS, type Algorithm } from './algorithms.ts';
import { JsonObject, parseJson } from './json.ts';
import { bytesOfKey, type Jwk, keyOf, parseJwks, rsaNumbers } from './jwk.ts';
import { signEcdsa } from './sign-ecdsa.ts';
import { signPss } from './sign-pss.ts';

/**
 * `io.jwt.encode_sign` and its raw form. A signature follows from the arguments and the frame: ECDSA takes the nonce of
 * RFC 6979, PSS a salt that follows from the frame; the other algorithms have no randomness.
 */
export const signers = {
	'io.jwt.encode_sign': (context: BuiltinContext, header: Value, payload: Value, key: Value) =>
		encodeSign(context, jsonText(header), jsonText(payload), jsonText(key)),
	'io.jwt.encode_sign_raw': (context: BuiltinContext, header: Value, payload: Value, key: Value) =>
		encodeSign(context, textOf(header), textOf(payload), textOf(key)),
} satisfies Record<string, Builtin>;

function encodeSign(context: BuiltinContext, header: string, payload: string, key: string): string {
	const [jwk] = parseJwks(key);
	if (jwk === undefined) throw new BuiltinError('no key');
	const { alg, typ } = parametersOf(header);
	const algorithm = ALGORITHMS.get(alg ?? '');
	if (algorithm === undefined) throw new BuiltinError('unknown algorithm');
	// A token must be JSON, and what says nothing of itself is one.
	if (typ === undefined || typ === 'JWT') parseJson(payload);
	const parts = [header, payload].map((part) => Buffer.from(part.toWellFormed(), 'utf8').toString('base64url'));
	const data = parts.join('.');
	return `${data}.${signature(jwk, algorithm, Buffer.from(data), context.seed).toString('base64url')}`;
}

/** Of names that stand twice the first one counts here. */
function parametersOf(header: string): { readonly alg: string | undefined; readonly typ: string | undefined } {
	const json = parseJson(header);
	const text = (name: string) => {
		const value = json instanceof JsonObject ? json.members.find(([own]) => own === name)?.[1] : undefined;
		return typeof value === 'string' ? value : undefined;
	};
	return { alg: text('alg'), typ: text('typ') };
}

function signature(jwk: Jwk, { family, hash }: Algorithm, data: Buffer, seed: string): Buffer {
	switch (family) {
		case 'hmac':
			return createHmac(hash, hmacKey(jwk)).update(data).digest();
		case 'rsa':
			return attempt(() => sign(hash, data, rsaKey(jwk)));
		case 'pss':
			return attempt(() => signPss(rsaKey(jwk), hash, data, seed));
		case 'ecdsa': {
			const curve = CURVES.find(({ name }) => name === jwk.crv);
			if (jwk.kty !== 'EC' || !jwk.isPrivate || curve === undefined) throw wrongKey();
			return signEcdsa(curve, bytesOfKey(jwk.bytes.get('d')), hash, data);
		}
		case 'eddsa': {
			if (jwk.kty !== 'OKP' || !jwk.isPrivate || jwk.crv !== 'Ed25519') throw wrongKey();
			keyOf(jwk);
			const { seed: d, bytes: x } = octetPrivateKey('ed25519-private', jwk.bytes.get('d')!);
			return attempt(() => sign(null, data, privateKey({ kty: 'OKP', crv: 'Ed25519', d, x })));
		}
	}
}

/** OPA's library takes the bytes of an Ed25519 key for a secret too. */
function hmacKey(jwk: Jwk): Buffer {
	if (jwk.kty !== 'oct' && jwk.crv !== 'Ed25519') throw wrongKey();
	const key = keyOf(jwk);
	if (Buffer.isBuffer(key)) return key;
	if (key.kind !== 'ed25519') throw wrongKey();
	return jwk.isPrivate ? Buffer.concat([jwk.bytes.get('d')!, key.bytes]) : key.bytes;
}

/** A key whose numbers belong together; what is missing of the last three is computed. */
function rsaKey(jwk: Jwk): KeyObject {
	if (jwk.kty !== 'RSA' || !jwk.isPrivate) throw wrongKey();
	const number = (name: string) => bytesOfKey(jwk.bytes.get(name));
	const optional = (name: string) => (jwk.bytes.has(name) ? number(name) : undefined);
	const { n, e, d, dp, dq, qinv, primes } = rsaPrivateKey({
		...rsaNumbers(jwk),
		d: number('d'),
		primes: [number('p'), number('q')],
		dp: optional('dp'),
		dq: optional('dq'),
		qinv: optional('qi'),
	});
	if (!isSecureRsaKey({ n, e })) throw wrongKey();
	const [p, q] = primes;
	const numbers = { n, e, d, p: p!, q: q!, dp, dq, qi: qinv };
	const bytes = Object.entries(numbers).map(([name, value]) => [name, bytesOfBigint(value, 1)] as const);
	return privateKey({ kty: 'RSA', ...Object.fromEntries(bytes) });
}

function privateKey(members: Readonly<Record<string, string | Buffer>>): KeyObject {
	const texts = Object.entries(members).map(([name, value]) => [
		name,
		typeof value === 'string' ? value : value.toString('base64url'),
	]);
	return createPrivateKey({ key: Object.fromEntries(texts), format: 'jwk' });
}

function wrongKey(): BuiltinError {
	return new BuiltinError('a key of another kind');
}
