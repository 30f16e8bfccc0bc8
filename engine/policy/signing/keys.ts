import { constants, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { SluiceError } from '../../error.ts';

/** How one JWS algorithm signs and verifies (RFC 7518 §3.1, RFC 8037 §3.1). */
interface Algorithm {
	readonly name: string;
	/** Null: the algorithm hashes by itself. */
	readonly digest: string | null;
	readonly how: { readonly dsaEncoding?: 'ieee-p1363'; readonly padding?: number; readonly saltLength?: number };
}

/** A private key, and the algorithm that it signs with. */
export interface SigningKey {
	readonly algorithm: string;
	sign(data: Buffer): Buffer;
}

/** A public key, and the algorithms that a signature under it may have: its own kind's, whatever a header says. */
export interface VerifyKey {
	readonly algorithms: readonly string[];
	verify(algorithm: string, data: Buffer, signature: Buffer): boolean;
}

/** Shorter RSA keys are refused, bits (RFC 7518 §3.3). */
const RSA_BITS = 2048;

const CURVES: Readonly<Record<string, readonly [name: string, digest: string]>> = {
	prime256v1: ['ES256', 'sha256'],
	secp384r1: ['ES384', 'sha384'],
	secp521r1: ['ES512', 'sha512'],
};

/**
 * The private key of a PEM text: RSA, EC on P-256, P-384 or P-521, or Ed25519. RSA signs as RS256, which is what OPA
 * expects when nobody names an algorithm.
 *
 * @param name for messages
 * @throws {SluiceError} `ERR_SIGNING_KEY`
 */
export function signingKey(pem: string | Buffer, name: string): SigningKey {
	const refuse = (why: string, cause?: unknown) =>
		new SluiceError('ERR_SIGNING_KEY', `\`${name}\` cannot sign a bundle: ${why}`, { help: KINDS.private, cause });
	let key: KeyObject;
	try {
		key = createPrivateKey(pem);
	} catch (cause) {
		const encrypted = /-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(pem.toString());
		throw refuse(encrypted ? 'it is encrypted' : 'it is no private key in PEM', cause);
	}
	const [first, why] = algorithmsOf(key);
	if (first === undefined) throw refuse(why);
	return { algorithm: first.name, sign: (data) => sign(first.digest, data, { key, ...first.how }) };
}

/**
 * The public key of a PEM text with one public key or one certificate. Of a certificate only the key counts, not its
 * dates or who issued it: whoever configures it trusts it.
 *
 * @param name for messages
 * @throws {SluiceError} `ERR_VERIFY_KEY`
 */
export function verifyKey(pem: string | Buffer, name: string): VerifyKey {
	const refuse = (why: string, cause?: unknown) =>
		new SluiceError('ERR_VERIFY_KEY', `\`${name}\` cannot verify bundles: ${why}`, { help: KINDS.public, cause });
	const labels = [...pem.toString().matchAll(/^-----BEGIN ([A-Z0-9 ]+)-----/gm)].map(([, label]) => label!);
	if (labels.some((label) => label.endsWith('PRIVATE KEY'))) {
		throw refuse('it is a private key, which belongs to those who build and to nobody else');
	}
	if (labels.length > 1) throw refuse('it holds several keys');
	let key: KeyObject;
	try {
		key = createPublicKey(pem);
	} catch (cause) {
		throw refuse('it is no public key or certificate in PEM', cause);
	}
	const [, why, algorithms] = algorithmsOf(key);
	if (algorithms.length === 0) throw refuse(why);
	return {
		algorithms: algorithms.map(({ name }) => name),
		verify(algorithm, data, signature) {
			const found = algorithms.find(({ name }) => name === algorithm);
			return found !== undefined && verify(found.digest, data, { key, ...found.how }, signature);
		},
	};
}

const KINDS = {
	private: 'give a private key in PEM: RSA of 2048 bits or more, EC on P-256, P-384 or P-521, or Ed25519',
	public:
		'give one public key or certificate in PEM: RSA of 2048 bits or more, EC on P-256, P-384 or P-521, or Ed25519',
};

/** What a key may be used with, first what it signs with; none: and why. */
function algorithmsOf(key: KeyObject): [first: Algorithm | undefined, why: string, all: readonly Algorithm[]] {
	const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
	switch (key.asymmetricKeyType) {
		case 'rsa':
			if (modulusLength < RSA_BITS) return [undefined, `it has ${modulusLength} bits`, []];
			return [RSA[0], '', RSA];
		case 'ec': {
			const curve = CURVES[namedCurve];
			if (curve === undefined) return [undefined, `it is on the curve ${namedCurve}`, []];
			const algorithm = { name: curve[0], digest: curve[1], how: { dsaEncoding: 'ieee-p1363' as const } };
			return [algorithm, '', [algorithm]];
		}
		case 'ed25519': {
			const algorithm = { name: 'EdDSA', digest: null, how: {} };
			return [algorithm, '', [algorithm]];
		}
		default:
			return [undefined, `it is of the kind ${key.asymmetricKeyType}`, []];
	}
}

const RSA: readonly Algorithm[] = [256, 384, 512].flatMap((bits) => {
	const digest = `sha${bits}`;
	const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: bits / 8 };
	return [
		{ name: `RS${bits}`, digest, how: { padding: constants.RSA_PKCS1_PADDING } },
		{ name: `PS${bits}`, digest, how: pss },
	];
});
