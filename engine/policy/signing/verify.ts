import { SluiceError } from '../../error.ts';
import { scanJson } from '../../frame/scan.ts';
import { type DataObject, isObject } from '../data-file.ts';
import { fileHash, isFileHash } from './file-hash.ts';
import type { VerifyKey } from './keys.ts';
import { SIGNATURES } from './sign.ts';

type Files = ReadonlyMap<string, Buffer>;

/**
 * Checks that a bundle is signed, under `key` and with an algorithm of the key's own kind, over exactly the files that
 * are there. Nothing in the bundle has been believed before this returns. Undefined as a key: then a bundle that has a
 * signature is refused (OPA's rule: a signature is verified, or the bundle does not load).
 *
 * @param origin for messages
 * @throws {SluiceError} `ERR_BUNDLE_SIGNATURE_MISSING`, `…_UNCHECKED`, `…_FORMAT`, `…_SEVERAL`, `…_ALGORITHM`,
 * `…_WRONG`, `…_SCOPE`; `ERR_BUNDLE_FILE_TWICE`, `…_HASH`, `…_MISSING`, `…_UNSIGNED`, `…_CHANGED`
 */
export function verifyFiles(origin: string, files: Files, key: VerifyKey | undefined): void {
	const signatures = files.get(SIGNATURES);
	if (key === undefined) {
		if (signatures === undefined) return;
		throw refuse(
			origin,
			'ERR_BUNDLE_SIGNATURE_UNCHECKED',
			'it is signed, and nobody says with which key to check that',
			{
				help: 'name the public key as `policy.verifyKey` in sluice.yaml',
			},
		);
	}
	if (signatures === undefined) {
		throw refuse(origin, 'ERR_BUNDLE_SIGNATURE_MISSING', '`policy.verifyKey` asks for a signature, and it has none', {
			help: 'build it with `sluice build --sign KEY`',
		});
	}
	const payload = verifyToken(origin, onlyToken(origin, signatures), key);
	compare(origin, signedFiles(origin, payload), files);
}

/** The one JWS of a signature file. */
function onlyToken(origin: string, bytes: Buffer): string {
	const { signatures, plugin } = parse(origin, bytes, `its \`${SIGNATURES}\``);
	if (plugin !== undefined && plugin !== '' && plugin !== '_default') {
		throw malformed(origin, 'it asks for a verifier of its own (`plugin`)');
	}
	if (!Array.isArray(signatures) || signatures.length === 0) throw malformed(origin, 'there is no signature in it');
	if (signatures.length > 1) {
		throw refuse(origin, 'ERR_BUNDLE_SIGNATURE_SEVERAL', `it has ${signatures.length} signatures, and must have one`);
	}
	const [token] = signatures as unknown[];
	if (typeof token !== 'string') throw malformed(origin, 'its signature is no text');
	return token;
}

/** The payload of a JWS in compact form whose signature is right. */
function verifyToken(origin: string, token: string, key: VerifyKey): DataObject {
	const parts = token.split('.');
	const [header, payload, signature] = parts.map(decode);
	if (parts.length !== 3 || header === undefined || payload === undefined || signature === undefined) {
		throw malformed(origin, 'its signature is no JWS in compact form');
	}
	const { alg, crit } = parse(origin, header, 'the header of its signature');
	if (crit !== undefined) throw malformed(origin, 'its signature has critical headers (`crit`)');
	if (typeof alg !== 'string' || !key.algorithms.includes(alg)) {
		const said = typeof alg === 'string' ? `\`${alg.slice(0, 20)}\`` : 'no algorithm';
		const meant = key.algorithms.map((name) => `\`${name}\``).join(', ');
		throw refuse(
			origin,
			'ERR_BUNDLE_SIGNATURE_ALGORITHM',
			`it is signed with ${said}, and the configured key is one for ${meant}`,
		);
	}
	const signed = Buffer.from(token.slice(0, token.lastIndexOf('.')), 'latin1');
	if (!key.verify(alg, signed, signature)) {
		throw refuse(
			origin,
			'ERR_BUNDLE_SIGNATURE_WRONG',
			'its signature was not made with the configured key, or was changed since',
		);
	}
	const claims = parse(origin, payload, 'what it has signed');
	if (claims['scope'] !== undefined && claims['scope'] !== '') {
		throw refuse(origin, 'ERR_BUNDLE_SIGNATURE_SCOPE', 'it was signed for a scope of its own, and none is configured', {
			help: 'sign it without a scope',
		});
	}
	return claims;
}

