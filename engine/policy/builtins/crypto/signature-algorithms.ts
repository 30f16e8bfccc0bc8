import { BuiltinError } from '../types.ts';
import { Der, malformed, readInteger, TAG } from './der.ts';
import type { PublicKey } from './keys.ts';
import { type AlgorithmIdentifier, readAlgorithm } from './public-keys.ts';
import { type Hash, verifyEcdsa, verifyEd25519, verifyRsa } from './signatures.ts';

const SHA256_OID = '2.16.840.1.101.3.4.2.1';
const SHA384_OID = '2.16.840.1.101.3.4.2.2';
const SHA512_OID = '2.16.840.1.101.3.4.2.3';

/** `SignatureAlgorithm` of Go's `crypto/x509`, by object identifier; PSS is told by its parameters. */
const BY_OID: Readonly<Record<string, number>> = {
	'1.2.840.113549.1.1.4': 2,
	'1.2.840.113549.1.1.5': 3,
	'1.3.14.3.2.29': 3,
	'1.2.840.113549.1.1.11': 4,
	'1.2.840.113549.1.1.12': 5,
	'1.2.840.113549.1.1.13': 6,
	'1.2.840.10040.4.3': 7,
	'2.16.840.1.101.3.4.3.2': 8,
	'1.2.840.10045.4.1': 9,
	'1.2.840.10045.4.3.2': 10,
	'1.2.840.10045.4.3.3': 11,
	'1.2.840.10045.4.3.4': 12,
	'1.3.101.112': 16,
};

/** 0 is unknown. */
export function signatureAlgorithm({ oid, parameters }: AlgorithmIdentifier): number {
	if (oid === '1.2.840.113549.1.1.10') return pssAlgorithm(parameters);
	return oid === '1.3.101.112' && parameters !== undefined ? 0 : (BY_OID[oid] ?? 0);
}

/** Of all that RFC 4055 §3.1 can say three cases count: one hash for both, a salt as long, the usual trailer. */
function pssAlgorithm(parameters: Buffer | undefined): number {
	try {
		const der = new Der(parameters ?? Buffer.alloc(0)).inside(TAG.sequence);
		const hash = readAlgorithm(new Der(present(der.explicit(0, TAG.sequence))));
		const mask = readAlgorithm(new Der(present(der.explicit(1, TAG.sequence))));
		const maskHash = readAlgorithm(new Der(mask.parameters ?? Buffer.alloc(0)).inside(TAG.sequence));
		const salt = readInteger(present(der.explicit(2, TAG.integer)));
		const trailer = readInteger(der.explicit(3, TAG.integer) ?? Buffer.from([1]));
		const plain = [hash, maskHash].every((a) => a.parameters === undefined || a.parameters.toString('hex') === '0500');
		const one = mask.oid === '1.2.840.113549.1.1.8' && maskHash.oid === hash.oid && trailer === 1n;
		return plain && one ? (PSS.get(`${hash.oid}/${salt}`) ?? 0) : 0;
	} catch (error) {
		if (error instanceof BuiltinError) return 0;
		throw error;
	}
}

function present(content: Buffer | undefined): Buffer {
	if (content === undefined) throw malformed();
	return content;
}

const PSS: ReadonlyMap<string, number> = new Map([
	[`${SHA256_OID}/32`, 13],
	[`${SHA384_OID}/48`, 14],
	[`${SHA512_OID}/64`, 15],
]);

const HASHES: Readonly<Record<number, Hash>> = {
	4: 'sha256',
	5: 'sha384',
	6: 'sha512',
	10: 'sha256',
	11: 'sha384',
	12: 'sha512',
	13: 'sha256',
	14: 'sha384',
	15: 'sha512',
};

/** Whether `key` has signed; never with MD5, SHA-1 or DSA (`Certificate.CheckSignatureFrom`). */
export function hasSigned(key: PublicKey, algorithm: number, data: Buffer, signature: Buffer): boolean {
	if (algorithm === 16) return verifyEd25519(key, data, signature);
	const hash = HASHES[algorithm];
	if (hash === undefined) return false;
	if (algorithm >= 10 && algorithm <= 12) return isEcdsa(key, hash, data, signature);
	return verifyRsa(key, hash, data, signature, algorithm >= 13 ? 'hash' : undefined);
}

function isEcdsa(key: PublicKey, hash: Hash, data: Buffer, signature: Buffer): boolean {
	try {
		const outer = new Der(signature);
		const der = outer.inside(TAG.sequence);
		const [r, s] = [der.integer(), der.integer()];
		return outer.empty && der.empty && verifyEcdsa(key, hash, data, r, s);
	} catch (error) {
		if (error instanceof BuiltinError) return false;
		throw error;
	}
}
