import { BuiltinError } from '../types.ts';
import { context, Der, malformed, type Oid, rightAligned, TAG } from './der.ts';
import { readTime, type Time } from './der-times.ts';
import { type Facts, NO_FACTS, readFacts } from './extensions.ts';
import type { PublicKey } from './keys.ts';
import { type Name, readName } from './names.ts';
import { PUBLIC_KEY_ALGORITHM, publicKey, readAlgorithm, readKeyInfo } from './public-keys.ts';
import { signatureAlgorithm } from './signature-algorithms.ts';

export interface Extension {
	readonly id: Oid;
	readonly critical: boolean;
	readonly value: Buffer;
}

/** An X.509 certificate with the fields that Go's `crypto/x509` reads. */
export interface Certificate {
	readonly raw: Buffer;
	readonly tbs: Buffer;
	readonly keyInfo: Buffer;
	readonly rawSubject: Buffer;
	readonly rawIssuer: Buffer;
	readonly signature: Buffer;
	readonly signatureAlgorithm: number;
	readonly publicKeyAlgorithm: number;
	readonly publicKey: PublicKey | undefined;
	readonly version: bigint;
	readonly serial: bigint;
	readonly issuer: Name;
	readonly subject: Name;
	readonly notBefore: Time;
	readonly notAfter: Time;
	readonly extensions: readonly Extension[];
	readonly facts: Facts;
}

/** Certificates one behind the other. */
export function parseCertificates(bytes: Buffer): Certificate[] {
	const certificates: Certificate[] = [];
	for (let rest = bytes; rest.length > 0; ) {
		const certificate = readCertificate(rest);
		certificates.push(certificate);
		rest = rest.subarray(certificate.raw.length);
	}
	return certificates;
}

/** One certificate and nothing behind it. */
export function parseCertificate(bytes: Buffer): Certificate {
	const certificate = readCertificate(bytes);
	if (certificate.raw.length !== bytes.length) throw malformed();
	return certificate;
}

function readCertificate(bytes: Buffer): Certificate {
	const whole = new Der(bytes).element(TAG.sequence);
	const outer = new Der(whole.content);
	const signed = outer.element(TAG.sequence);
	const der = new Der(signed.content);

	const version = readVersion(der.maybeInside(context(0, { constructed: true })));
	const serial = der.integer();
	if (serial < 0n) throw new BuiltinError('negative serial number');
	const algorithm = der.content(TAG.sequence);
	if (!outer.content(TAG.sequence).equals(algorithm)) throw new BuiltinError('two signature algorithms');
	const rawIssuer = der.element(TAG.sequence).whole;
	const issuer = readName(rawIssuer);
	const validity = der.inside(TAG.sequence);
	const [notBefore, notAfter] = [readTime(validity), readTime(validity)];
	const rawSubject = der.element(TAG.sequence).whole;
	const subject = readName(rawSubject);
	const keyInfo = der.element(TAG.sequence);
	const info = readKeyInfo(new Der(keyInfo.content));
	const publicKeyAlgorithm = PUBLIC_KEY_ALGORITHM[info.algorithm.oid] ?? 0;
	const extensions = version > 1n ? readTail(der, version) : [];
	return {
		raw: whole.whole,
		tbs: signed.whole,
		keyInfo: keyInfo.whole,
		rawSubject,
		rawIssuer,
		signature: rightAligned(outer.bitString()),
		signatureAlgorithm: signatureAlgorithm(readAlgorithm(new Der(algorithm))),
		publicKeyAlgorithm,
		publicKey: publicKeyAlgorithm === 0 ? undefined : publicKey(info),
		version,
		serial,
		issuer,
		subject,
		notBefore,
		notAfter,
		extensions,
		facts: extensions.length === 0 ? NO_FACTS : readFacts(extensions),
	};
}

/** 1, 2 or 3; it is written from 0 on. */
function readVersion(der: Der | undefined): bigint {
	if (der === undefined) return 1n;
	const version = der.int64();
	if (!der.empty || version < 0n || version > 2n) throw new BuiltinError('no version of X.509');
	return version + 1n;
}

function readTail(der: Der, version: bigint): Extension[] {
	der.skip(context(1));
	der.skip(context(2));
	if (version !== 3n) return [];
	const list = der.maybeInside(context(3, { constructed: true }))?.inside(TAG.sequence);
	if (list === undefined) return [];
	const extensions: Extension[] = [];
	while (!list.empty) extensions.push(readExtension(list.inside(TAG.sequence)));
	mustBeDistinct(extensions);
	return extensions;
}

export function mustBeDistinct(extensions: readonly Extension[]): void {
	const ids = new Set(extensions.map(({ id }) => id.join('.')));
	if (ids.size < extensions.length) throw new BuiltinError('an extension twice');
}

export function readExtension(der: Der): Extension {
	const id = der.oid();
	const critical = der.is(TAG.boolean) && der.boolean();
	return { id, critical, value: der.content(TAG.octetString) };
}
