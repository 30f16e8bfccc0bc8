import { BuiltinError } from '../types.ts';
import { bitLength } from './bytes.ts';
import { inverse } from './integers.ts';
import type { CrtValue, RsaPrivateKey, RsaPublicKey } from './keys.ts';

/** More than anybody uses; the work grows with the square. */
const MOST_PRIMES = 16;
const LARGEST_EXPONENT = 2n ** 31n - 1n;

/** What Go's `crypto/rsa` demands of every key that it works with. */
export function isUsableRsaKey({ n, e }: Pick<RsaPublicKey, 'n' | 'e'>): boolean {
	return n > 1n && n % 2n === 1n && e >= 2n && e % 2n === 1n && e <= LARGEST_EXPONENT;
}

/** Go neither signs nor verifies with less than 1024 bits. */
export function isSecureRsaKey(key: Pick<RsaPublicKey, 'n' | 'e'>): boolean {
	return isUsableRsaKey(key) && bitLength(key.n) >= 1024;
}

export interface RsaParts {
	readonly n: bigint;
	readonly e: bigint;
	readonly d: bigint;
	readonly primes: readonly bigint[];
	/** All three or none: with one missing they are computed. */
	readonly dp?: bigint | undefined;
	readonly dq?: bigint | undefined;
	readonly qinv?: bigint | undefined;
}

/** The key with what can be computed of it, if its parts belong together (`rsa.PrivateKey.Validate`). */
export function rsaPrivateKey(parts: RsaParts): RsaPrivateKey {
	const { n, e, d, primes } = parts;
	if (!isUsableRsaKey(parts) || d >= n || primes.length > MOST_PRIMES) throw inconsistent();
	const [p, q, ...others] = primes;
	if (p === undefined || q === undefined || primes.some((prime) => prime <= 1n)) throw inconsistent();
	if (others.length > 0) {
		const computed = { dp: d % (p - 1n), dq: d % (q - 1n), qinv: must(inverse(q, p)) };
		return { kind: 'rsa-private', n, e, d, primes, ...computed, crtValues: crtValues(d, p * q, others) };
	}
	if (p === 2n || q === 2n) throw inconsistent();
	const given = parts.dp !== undefined && parts.dq !== undefined && parts.qinv !== undefined;
	const key: RsaPrivateKey = {
		kind: 'rsa-private',
		n,
		e,
		d,
		primes,
		dp: given ? parts.dp : d % (p - 1n),
		dq: given ? parts.dq : d % (q - 1n),
		qinv: given ? parts.qinv : must(inverse(q, p)),
		crtValues: [],
	};
	if (!isConsistent(key, p, q)) throw inconsistent();
	return key;
}

function isConsistent({ n, e, d, dp, dq, qinv }: RsaPrivateKey, p: bigint, q: bigint): boolean {
	const factors = p < n && q < n && (p * q) % n === 0n && p !== q;
	const exponents =
		(e * dp) % (p - 1n) === 1n && (e * dq) % (q - 1n) === 1n && dp === d % (p - 1n) && dq === d % (q - 1n);
	const half = Math.floor(bitLength(n) / 2);
	const apart = bitLength(p > q ? p - q : q - p) > half - 100;
	return factors && exponents && qinv < p && (q * qinv) % p === 1n && apart && bitLength(d) > half;
}

function crtValues(d: bigint, product: bigint, primes: readonly bigint[]): CrtValue[] {
	let r = product;
	return primes.map((prime) => {
		const value = { exp: d % (prime - 1n), coeff: must(inverse(r, prime)), r };
		r *= prime;
		return value;
	});
}

function must(value: bigint | undefined): bigint {
	if (value === undefined) throw inconsistent();
	return value;
}

function inconsistent(): BuiltinError {
	return new BuiltinError('no RSA key');
}
