import { type RegoObject, RegoSet, type Value } from '../../value/value.ts';
import { arrayOf, bigintOf, objectOf, textOf } from '../operands.ts';
import { type Builtin, type BuiltinContext, BuiltinError } from '../types.ts';
import { decodeBase64 } from './bytes.ts';
import { type Certificate, parseCertificate, parseCertificates } from './certificate.ts';
import { certificateJson } from './certificate-json.ts';
import { certificateRequestJson } from './certificate-request.ts';
import { type VerifyOptions, verifiedChain } from './chain.ts';
import { goObject } from './go-json.ts';
import { jwkOf, privateKeyJson } from './key-json.ts';
import { namedKeyUsage } from './key-usages.ts';
import { type PrivateKey, publicKeyOf, samePublicKey } from './keys.ts';
import { decodePem, pemBlocks } from './pem.ts';
import { parsePkcs1, parsePkcs8, parseSec1, parseTlsPrivateKey } from './private-keys.ts';

/**
 * `crypto.x509.*` and `crypto.parse_private_keys`: what Go's JSON makes of certificates, requests and keys. Certificates
 * are verified at the frame's time if no other is given, and against the roots that are given only.
 */
export const x509 = {
	'crypto.x509.parse_certificates': (_: unknown, text: Value) =>
		certificatesOf(textOf(text)).map((certificate) => certificateJson(certificate, { uriStrings: true })),
	'crypto.x509.parse_and_verify_certificates': (context: BuiltinContext, text: Value) =>
		parseAndVerify(textOf(text), () => defaults(context), { uriStrings: true }),
	'crypto.x509.parse_and_verify_certificates_with_options': (context: BuiltinContext, text: Value, options: Value) => {
		const given = objectOf(options);
		return parseAndVerify(textOf(text), () => optionsOf(context, given), { uriStrings: false });
	},
	'crypto.x509.parse_certificate_request': (_: unknown, text: Value) => {
		const request = textOf(text);
		const isPem = request.startsWith('-----BEGIN CERTIFICATE REQUEST-----');
		const bytes = isPem ? bytesOf(request) : decodeBase64(request).toString('latin1');
		const block = decodePem(bytes)?.block;
		if (block !== undefined && block.type !== 'CERTIFICATE REQUEST') throw new BuiltinError('no request');
		return certificateRequestJson(block?.bytes ?? Buffer.from(bytes, 'latin1'));
	},
	'crypto.x509.parse_keypair': (_: unknown, certificate: Value, key: Value) =>
		keyPair(pemOf(textOf(certificate), 'CERTIFICATE'), pemOf(textOf(key), 'PRIVATE KEY')),
	'crypto.x509.parse_rsa_private_key': (_: unknown, text: Value) => {
		const pem = textOf(text);
		if (pem === '') throw new BuiltinError('no PEM');
		const [key] = privateKeysOf(pem.startsWith('-----BEGIN') ? bytesOf(pem) : decodeBase64(pem).toString('latin1'));
		return key === undefined ? null : jwkOf(key);
	},
	'crypto.parse_private_keys': (_: unknown, text: Value) =>
		textOf(text) === '' ? null : privateKeysOf(bytesOf(textOf(text))).map(privateKeyJson),
} satisfies Record<string, Builtin>;

/** Text with one character a byte. */
function bytesOf(text: string): string {
	return Buffer.from(text, 'utf8').toString('latin1');
}

/** PEM, or base64 of PEM or of DER. */
function certificatesOf(text: string): Certificate[] {
	if (text.startsWith('-----BEGIN')) return certificatesOfPem(bytesOf(text));
	const bytes = decodeBase64(text);
	const plain = bytes.toString('latin1');
	return plain.startsWith('-----BEGIN') ? certificatesOfPem(plain) : parseCertificates(bytes);
}

function certificatesOfPem(text: string): Certificate[] {
	const blocks = pemBlocks(text);
	if (blocks.some(({ type }) => type !== 'CERTIFICATE')) throw new BuiltinError('PEM of something else');
	return parseCertificates(Buffer.concat(blocks.map(({ bytes }) => bytes)));
}

