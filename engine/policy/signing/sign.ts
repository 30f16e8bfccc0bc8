import { canonical } from '../revision.ts';
import type { TarFile } from '../tar.ts';
import { FILE_HASH, fileHash } from './file-hash.ts';
import type { SigningKey } from './keys.ts';

/** Where a bundle's signature lies in it. */
export const SIGNATURES = '.signatures.json';

/** What a bundle is signed with, and what is said beside the files. */
export interface Signing {
	readonly key: SigningKey;
	/** By which name verifiers know the key (`kid`); OPA's own tools say `default` when nobody names one. */
	readonly keyId?: string;
	/** Claims of OPA's format; none of them is there unless it is given, so that a build can be repeated. */
	readonly scope?: string;
	readonly iss?: string;
	/** Unix time, s. */
	readonly iat?: number;
}

/**
 * The signature file of a bundle of these files in OPA's format: one JWS in compact form (RFC 7515 §7.1) whose payload
 * names and hashes every file.
 */
export function signFiles(files: readonly TarFile[], { key, keyId = 'default', scope, iss, iat }: Signing): TarFile {
	const named = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
	const header = { alg: key.algorithm, kid: keyId };
	const payload = {
		files: named.map(({ name, bytes }) => ({ name, hash: fileHash(name, bytes), algorithm: FILE_HASH })),
		keyid: keyId,
		...(scope === undefined ? {} : { scope }),
		...(iss === undefined ? {} : { iss }),
		...(iat === undefined ? {} : { iat }),
	};
	const signed = [header, payload].map((part) => Buffer.from(canonical(part)).toString('base64url')).join('.');
	const signature = key.sign(Buffer.from(signed)).toString('base64url');
	return { name: SIGNATURES, bytes: Buffer.from(JSON.stringify({ signatures: [`${signed}.${signature}`] })) };
}
