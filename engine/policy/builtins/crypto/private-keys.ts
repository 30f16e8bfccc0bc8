import { createECDH, createPrivateKey, createPublicKey } from 'node:crypto';
import { attempt, BuiltinError } from '../types.ts';
import { bigintOfBytes } from './bytes.ts';
import type { Curve } from './curves.ts';
import { Der, malformed, readBitString, readOid, TAG } from './der.ts';
import { element, integer, oid, sequence } from './der-write.ts';
import type { EcPrivateKey, OctetPrivateKey, PrivateKey, RsaPrivateKey } from './keys.ts';
import { curveOf, ecKey, oidText, readAlgorithm } from './public-keys.ts';
import { rsaPrivateKey } from './rsa-keys.ts';

/** A key of RSA alone (RFC 8017 §A.1.2), as `x509.ParsePKCS1PrivateKey`. */
export function parsePkcs1(bytes: Buffer): RsaPrivateKey {
	const outer = new Der(bytes);
	const der = outer.inside(TAG.sequence);
	if (der.int64() > 1n) throw new BuiltinError('unsupported version of a private key');
	const n = der.integer();
	const e = der.int64();
	const [d, p, q] = [der.integer(), der.integer(), der.integer()];
	const optional = () => (der.is(TAG.integer) ? der.integer() : undefined);
	const [dp, dq, qinv] = [optional(), optional(), optional()];
	const others = der.is(TAG.sequence) ? otherPrimes(der.inside(TAG.sequence)) : [];
	if (!outer.empty) throw malformed();
	const all = [n, d, p, q, dp ?? 1n, dq ?? 1n, qinv ?? 1n, ...others];
	if (all.some((value) => value <= 0n)) throw new BuiltinError('zero or less in a private key');
	return rsaPrivateKey({ n, e, d, primes: [p, q, ...others], dp, dq, qinv });
}

function otherPrimes(der: Der): bigint[] {
	const primes: bigint[] = [];
	while (!der.empty) {
		const prime = der.inside(TAG.sequence);
		primes.push(prime.integer());
		prime.integer();
		prime.integer();
	}
	return primes;
}

/** A key of any kind in its envelope (RFC 5958), as `x509.ParsePKCS8PrivateKey`. */
export function parsePkcs8(bytes: Buffer): PrivateKey {
	const der = new Der(bytes).inside(TAG.sequence);
	der.int64();
	const { oid, parameters } = readAlgorithm(der.inside(TAG.sequence));
	const key = der.content(TAG.octetString);
	switch (oid) {
		case '1.2.840.113549.1.1.1':
			return parsePkcs1(key);
		case '1.2.840.10045.2.1':
			return parseSec1(key, namedCurve(parameters));
		case '1.3.101.112':
		case '1.3.101.110': {
			if (parameters !== undefined) throw malformed();
			const kind = oid === '1.3.101.112' ? 'ed25519-private' : 'x25519-private';
			return octetPrivateKey(kind, new Der(key).content(TAG.octetString));
		}
		default:
			throw new BuiltinError('private key of an unknown algorithm');
	}
}

/** The curve that an envelope names; `undefined` if it names none. */
function namedCurve(parameters: Buffer | undefined): string | undefined {
	const der = new Der(parameters ?? Buffer.alloc(0));
	try {
		return oidText(der.oid());
	} catch (error) {
		if (error instanceof BuiltinError) return undefined;
		throw error;
	}
}

/** A key of a curve (SEC 1 §C.4), as `x509.ParseECPrivateKey`; the envelope may have named the curve. */
export function parseSec1(bytes: Buffer, curve?: string): EcPrivateKey {
	const der = new Der(bytes).inside(TAG.sequence);
	if (der.int64() !== 1n) throw new BuiltinError('unknown version of a private key');
	const secret = der.content(TAG.octetString);
	const named = der.explicit(0, TAG.oid);
	const own = named === undefined ? '' : oidText(readOid(named));
	const point = der.explicit(1, TAG.bitString);
	if (point !== undefined) readBitString(point);
	return ecPrivateKey(curveOf(curve ?? own), bigintOfBytes(secret));
}

/** A scalar with the point that belongs to it. */
function ecPrivateKey(curve: Curve, d: bigint): EcPrivateKey {
	const { x, y } = basePointTimes(curve, d);
	return { kind: 'ec-private', curve, d, x, y };
}

/** OpenSSL multiplies, in constant time. Throws `BuiltinError` unless 0 < k < n. */
export function basePointTimes(curve: Curve, k: bigint): { readonly x: bigint; readonly y: bigint } {
	if (k <= 0n || k >= curve.n) throw new BuiltinError('no scalar of the curve');
	const ecdh = createECDH(curve.openssl);
	attempt(() => ecdh.setPrivateKey(k.toString(16).padStart(curve.size * 2, '0'), 'hex'));
	const key = ecKey(curve, ecdh.getPublicKey());
	if (key.kind !== 'ec') throw new BuiltinError('no point');
	return key;
}

/** A key of RFC 8410 with its public half. */
export function octetPrivateKey(kind: OctetPrivateKey['kind'], seed: Buffer): OctetPrivateKey {
	if (seed.length !== 32) throw new BuiltinError('wrong length of a private key');
	const algorithm = sequence(oid(kind === 'ed25519-private' ? '1.3.101.112' : '1.3.101.110'));
	const envelope = sequence(integer(0n), algorithm, element(TAG.octetString, element(TAG.octetString, seed)));
	const object = attempt(() => createPrivateKey({ key: envelope, format: 'der', type: 'pkcs8' }));
	const info = createPublicKey(object).export({ format: 'der', type: 'spki' });
	return { kind, seed, bytes: info.subarray(-32) };
}

/** What TLS takes for a private key: one of three forms. X25519 signs nothing. */
export function parseTlsPrivateKey(bytes: Buffer): PrivateKey {
	for (const parse of [parsePkcs1, parsePkcs8, parseSec1] as const) {
		try {
			const key = parse(bytes);
			if (key.kind === 'x25519-private') break;
			return key;
		} catch (error) {
			if (!(error instanceof BuiltinError)) throw error;
		}
	}
	throw new BuiltinError('no private key');
}
