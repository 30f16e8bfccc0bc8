import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Value } from '../../value/value.ts';
import { bigintOfBytes } from '../crypto/bytes.ts';
import type { PublicKey } from '../crypto/keys.ts';
import { type Hash, verifyEcdsa, verifyEd25519, verifyRsa } from '../crypto/signatures.ts';
import { textOf } from '../operands.ts';
import type { Builtin } from '../types.ts';
import type { Algorithm } from './algorithms.ts';
import { decodeHeader, decodePart, readHeader, signedData, splitToken } from './token.ts';
import { anyKeyVerifies, type VerificationKey, verificationKeys } from './verification-keys.ts';

type Key = VerificationKey['key'];
type Check = (key: Key, data: Buffer, signature: Buffer) => boolean;

/** Whether a key of JWS has signed: the function says the algorithm, whatever the header says. */
function verifier(check: Check): Builtin {
	return (_, value: Value, keyText: Value) => {
		const token = splitToken(value);
		const keys = verificationKeys(textOf(keyText));
		const signature = decodePart(token.signature);
		const header = readHeader(decodeHeader(token));
		return anyKeyVerifies(keys, header, ({ key, isPrivate }) => !isPrivate && check(key, signedData(token), signature));
	};
}

const isPublic = (key: Key): key is PublicKey => key !== undefined && !Buffer.isBuffer(key);

const rsa = (hash: Hash) => verifier((key, data, signature) => isPublic(key) && verifyRsa(key, hash, data, signature));
const pss = (hash: Hash) =>
	verifier((key, data, signature) => isPublic(key) && verifyRsa(key, hash, data, signature, 'any'));
const ecdsa = (hash: Hash) =>
	verifier((key, data, signature) => isPublic(key) && verifyHalves(key, hash, data, signature));

/** `r` and `s`, each half of the signature. */
function verifyHalves(key: Parameters<typeof verifyEcdsa>[0], hash: Hash, data: Buffer, signature: Buffer): boolean {
	if (signature.length > LONGEST_ECDSA) return false;
	const half = Math.floor(signature.length / 2);
	return verifyEcdsa(
		key,
		hash,
		data,
		bigintOfBytes(signature.subarray(0, half)),
		bigintOfBytes(signature.subarray(half)),
	);
}

/** Longer ones can only be zeros. */
const LONGEST_ECDSA = 4096;

function verifyHmac(secret: string | Buffer, hash: Hash, data: Buffer, signature: Buffer): boolean {
	const own = createHmac(hash, secret).update(data).digest();
	return own.length === signature.length && timingSafeEqual(own, signature);
}

const hmac =
	(hash: Hash): Builtin =>
	(_, value: Value, secret: Value) => {
		const key = textOf(secret);
		const token = splitToken(value);
		return verifyHmac(key, hash, signedData(token), decodePart(token.signature));
	};

/** `io.jwt.verify_*` */
export const verifiers = {
	'io.jwt.verify_rs256': rsa('sha256'),
	'io.jwt.verify_rs384': rsa('sha384'),
	'io.jwt.verify_rs512': rsa('sha512'),
	'io.jwt.verify_ps256': pss('sha256'),
	'io.jwt.verify_ps384': pss('sha384'),
	'io.jwt.verify_ps512': pss('sha512'),
	'io.jwt.verify_es256': ecdsa('sha256'),
	'io.jwt.verify_es384': ecdsa('sha384'),
	'io.jwt.verify_es512': ecdsa('sha512'),
	'io.jwt.verify_hs256': hmac('sha256'),
	'io.jwt.verify_hs384': hmac('sha384'),
	'io.jwt.verify_hs512': hmac('sha512'),
	'io.jwt.verify_eddsa': verifier((key, data, signature) => isPublic(key) && verifyEd25519(key, data, signature)),
} satisfies Record<string, Builtin>;

/** Whether the key has signed with the algorithm; a key of another kind has not. */
export function verifiesWith(key: Key, { family, hash }: Algorithm, data: Buffer, signature: Buffer): boolean {
	if (key === undefined) return false;
	if (Buffer.isBuffer(key)) return family === 'hmac' && key.length > 0 && verifyHmac(key, hash, data, signature);
	switch (family) {
		case 'hmac':
			return false;
		case 'rsa':
			return verifyRsa(key, hash, data, signature);
		case 'pss':
			return verifyRsa(key, hash, data, signature, 'hash');
		case 'ecdsa':
			return key.kind === 'ec' && signature.length === 2 * key.curve.size && verifyHalves(key, hash, data, signature);
		case 'eddsa':
			return verifyEd25519(key, data, signature);
	}
}
