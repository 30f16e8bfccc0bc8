import { constants, type KeyObject, verify } from 'node:crypto';
import { BuiltinError } from '../types.ts';
import { bytesOfBigint } from './bytes.ts';
import { keyObject, type PublicKey } from './keys.ts';
import { isSecureRsaKey } from './rsa-keys.ts';

export type Hash = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** How long the salt of PSS must be: as the hash, or anything. */
export type Salt = 'hash' | 'any';

/** PKCS #1 v1.5, or PSS where `salt` is given. False for every key that Go refuses. */
export function verifyRsa(key: PublicKey, hash: Hash, data: Buffer, signature: Buffer, salt?: Salt): boolean {
	if (key.kind !== 'rsa' || !isSecureRsaKey(key)) return false;
	const padding = salt === undefined ? constants.RSA_PKCS1_PADDING : constants.RSA_PKCS1_PSS_PADDING;
	const saltLength = salt === 'any' ? constants.RSA_PSS_SALTLEN_AUTO : constants.RSA_PSS_SALTLEN_DIGEST;
	return verifies((object) => verify(hash, data, { key: object, padding, saltLength }, signature), key);
}

export function verifyEcdsa(key: PublicKey, hash: Hash, data: Buffer, r: bigint, s: bigint): boolean {
	if (key.kind !== 'ec' || r <= 0n || s <= 0n || r >= key.curve.n || s >= key.curve.n) return false;
	const { size } = key.curve;
	const signature = Buffer.concat([bytesOfBigint(r, size), bytesOfBigint(s, size)]);
	return verifies((object) => verify(hash, data, { key: object, dsaEncoding: 'ieee-p1363' }, signature), key);
}

export function verifyEd25519(key: PublicKey, data: Buffer, signature: Buffer): boolean {
	if (key.kind !== 'ed25519' || key.bytes.length !== 32 || signature.length !== 64) return false;
	return verifies((object) => verify(null, data, object, signature), key);
}

/** A key that OpenSSL does not take verifies nothing. */
function verifies(check: (object: KeyObject) => boolean, key: PublicKey): boolean {
	try {
		return check(keyObject(key));
	} catch (error) {
		if (error instanceof BuiltinError || (error as { code?: unknown }).code !== undefined) return false;
		throw error;
	}
}
