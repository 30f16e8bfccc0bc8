import { parseCertificate } from '../crypto/certificate.ts';
import type { PublicKey } from '../crypto/keys.ts';
import { decodePem } from '../crypto/pem.ts';
import { parsePublicKey } from '../crypto/public-keys.ts';
import { BuiltinError } from '../types.ts';
import { ALGORITHMS } from './algorithms.ts';
import { keyOf, parseJwks } from './jwk.ts';

/** A key that may have signed; `alg` and `kid` are '' if nobody says. */
export interface VerificationKey {
	readonly alg: string;
	readonly kid: string;
	/** A secret is bytes. A certificate may have a key that nobody knows. */
	readonly key: PublicKey | Buffer | undefined;
	/** Known by its private half: `io.jwt.verify_*` do not take it. */
	readonly isPrivate: boolean;
}

/** One certificate or public key in PEM, or a JSON Web Key, or a set of them. */
export function verificationKeys(text: string): VerificationKey[] {
	const found = decodePem(Buffer.from(text, 'utf8').toString('latin1'));
	if (found !== undefined) {
		const { block, rest } = found;
		if (rest !== '') throw new BuiltinError('something follows the PEM block');
		return [{ alg: '', kid: '', isPrivate: false, key: pemKey(block.type, block.bytes) }];
	}
	const keys = parseJwks(text).map((jwk) => ({
		alg: jwk.alg,
		kid: jwk.kid,
		isPrivate: jwk.isPrivate,
		key: keyOf(jwk),
	}));
	return keys.filter(({ alg }) => alg === '' || ALGORITHMS.has(alg));
}

function pemKey(type: string, bytes: Buffer): PublicKey | undefined {
	if (type === 'CERTIFICATE') return parseCertificate(bytes).publicKey;
	if (type === 'PUBLIC KEY') return parsePublicKey(bytes);
	throw new BuiltinError('PEM without a public key');
}

/**
 * Whether one of the keys has signed: the one that the header names, if there is one; otherwise each that is for this
 * algorithm or for any.
 */
export function anyKeyVerifies(
	keys: readonly VerificationKey[],
	{ alg, kid }: { readonly alg: string; readonly kid: string },
	verifies: (key: VerificationKey) => boolean,
): boolean {
	const named = kid === '' ? undefined : keys.find((key) => key.kid === kid);
	if (named !== undefined) return verifies(named);
	return keys.some((key) => (key.alg === '' || key.alg === alg) && verifies(key));
}
