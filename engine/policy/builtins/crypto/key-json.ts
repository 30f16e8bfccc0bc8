import type { Value } from '../../value/value.ts';
import { BuiltinError } from '../types.ts';
import { bytesOfBigint } from './bytes.ts';
import { goInteger, goObject } from './go-json.ts';
import type { PrivateKey, PublicKey, RsaPrivateKey } from './keys.ts';

/** Go's types of keys as its `encoding/json` writes them. A curve shows as `{}`. */
export function publicKeyJson(key: PublicKey | undefined): Value {
	switch (key?.kind) {
		case 'rsa':
			return goObject({ N: goInteger(key.n), E: goInteger(key.e) });
		case 'ec':
			return goObject({ Curve: goObject({}), X: goInteger(key.x), Y: goInteger(key.y) });
		case 'ed25519':
			return key.bytes.toString('base64');
		case 'x25519':
			return goObject({});
		case 'dsa':
			return goObject({ P: goInteger(key.p), Q: goInteger(key.q), G: goInteger(key.g), Y: goInteger(key.y) });
		default:
			return null;
	}
}

export function privateKeyJson(key: PrivateKey): Value {
	switch (key.kind) {
		case 'rsa-private':
			return rsaJson(key);
		case 'ec-private':
			return goObject({ Curve: goObject({}), X: goInteger(key.x), Y: goInteger(key.y), D: goInteger(key.d) });
		case 'ed25519-private':
			return Buffer.concat([key.seed, key.bytes]).toString('base64');
		case 'x25519-private':
			return goObject({});
	}
}

function rsaJson(key: RsaPrivateKey): Value {
	const crtValues = key.crtValues.map(({ exp, coeff, r }) =>
		goObject({ Exp: goInteger(exp), Coeff: goInteger(coeff), R: goInteger(r) }),
	);
	return goObject({
		N: goInteger(key.n),
		E: goInteger(key.e),
		D: goInteger(key.d),
		Primes: key.primes.map(goInteger),
		Precomputed: goObject({
			Dp: goInteger(key.dp),
			Dq: goInteger(key.dq),
			Qinv: goInteger(key.qinv),
			CRTValues: crtValues,
		}),
	});
}

/** The key as a JSON Web Key (RFC 7517), of two primes at most and of a curve that JWK has. */
export function jwkOf(key: PrivateKey): Value {
	const number = (value: bigint, size = 0) => bytesOfBigint(value, size).toString('base64url');
	switch (key.kind) {
		case 'rsa-private': {
			const [p, q, ...others] = key.primes;
			if (p === undefined || q === undefined || others.length > 0) throw new BuiltinError('too many primes for JWK');
			const { n, e, d, dp, dq, qinv } = key;
			const all = { n, e, d, p, q, dp, dq, qi: qinv };
			return goObject({
				kty: 'RSA',
				...Object.fromEntries(Object.entries(all).map(([name, value]) => [name, number(value)])),
			});
		}
		case 'ec-private': {
			const { curve, x, y, d } = key;
			if (curve.name === 'P-224') throw new BuiltinError('a curve that JWK does not have');
			const [xText, yText, dText] = [x, y, d].map((value) => number(value, curve.size));
			return goObject({ kty: 'EC', crv: curve.name, x: xText!, y: yText!, d: dText! });
		}
		default: {
			const crv = key.kind === 'ed25519-private' ? 'Ed25519' : 'X25519';
			return goObject({
				kty: 'OKP',
				crv,
				x: key.bytes.toString('base64url'),
				d: key.seed.toString('base64url'),
			});
		}
	}
}
