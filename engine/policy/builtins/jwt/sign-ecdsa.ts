import { createHash, createHmac } from 'node:crypto';
import { bigintOfBytes, bitLength, bytesOfBigint } from '../crypto/bytes.ts';
import type { Curve } from '../crypto/curves.ts';
import { inverse, modulo } from '../crypto/integers.ts';
import { basePointTimes } from '../crypto/private-keys.ts';
import type { Hash } from '../crypto/signatures.ts';
import { BuiltinError } from '../types.ts';

/**
 * ECDSA with the nonce of RFC 6979, so that one key and one message have one signature. node:crypto has no such mode;
 * the point is still computed by OpenSSL. Returns r and s, each as long as the curve's order.
 */
export function signEcdsa(curve: Curve, d: bigint, hash: Hash, data: Buffer): Buffer {
	if (d <= 0n || d >= curve.n) throw new BuiltinError('no scalar of the curve');
	const digest = createHash(hash).update(data).digest();
	const z = bitsToInteger(digest, curve);
	for (const k of nonces(curve, d, hash, z)) {
		const r = basePointTimes(curve, k).x % curve.n;
		const s = modulo(inverse(k, curve.n)! * (z + r * d), curve.n);
		if (r !== 0n && s !== 0n) return Buffer.concat([bytesOfBigint(r, curve.size), bytesOfBigint(s, curve.size)]);
	}
	throw new BuiltinError('no signature');
}

/** The leftmost bits, as many as the order has (RFC 6979 §2.3.2). */
function bitsToInteger(bytes: Buffer, { n }: Curve): bigint {
	const tooMany = bytes.length * 8 - bitLength(n);
	const value = bigintOfBytes(bytes);
	return tooMany > 0 ? value >> BigInt(tooMany) : value;
}

/** RFC 6979 §3.2. */
function* nonces(curve: Curve, d: bigint, hash: Hash, z: bigint): Generator<bigint> {
	const length = createHash(hash).digest().length;
	const seed = Buffer.concat([bytesOfBigint(d, curve.size), bytesOfBigint(z % curve.n, curve.size)]);
	let key: Buffer = Buffer.alloc(length);
	let value: Buffer = Buffer.alloc(length, 1);
	const mac = (...parts: readonly Uint8Array[]) => createHmac(hash, key).update(Buffer.concat(parts)).digest();
	for (const step of [0, 1]) {
		key = mac(value, Buffer.from([step]), seed);
		value = mac(value);
	}
	for (;;) {
		let bytes: Buffer = Buffer.alloc(0);
		while (bytes.length * 8 < bitLength(curve.n)) {
			value = mac(value);
			bytes = Buffer.concat([bytes, value]);
		}
		const k = bitsToInteger(bytes, curve);
		if (k > 0n && k < curve.n) yield k;
		key = mac(value, Buffer.from([0]));
		value = mac(value);
	}
}
