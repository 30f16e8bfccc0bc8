import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { bitString, element, integer, oid, sequence } from '../../../../engine/policy/builtins/crypto/der-write.ts';

// Certificates and requests with any content, well-formed or not, signed by node:crypto.

export const KEYS = {
	rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
	otherRsa: generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey,
	smallRsa: generateKeyPairSync('rsa', { modulusLength: 768 }).privateKey,
	p224: generateKeyPairSync('ec', { namedCurve: 'secp224r1' }).privateKey,
	p256: generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey,
	p384: generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey,
	p521: generateKeyPairSync('ec', { namedCurve: 'secp521r1' }).privateKey,
	k256: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey,
	ed25519: generateKeyPairSync('ed25519').privateKey,
	x25519: generateKeyPairSync('x25519').privateKey,
	dsa: generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).privateKey,
} as const;

export const spki = (key: KeyObject) => createPublicKey(key).export({ format: 'der', type: 'spki' });

export const text = (tag: number, value: string | Buffer) => element(tag, Buffer.from(value));
export const utf8 = (value: string) => text(0x0c, value);
export const printable = (value: string) => text(0x13, value);
export const ia5 = (value: string) => text(0x16, value);
export const TRUE = Buffer.from([1, 1, 0xff]);
export const octets = (bytes: Uint8Array) => element(4, bytes);
export const set = (...parts: readonly Uint8Array[]) => element(0x31, ...parts);
/** `[n]` with elements in it, and without. */
export const explicit = (n: number, ...parts: readonly Uint8Array[]) => element(0xa0 | n, ...parts);
export const implicit = (n: number, value: string | Buffer) => text(0x80 | n, value);
export const small = (value: number) => element(2, Buffer.from([value]));

export const attribute = (type: string, value: Buffer) => sequence(oid(type), value);
export const name = (...attributes: readonly Buffer[]) => sequence(...attributes.map((one) => set(one)));
export const common = (cn: string) => name(attribute('2.5.4.3', utf8(cn)));

export const extension = (id: string, value: Uint8Array, critical = false) =>
	sequence(oid(id), critical ? TRUE : Buffer.alloc(0), octets(value));

export const basicConstraints = (ca: boolean, length?: number) =>
	extension(
		'2.5.29.19',
		sequence(ca ? TRUE : Buffer.alloc(0), length === undefined ? Buffer.alloc(0) : small(length)),
		true,
	);
export const keyUsage = (...bytes: number[]) => extension('2.5.29.15', element(3, Buffer.from(bytes)), true);
export const names = (...general: readonly Buffer[]) => extension('2.5.29.17', sequence(...general));
export const extKeyUsage = (...oids: readonly string[]) => extension('2.5.29.37', sequence(...oids.map(oid)));
export const policies = (...oids: readonly string[]) =>
	extension('2.5.29.32', sequence(...oids.map((one) => sequence(oid(one)))));
export const subtrees = (...general: readonly Buffer[]) => general.map((one) => sequence(one));
export const constraints = (permitted: readonly Buffer[], excluded: readonly Buffer[]) =>
	extension(
		'2.5.29.30',
		sequence(
			permitted.length === 0 ? Buffer.alloc(0) : explicit(0, ...subtrees(...permitted)),
			excluded.length === 0 ? Buffer.alloc(0) : explicit(1, ...subtrees(...excluded)),
		),
		true,
	);

const NULL = Buffer.from([5, 0]);
/** How each kind of key signs here. */
const SIGNATURES: Readonly<Record<string, { readonly algorithm: Buffer; readonly hash: string | null }>> = {
	rsa: { algorithm: sequence(oid('1.2.840.113549.1.1.11'), NULL), hash: 'sha256' },
	ec: { algorithm: sequence(oid('1.2.840.10045.4.3.3')), hash: 'sha384' },
	ed25519: { algorithm: sequence(oid('1.3.101.112')), hash: null },
};

export interface CertificateParts {
	readonly version?: Buffer;
	readonly serial?: Buffer;
	readonly algorithm?: Buffer;
	readonly subject?: Buffer;
	readonly issuer?: Buffer;
	readonly validity?: Buffer;
	readonly key?: KeyObject;
	readonly keyInfo?: Buffer;
	readonly signer?: KeyObject;
	readonly sign?: (data: Buffer) => Buffer;
	readonly extensions?: readonly Buffer[];
}

export const validity = (from: string, to: string) => sequence(text(0x18, from), text(0x18, to));

export function certificate(parts: CertificateParts = {}): Buffer {
	const key = parts.key ?? KEYS.p256;
	const signer = parts.signer ?? key;
	const how = SIGNATURES[signer.asymmetricKeyType ?? ''] ?? SIGNATURES['rsa']!;
	const algorithm = parts.algorithm ?? how.algorithm;
	const subject = parts.subject ?? common('leaf');
	const tbs = sequence(
		parts.version ?? explicit(0, small(2)),
		parts.serial ?? integer(1n),
		algorithm,
		parts.issuer ?? subject,
		parts.validity ?? validity('20200101000000Z', '20900101000000Z'),
		subject,
		parts.keyInfo ?? spki(key),
		parts.extensions === undefined ? Buffer.alloc(0) : explicit(3, sequence(...parts.extensions)),
	);
	const signature =
		parts.sign?.(tbs) ?? (signer.asymmetricKeyType === 'x25519' ? Buffer.alloc(8) : sign(how.hash, tbs, signer));
	return sequence(tbs, algorithm, bitString(signature));
}

export function request(subject: Buffer, key: KeyObject, ...attributes: readonly Buffer[]): Buffer {
	const how = SIGNATURES[key.asymmetricKeyType ?? ''] ?? SIGNATURES['rsa']!;
	const info = sequence(small(0), subject, spki(key), explicit(0, ...attributes));
	return sequence(info, how.algorithm, bitString(sign(how.hash, info, key)));
}

export function pem(type: string, der: Buffer): string {
	const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
	return `-----BEGIN ${type}-----\n${lines.join('\n')}\n-----END ${type}-----\n`;
}

/** Numbers from 0 to `n`, the same ones every time. */
export function numbers(seed: number): (n: number) => number {
	let state = seed;
	return (n) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * n);
	};
}

/** One or two bytes of it are others. */
export function mutants(der: Buffer, count: number, next: (n: number) => number): Buffer[] {
	return Array.from({ length: count }, () => {
		const copy = Buffer.from(der);
		for (let i = next(2); i >= 0; i--) {
			const at = next(copy.length);
			copy[at] = next(3) === 0 ? next(256) : copy[at]! ^ (1 << next(8));
		}
		return next(12) === 0 ? copy.subarray(0, next(copy.length)) : copy;
	});
}
