import { createPublicKey, type KeyObject } from 'node:crypto';
import { attempt, BuiltinError } from '../types.ts';
import { bytesOfBigint } from './bytes.ts';
import { type Curve, isOnCurve } from './curves.ts';
import { bitString, integer, oid, sequence } from './der-write.ts';

export interface RsaPublicKey {
	readonly kind: 'rsa';
	readonly n: bigint;
	readonly e: bigint;
}

export interface EcPublicKey {
	readonly kind: 'ec';
	readonly curve: Curve;
	readonly x: bigint;
	readonly y: bigint;
}

/** A public key of Ed25519 or X25519 (RFC 8410). */
export interface OctetPublicKey {
	readonly kind: 'ed25519' | 'x25519';
	readonly bytes: Buffer;
}

/** Read for its fields only: Go verifies nothing with it. */
export interface DsaPublicKey {
	readonly kind: 'dsa';
	readonly p: bigint;
	readonly q: bigint;
	readonly g: bigint;
	readonly y: bigint;
}

export type PublicKey = RsaPublicKey | EcPublicKey | OctetPublicKey | DsaPublicKey;

/** The third and further primes of an RSA key (RFC 8017 §3.2). */
export interface CrtValue {
	readonly exp: bigint;
	readonly coeff: bigint;
	readonly r: bigint;
}

export interface RsaPrivateKey extends Omit<RsaPublicKey, 'kind'> {
	readonly kind: 'rsa-private';
	readonly d: bigint;
	readonly primes: readonly bigint[];
	readonly dp: bigint;
	readonly dq: bigint;
	readonly qinv: bigint;
	readonly crtValues: readonly CrtValue[];
}

export interface EcPrivateKey extends Omit<EcPublicKey, 'kind'> {
	readonly kind: 'ec-private';
	readonly d: bigint;
}

export interface OctetPrivateKey {
	readonly kind: 'ed25519-private' | 'x25519-private';
	readonly seed: Buffer;
	readonly bytes: Buffer;
}

export type PrivateKey = RsaPrivateKey | EcPrivateKey | OctetPrivateKey;

/** The public half. */
export function publicKeyOf(key: PrivateKey): PublicKey {
	switch (key.kind) {
		case 'rsa-private':
			return { kind: 'rsa', n: key.n, e: key.e };
		case 'ec-private':
			return { kind: 'ec', curve: key.curve, x: key.x, y: key.y };
		default:
			return { kind: key.kind === 'ed25519-private' ? 'ed25519' : 'x25519', bytes: key.bytes };
	}
}

export function samePublicKey(a: PublicKey, b: PublicKey): boolean {
	return a.kind === b.kind && subjectPublicKeyInfo(a).equals(subjectPublicKeyInfo(b));
}

/** A key of a curve, whose point must be on it. */
export function ecPublicKey(curve: Curve, x: bigint, y: bigint): EcPublicKey {
	if (!isOnCurve(curve, x, y)) throw new BuiltinError(`the point is not on ${curve.name}`);
	return { kind: 'ec', curve, x, y };
}

/** As node:crypto takes it. */
export function keyObject(key: PublicKey): KeyObject {
	return attempt(() => createPublicKey({ key: subjectPublicKeyInfo(key), format: 'der', type: 'spki' }));
}

const NULL = Buffer.from([5, 0]);

function subjectPublicKeyInfo(key: PublicKey): Buffer {
	switch (key.kind) {
		case 'rsa':
			return sequence(sequence(oid('1.2.840.113549.1.1.1'), NULL), bitString(sequence(integer(key.n), integer(key.e))));
		case 'ec':
			return sequence(sequence(oid('1.2.840.10045.2.1'), oid(key.curve.oid)), bitString(uncompressed(key)));
		case 'ed25519':
			return sequence(sequence(oid('1.3.101.112')), bitString(key.bytes));
		case 'x25519':
			return sequence(sequence(oid('1.3.101.110')), bitString(key.bytes));
		case 'dsa':
			throw new BuiltinError('DSA verifies nothing');
	}
}

/** A point as SEC 1 §2.3.3 writes it without compression. */
export function uncompressed({ curve, x, y }: Pick<EcPublicKey, 'curve' | 'x' | 'y'>): Buffer {
	return Buffer.concat([Buffer.from([4]), bytesOfBigint(x, curve.size), bytesOfBigint(y, curve.size)]);
}