/** The root first, the leaf last. What does not verify is false; options that cannot be understood are an error. */
function parseAndVerify(text: string, options: () => VerifyOptions, shape: { readonly uriStrings: boolean }): Value {
	const certificates = maybe(() => certificatesOf(text));
	if (certificates === undefined) return [false, []];
	const understood = options();
	const [root, ...others] = certificates;
	const leaf = others.pop();
	if (root === undefined || leaf === undefined) return [false, []];
	const chain = verifiedChain(leaf, others, root, understood);
	return chain === undefined ? [false, []] : [true, chain.map((certificate) => certificateJson(certificate, shape))];
}

function defaults({ nowNs }: BuiltinContext): VerifyOptions {
	return { nowNs, dnsName: '', keyUsages: [] };
}

function optionsOf(context: BuiltinContext, given: RegoObject): VerifyOptions {
	let options = defaults(context);
	for (const [name, value] of given.entries) {
		if (typeof name !== 'string') continue;
		if (name === 'DNSName') options = { ...options, dnsName: unquoted(textOf(value)) };
		else if (name === 'CurrentTime') options = { ...options, nowNs: int64Of(value) };
		else if (name === 'MaxConstraintComparisons') int64Of(value);
		else if (name === 'KeyUsages') options = { ...options, keyUsages: keyUsagesOf(value) };
		else throw new BuiltinError('invalid key option');
	}
	return options;
}

function unquoted(text: string): string {
	return text.replace(/^"+/, '').replace(/(?<!")"+$/, '');
}

function int64Of(value: Value): bigint {
	const integer = bigintOf(value);
	if (BigInt.asIntN(64, integer) !== integer) throw new BuiltinError('no integer of 64 bits');
	return integer;
}

/** What is no text is no usage. */
function keyUsagesOf(value: Value): number[] {
	const names = (value instanceof RegoSet ? value.members : arrayOf(value)).filter((name) => typeof name === 'string');
	return names.map((name) => {
		const usage = namedKeyUsage(unquoted(name));
		if (usage === undefined) throw new BuiltinError('invalid key usage');
		return usage;
	});
}

/** PEM, or base64 of PEM or of DER. */
function pemOf(text: string, type: string) {
	if (text.startsWith('-----BEGIN ')) return pemBlocks(bytesOf(text));
	const bytes = decodeBase64(text);
	const plain = bytes.toString('latin1');
	return plain.startsWith('-----BEGIN ') ? pemBlocks(plain) : [{ type, bytes }];
}

/** Go's `tls.Certificate`. */
function keyPair(certificates: ReturnType<typeof pemOf>, keys: ReturnType<typeof pemOf>): Value {
	const chain = certificates.filter(({ type }) => type === 'CERTIFICATE');
	const secret = keys.find(({ type }) => /(?:^| )PRIVATE KEY$/.test(type));
	if (chain[0] === undefined || secret === undefined) throw new BuiltinError('no certificate or no key');
	const leaf = parseCertificate(chain[0].bytes);
	const key = parseTlsPrivateKey(secret.bytes);
	if (leaf.publicKey === undefined || !samePublicKey(leaf.publicKey, publicKeyOf(key))) {
		throw new BuiltinError('the key belongs to another certificate');
	}
	return goObject({
		Certificate: chain.map(({ bytes }) => bytes.toString('base64')),
		PrivateKey: privateKeyJson(key),
		SupportedSignatureAlgorithms: null,
		OCSPStaple: null,
		SignedCertificateTimestamps: null,
		Leaf: certificateJson(leaf),
	});
}

const PARSERS: Readonly<Record<string, (bytes: Buffer) => PrivateKey>> = {
	'RSA PRIVATE KEY': parsePkcs1,
	'PRIVATE KEY': parsePkcs8,
	'EC PRIVATE KEY': (bytes) => parseSec1(bytes),
};

/** PEM or its base64; blocks of other types are skipped. */
function privateKeysOf(text: string): PrivateKey[] {
	const plain = maybe(() => decodeBase64(text))?.toString('latin1') ?? text;
	return pemBlocks(plain).flatMap(({ type, bytes }) => PARSERS[type]?.(bytes) ?? []);
}

function maybe<T>(read: () => T): T | undefined {
	try {
		return read();
	} catch (error) {
		if (error instanceof BuiltinError) return undefined;
		throw error;
	}
}
