import { bigintOfBytes, decodeBase64 } from '../crypto/bytes.ts';
import { parseCertificate } from '../crypto/certificate.ts';
import { CURVES } from '../crypto/curves.ts';
import { ecPublicKey, type PublicKey } from '../crypto/keys.ts';
import { octetPrivateKey } from '../crypto/private-keys.ts';
import { BuiltinError } from '../types.ts';
import { KEY_ALGORITHMS } from './algorithms.ts';
import { firstJson, type Json, JsonObject } from './json.ts';

/** A JSON Web Key (RFC 7517) with its members decoded, as the library of OPA reads it. */
export interface Jwk {
	readonly kty: 'RSA' | 'EC' | 'OKP' | 'oct';
	readonly isPrivate: boolean;
	readonly alg: string;
	readonly kid: string;
	readonly crv: string;
	/** Members that are bytes, by name. */
	readonly bytes: ReadonlyMap<string, Buffer>;
}

const MOST_KEYS = 1000;
const MOST_CERTIFICATES = 10;
const MOST_CERTIFICATE_BYTES = 256 * 1024;

/** A key, or a set of keys; one that cannot be read spoils the set. */
export function parseJwks(text: string): Jwk[] {
	const { json, rest } = firstJson(text);
	if (!(json instanceof JsonObject)) throw invalid();
	// Something may follow a single key, though nobody should.
	if (rest !== '') return [parseJwk(json)];
	const sets = json.members.filter(([name]) => name === 'keys').map(([, value]) => value);
	if (sets.length === 0) return [parseJwk(json)];
	return sets.flatMap((set) => {
		if (!Array.isArray(set) || set.length > MOST_KEYS) throw invalid();
		return (set as readonly Json[]).map(parseJwk);
	});
}

const BYTES: Readonly<Record<string, readonly string[]>> = {
	'RSA/public': ['n', 'e'],
	'RSA/private': ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'],
	'EC/public': ['x', 'y'],
	'EC/private': ['x', 'y', 'd'],
	'OKP/public': ['x'],
	'OKP/private': ['x', 'd'],
	'oct/public': ['k'],
};

function parseJwk(json: Json): Jwk {
	if (!(json instanceof JsonObject)) throw invalid();
	// Go finds these two without case, and reads the key by exact names only.
	const folded = (wanted: string) => json.members.filter(([name]) => name.toLowerCase() === wanted).at(-1)?.[1];
	const kty = textOrNull(folded('kty') ?? null);
	if (kty !== 'RSA' && kty !== 'EC' && kty !== 'OKP' && kty !== 'oct') throw invalid();
	const isPrivate = kty !== 'oct' && folded('d') !== undefined;
	const names = BYTES[`${kty}/${isPrivate ? 'private' : 'public'}`]!;
	const texts = { alg: '', kid: '', crv: '' };
	const bytes = new Map<string, Buffer>();
	for (const [name, value] of json.members) {
		if (names.includes(name)) bytes.set(name, decodeAny(textOrNull(value)));
		else if (name === 'crv' && (kty === 'EC' || kty === 'OKP')) texts.crv = known(textOrNull(value), CURVE_NAMES);
		else if (name === 'kty' && textOrNull(value) !== kty) throw invalid();
		else if (name === 'alg') texts.alg = known(textOrNull(value), KEY_ALGORITHMS);
		else if (name === 'kid') texts.kid = textOrNull(value);
		else if (name === 'use' || name === 'x5t' || name === 'x5t#S256' || name === 'x5u') textOrNull(value);
		else if (name === 'key_ops') checkOperations(value);
		else if (name === 'x5c') checkChain(value);
	}
	const jwk: Jwk = { kty, isPrivate, bytes, ...texts };
	validate(jwk);
	return jwk;
}

const CURVE_NAMES: ReadonlySet<string> = new Set(['Ed25519', 'Ed448', 'P-256', 'P-384', 'P-521', 'X25519', 'X448']);

