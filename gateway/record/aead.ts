import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from 'node:crypto';

const NONCE = 12;
const TAG = 16;

/**
 * AES-256-GCM (NIST SP 800-38D): `nonce 12 · ciphertext · tag 16`, with `clear` authenticated beside it.
 *
 * Keys come as `KeyObject`: taking a Buffer over anew each time costs more than sealing a kilobyte.
 *
 * Nonces are random, not made of `seq`: a `seq` is sealed anew when its first append failed, or after a store
 * was put back from a backup, and a pair (key, nonce) must never be used twice. 2^32 seals a key are far away.
 */
export function seal(key: KeyObject, clear: Buffer, plain: Buffer): Buffer {
	return Buffer.concat(parts(key, clear, plain));
}

/** The same with `clear` before it, as one buffer. */
export function sealBehind(key: KeyObject, clear: Buffer, plain: Buffer): Buffer {
	return Buffer.concat([clear, ...parts(key, clear, plain)]);
}

function parts(key: KeyObject, clear: Buffer, plain: Buffer): readonly Buffer[] {
	const nonce = freshNonce();
	const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(clear);
	const sealed = cipher.update(plain);
	// GCM is a stream: `final` has no bytes left, it makes the tag.
	cipher.final();
	return [nonce, sealed, cipher.getAuthTag()];
}

/** What was sealed. Throws when a single bit of `sealed`, `clear` or the key is another. */
export function unseal(key: KeyObject, clear: Buffer, sealed: Buffer): Buffer {
	const end = sealed.length - TAG;
	if (end < NONCE) throw new RangeError('cut short');
	const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE), { authTagLength: TAG })
		.setAAD(clear)
		.setAuthTag(sealed.subarray(end));
	return Buffer.concat([decipher.update(sealed.subarray(NONCE, end)), decipher.final()]);
}

// One call into the system's generator for many nonces: the call costs more than the bytes.
const pool = Buffer.alloc(NONCE * 256);
let next = pool.length;

function freshNonce(): Buffer {
	if (next === pool.length) {
		randomFillSync(pool);
		next = 0;
	}
	next += NONCE;
	return pool.subarray(next - NONCE, next);
}
