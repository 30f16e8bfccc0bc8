import { BuiltinError } from '../types.ts';
import { bigintOfBytes } from './bytes.ts';
import { CURVES, type Curve } from './curves.ts';
import { Der, malformed, type Oid, rightAligned, TAG } from './der.ts';
import { type DsaPublicKey, ecPublicKey, type PublicKey } from './keys.ts';

export interface AlgorithmIdentifier {
	readonly oid: string;
	/** The whole element, `undefined` without one. */
	readonly parameters: Buffer | undefined;
}

export const oidText = (oid: Oid) => oid.join('.');

/** What is in the sequence of an AlgorithmIdentifier. */
export function readAlgorithm(der: Der): AlgorithmIdentifier {
	const oid = oidText(der.oid());
	return { oid, parameters: der.empty ? undefined : der.any().whole };
}

/** `PublicKeyAlgorithm` of Go's `crypto/x509`; others are 0. */
export const PUBLIC_KEY_ALGORITHM: Readonly<Record<string, number>> = {
	'1.2.840.113549.1.1.1': 1,
	'1.2.840.10040.4.1': 2,
	'1.2.840.10045.2.1': 3,
	'1.3.101.112': 4,
};

export function curveOf(oid: string): Curve {
	const curve = CURVES.find((candidate) => candidate.oid === oid);
	if (curve === undefined) throw new BuiltinError('unsupported elliptic curve');
	return curve;
}

/** What is in the sequence of a SubjectPublicKeyInfo. */
export interface KeyInfo {
	readonly algorithm: AlgorithmIdentifier;
	readonly key: Buffer;
}

export function readKeyInfo(der: Der): KeyInfo {
	const algorithm = readAlgorithm(der.inside(TAG.sequence));
	return { algorithm, key: rightAligned(der.bitString()) };
}

/** The key, as Go's `x509.ParsePKIXPublicKey`; a sequence and nothing behind it. */
export function parsePublicKey(bytes: Buffer): PublicKey {
	const outer = new Der(bytes);
	const info = readKeyInfo(outer.inside(TAG.sequence));
	if (!outer.empty) throw malformed();
	return publicKey(info);
}

export function publicKey({ algorithm, key }: KeyInfo): PublicKey {
	const { oid, parameters } = algorithm;
	switch (oid) {
		case '1.2.840.113549.1.1.1':
			if (parameters?.toString('hex') !== '0500') throw malformed();
			return rsaKey(new Der(key).inside(TAG.sequence));
		case '1.2.840.10045.2.1':
			return ecKey(curveOf(oidText(new Der(parameters ?? Buffer.alloc(0)).oid())), key);
		case '1.3.101.112':
		case '1.3.101.110':
			if (parameters !== undefined || key.length !== 32) throw malformed();
			return { kind: oid === '1.3.101.112' ? 'ed25519' : 'x25519', bytes: key };
		case '1.2.840.10040.4.1':
			return dsaKey(new Der(parameters ?? Buffer.alloc(0)).inside(TAG.sequence), new Der(key).integer());
		default:
			throw new BuiltinError('unknown public key algorithm');
	}
}

function rsaKey(der: Der): PublicKey {
	const n = der.integer();
	const e = der.int64();
	if (n <= 0n || e <= 0n) throw malformed();
	return { kind: 'rsa', n, e };
}

/** Only points without compression, as `ecdsa.ParseUncompressedPublicKey`. */
export function ecKey(curve: Curve, bytes: Buffer): PublicKey {
	if (bytes.length !== 1 + 2 * curve.size || bytes[0] !== 4) throw malformed();
	const middle = 1 + curve.size;
	return ecPublicKey(curve, bigintOfBytes(bytes.subarray(1, middle)), bigintOfBytes(bytes.subarray(middle)));
}

function dsaKey(parameters: Der, y: bigint): DsaPublicKey {
	const [p, q, g] = [parameters.integer(), parameters.integer(), parameters.integer()];
	if ([p, q, g, y].some((value) => value <= 0n)) throw malformed();
	return { kind: 'dsa', p, q, g, y };
}