function validate(jwk: Jwk): void {
	const size = (name: string) => jwk.bytes.get(name)?.length ?? 0;
	if (jwk.kty === 'oct' && size('k') === 0) throw invalid();
	if (jwk.kty === 'RSA') rsaNumbers(jwk);
	if (jwk.kty === 'RSA' && jwk.isPrivate && size('d') === 0) throw invalid();
	if (jwk.kty === 'EC') {
		const key = ecKeyOf(jwk);
		if (size('x') !== key.curve.size || size('y') !== key.curve.size) throw invalid();
		if (jwk.isPrivate && size('d') !== key.curve.size) throw invalid();
	}
	if (jwk.kty === 'OKP') {
		const lengths = (jwk.isPrivate ? ['x', 'd'] : ['x']).map(size);
		const fixed = jwk.crv === 'Ed25519' || jwk.crv === 'X25519';
		if (jwk.crv === '' || lengths.some((length) => (fixed ? length !== 32 : length === 0))) throw invalid();
	}
}

export function rsaNumbers({ bytes }: Jwk): { readonly n: bigint; readonly e: bigint } {
	const n = bytesOfKey(bytes.get('n'));
	const e = bytesOfKey(bytes.get('e'));
	if (n === 0n || e % 2n === 0n || e >= 2n ** 63n) throw invalid();
	return { n, e };
}

function ecKeyOf({ crv, bytes }: Jwk) {
	const curve = CURVES.find(({ name }) => name === crv);
	if (curve === undefined) throw invalid();
	return ecPublicKey(curve, bytesOfKey(bytes.get('x')), bytesOfKey(bytes.get('y')));
}

const MOST_KEY_BYTES = 4096;

/** A number of a key. */
export function bytesOfKey(bytes: Buffer | undefined): bigint {
	if (bytes === undefined || bytes.length > MOST_KEY_BYTES) throw invalid();
	return bigintOfBytes(bytes);
}

/** The public half, or the bytes that are the secret of both sides. */
export function keyOf(jwk: Jwk): PublicKey | Buffer {
	switch (jwk.kty) {
		case 'oct':
			return jwk.bytes.get('k')!;
		case 'RSA':
			if (jwk.isPrivate && !(jwk.bytes.has('p') && jwk.bytes.has('q'))) throw invalid();
			return { kind: 'rsa', ...rsaNumbers(jwk) };
		case 'EC':
			return ecKeyOf(jwk);
		case 'OKP': {
			if (jwk.crv !== 'Ed25519' && jwk.crv !== 'X25519') throw invalid();
			const kind = jwk.crv === 'Ed25519' ? 'ed25519' : 'x25519';
			const bytes = jwk.bytes.get('x')!;
			if (jwk.isPrivate && kind === 'ed25519') {
				const { bytes: own } = octetPrivateKey('ed25519-private', jwk.bytes.get('d')!);
				if (!own.equals(bytes)) throw invalid();
			}
			return { kind, bytes };
		}
	}
}

function textOrNull(json: Json): string {
	if (json === null) return '';
	if (typeof json !== 'string') throw invalid();
	return json;
}

function known(text: string, names: ReadonlySet<string>): string {
	if (!names.has(text)) throw invalid();
	return text;
}

function checkOperations(json: Json): void {
	if (json === null) return;
	if (!Array.isArray(json)) throw invalid();
	for (const item of json as readonly Json[]) textOrNull(item);
}

/** Every certificate must be one; the key is not taken from them. */
function checkChain(json: Json): void {
	if (!Array.isArray(json) || json.length > MOST_CERTIFICATES) throw invalid();
	for (const item of json as readonly Json[]) {
		const der = decodeBase64(textOrNull(item).replace(/[ \t\r\n\v\f]/g, ''));
		if (der.length > MOST_CERTIFICATE_BYTES) throw invalid();
		parseCertificate(der);
	}
}

/** Base64 of any of four kinds: the text tells which. */
function decodeAny(text: string): Buffer {
	return decodeBase64(text, { url: !/[+/]/.test(text), raw: !text.endsWith('=') });
}

function invalid(): BuiltinError {
	return new BuiltinError('no JSON Web Key');
}