interface SignedFile {
	readonly hash: string;
	readonly algorithm: string;
}

function signedFiles(origin: string, { files }: DataObject): Map<string, SignedFile> {
	if (!Array.isArray(files)) throw malformed(origin, 'what it has signed names no files');
	const signed = new Map<string, SignedFile>();
	for (const file of files as unknown[]) {
		const { name, hash, algorithm } = isObject(file) ? file : {};
		if (typeof name !== 'string' || typeof hash !== 'string' || typeof algorithm !== 'string') {
			throw malformed(origin, 'a file that it has signed lacks name, hash or algorithm');
		}
		if (signed.has(name)) throw refuse(origin, 'ERR_BUNDLE_FILE_TWICE', `\`${name}\` is signed twice`);
		if (!isFileHash(algorithm)) {
			throw refuse(
				origin,
				'ERR_BUNDLE_FILE_HASH',
				`\`${name}\` is hashed with \`${algorithm}\`, which is not accepted`,
				{
					help: 'sign it with SHA-256',
				},
			);
		}
		signed.set(name, { hash, algorithm });
	}
	return signed;
}

/** Every file but the signature itself, no more and no fewer. */
function compare(origin: string, signed: ReadonlyMap<string, SignedFile>, files: Files): void {
	const gone = [...signed.keys()].find((name) => !files.has(name));
	if (gone !== undefined) throw refuse(origin, 'ERR_BUNDLE_FILE_MISSING', `\`${gone}\` was signed and is not there`);
	for (const [name, bytes] of files) {
		if (name === SIGNATURES) continue;
		const expected = signed.get(name);
		if (expected === undefined)
			throw refuse(origin, 'ERR_BUNDLE_FILE_UNSIGNED', `\`${name}\` is not part of what was signed`);
		if (hashed(origin, name, bytes, expected.algorithm) !== expected.hash.toLowerCase()) {
			throw refuse(origin, 'ERR_BUNDLE_FILE_CHANGED', `\`${name}\` is not what was signed`);
		}
	}
}

function hashed(origin: string, name: string, bytes: Buffer, algorithm: string): string {
	try {
		return fileHash(name, bytes, algorithm);
	} catch (cause) {
		throw refuse(origin, 'ERR_BUNDLE_FILE_CHANGED', `\`${name}\` is not what was signed: ${(cause as Error).message}`, {
			cause,
		});
	}
}

/** RFC 7515 §2: base64url without padding, and nothing else. */
function decode(part: string): Buffer | undefined {
	const bytes = Buffer.from(part, 'base64url');
	return part !== '' && bytes.toString('base64url') === part ? bytes : undefined;
}

/** Strictly, as frames are read: what two parsers could read differently is refused. */
function parse(origin: string, bytes: Buffer, what: string): DataObject {
	const scanned = scanJson(bytes, { frame: bytes.length, depth: 16, keys: Number.POSITIVE_INFINITY });
	const value: unknown = scanned.ok ? JSON.parse(bytes.toString('utf8')) : undefined;
	if (!isObject(value)) throw malformed(origin, `${what} is not a JSON object`);
	return value;
}

function malformed(origin: string, why: string): SluiceError {
	return refuse(origin, 'ERR_BUNDLE_SIGNATURE_FORMAT', why);
}

function refuse(
	origin: string,
	code: string,
	why: string,
	options: { help?: string; cause?: unknown } = {},
): SluiceError {
	const help = options.help ?? 'take the bundle from where it was built, or build and sign it again';
	return new SluiceError(code, `the bundle \`${origin}\` does not load: ${why}`, { ...options, help });
}
