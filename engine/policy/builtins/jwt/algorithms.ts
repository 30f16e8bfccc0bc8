import type { Hash } from '../crypto/signatures.ts';

/** How an algorithm of JWS (RFC 7518 §3) signs. */
export interface Algorithm {
	readonly family: 'hmac' | 'rsa' | 'pss' | 'ecdsa' | 'eddsa';
	/** EdDSA has its own. */
	readonly hash: Hash;
}

const HASHES = { 256: 'sha256', 384: 'sha384', 512: 'sha512' } as const;
const FAMILIES = { HS: 'hmac', RS: 'rsa', PS: 'pss', ES: 'ecdsa' } as const;
const BITS = [256, 384, 512] as const;

/** What may sign, and what the keys of a set may say of themselves. */
export const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map<string, Algorithm>([
	...(Object.keys(FAMILIES) as (keyof typeof FAMILIES)[]).flatMap((name) =>
		BITS.map((bits): [string, Algorithm] => [`${name}${bits}`, { family: FAMILIES[name], hash: HASHES[bits] }]),
	),
	['EdDSA', { family: 'eddsa', hash: 'sha512' }],
]);

/** The library that OPA verifies whole tokens with knows more names than it knows algorithms. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
	Ed25519: 'EdDSA',
	HMAC_WITH_SHA256: 'HS256',
	HMAC_WITH_SHA384: 'HS384',
	HMAC_WITH_SHA512: 'HS512',
	RSA_PKCS1v15_WITH_SHA256: 'RS256',
	RSA_PKCS1v15_WITH_SHA384: 'RS384',
	RSA_PKCS1v15_WITH_SHA512: 'RS512',
	RSA_PSS_WITH_SHA256: 'PS256',
	RSA_PSS_WITH_SHA384: 'PS384',
	RSA_PSS_WITH_SHA512: 'PS512',
	ECDSA_WITH_P256_AND_SHA256: 'ES256',
	ECDSA_WITH_P384_AND_SHA384: 'ES384',
	ECDSA_WITH_P521_AND_SHA512: 'ES512',
};

/** The algorithm that a token's header names. */
export function verifyingAlgorithm(name: string): Algorithm | undefined {
	return ALGORITHMS.get(OTHER_NAMES[name] ?? name);
}

/** What `alg` of a key may be (RFC 7518 §3.1, §4.1, §5.1, RFC 8037, RFC 8812); a key with another one is no key. */
export const KEY_ALGORITHMS: ReadonlySet<string> = new Set([
	...ALGORITHMS.keys(),
	...['ES256K', 'Ed25519', 'none'],
	...['A128GCMKW', 'A128KW', 'A192GCMKW', 'A192KW', 'A256GCMKW', 'A256KW', 'dir'],
	...['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW'],
	...['PBES2-HS256+A128KW', 'PBES2-HS384+A192KW', 'PBES2-HS512+A256KW'],
	...['RSA1_5', 'RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512'],
	...['A128CBC-HS256', 'A128GCM', 'A192CBC-HS384', 'A192GCM', 'A256CBC-HS512', 'A256GCM'],
]);
