import { constants, createHash, createHmac, type KeyObject, privateEncrypt } from 'node:crypto';
import type { Hash } from '../crypto/signatures.ts';
import { BuiltinError } from '../types.ts';

/**
 * RSASSA-PSS (RFC 8017 §8.1.1) with a salt as long as the hash. The salt is HMAC(seed, message): it follows from the
 * frame, so the same call gives the same signature again. node:crypto takes no salt, so the encoding is made here.
 */
export function signPss(key: KeyObject, hash: Hash, data: Buffer, seed: string): Buffer {
	const salt = createHmac(hash, `${seed}/pss`).update(data).digest();
	const bits = (key.asymmetricKeyDetails?.modulusLength ?? 0) - 1;
	const encoded = encode(createHash(hash).update(data).digest(), salt, hash, bits);
	// One byte more if the length of the modulus is 1 more than a multiple of 8.
	const block = Buffer.concat([Buffer.alloc(Math.ceil((bits + 1) / 8) - encoded.length), encoded]);
	return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, block);
}

/** EMSA-PSS, RFC 8017 §9.1.1. */
function encode(digest: Buffer, salt: Buffer, hash: Hash, bits: number): Buffer {
	const length = Math.ceil(bits / 8);
	const padding = length - digest.length - salt.length - 2;
	if (padding < 0) throw new BuiltinError('a key that is too short');
	const h = createHash(hash)
		.update(Buffer.concat([Buffer.alloc(8), digest, salt]))
		.digest();
	const block = Buffer.concat([Buffer.alloc(padding), Buffer.from([1]), salt]);
	const mask = mgf1(h, block.length, hash);
	const masked = Buffer.from(block.map((byte, i) => byte ^ mask[i]!));
	masked[0]! &= 0xff >> (8 * length - bits);
	return Buffer.concat([masked, h, Buffer.from([0xbc])]);
}

/** RFC 8017 §B.2.1. */
function mgf1(seed: Buffer, length: number, hash: Hash): Buffer {
	const parts: Buffer[] = [];
	for (let counter = 0, size = 0; size < length; counter++) {
		const number = Buffer.alloc(4);
		number.writeUInt32BE(counter);
		const part = createHash(hash).update(seed).update(number).digest();
		parts.push(part);
		size += part.length;
	}
	return Buffer.concat(parts).subarray(0, length);
}
