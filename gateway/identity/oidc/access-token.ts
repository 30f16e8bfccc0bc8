import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Principal } from '../../../engine/session/types.ts';
import type { Clock } from '../../clock.ts';
import type { TokenRefusal } from '../types.ts';
import { ClaimsRefused, principalOf } from './claims.ts';
import { type IssuerKeys, KeysUnavailable } from './issuer-keys.ts';
import { LEEWAY_S, type OidcIssuer } from './types.ts';

/** A configured issuer and the keys it signs with. */
export interface TrustedIssuer {
	readonly config: OidcIssuer;
	readonly keys: Pick<IssuerKeys, 'find'>;
}

export interface VerifiedToken {
	readonly principal: Principal;
	/** Unix time, ns; the leeway for clocks is in it. */
	readonly expires: bigint;
}

/** RFC 9068 §2.1; most providers write `JWT`, or nothing. Any other type is a token for another purpose. */
const TYPES = new Set(['at+jwt', 'application/at+jwt', 'jwt', 'application/jwt']);

/** Only ID tokens carry them (OpenID Connect Core §3.3.2.11): those are for the client, not for us. */
const OF_ID_TOKENS = ['at_hash', 'c_hash', 's_hash'];

/** Whether this could be a JWT: three parts. Five would be an encrypted one. */
export function looksLikeJwt(token: string): boolean {
	return token.split('.').length >= 3;
}

/**
 * Checks an access token as a resource server must (RFC 9068 §4, RFC 8725): signature by a key of a configured
 * issuer, algorithm, audience, times. `audiences`: which ones are us, for this issuer.
 */
export async function verifyAccessToken(
	token: string,
	issuers: ReadonlyMap<string, TrustedIssuer>,
	audiences: (config: OidcIssuer) => readonly string[],
	clock: Clock,
): Promise<VerifiedToken | TokenRefusal> {
	const now = new Date(Number(clock.now() / 1_000_000n));
	let claimed: string | undefined;
	try {
		const header = decodeProtectedHeader(token);
		if (header.typ !== undefined && !TYPES.has(String(header.typ).toLowerCase())) {
			return refused(`its type is \`${String(header.typ).slice(0, 40)}\`, not that of an access token`);
		}
		claimed = decodeJwt(token).iss;
	} catch {
		return refused('it is not a signed JWT');
	}
	const trusted = claimed === undefined ? undefined : issuers.get(claimed);
	if (trusted === undefined) {
		return { status: 401, code: 'ERR_TOKEN_ISSUER', message: 'the token is of an issuer that is not known here' };
	}
	const { config, keys } = trusted;
	try {
		const payload = await verify(token, keys, {
			issuer: config.issuer,
			audience: [...audiences(config)],
			algorithms: [...config.algorithms],
			clockTolerance: LEEWAY_S,
			currentDate: now,
			requiredClaims: ['exp', 'iss', 'aud'],
		});
		if (OF_ID_TOKENS.some((claim) => claim in payload)) return refused('it is an ID token, not an access token');
		if (payload.cnf !== undefined) return refused('it is bound to a key (`cnf`), and comes without a proof of it');
		return {
			principal: principalOf(payload, config),
			expires: BigInt(Math.ceil(payload.exp! + LEEWAY_S)) * 1_000_000_000n,
		};
	} catch (error) {
		return refusalOf(error);
	}
}

type Options = Parameters<typeof jwtVerify>[2];

async function verify(token: string, keys: Pick<IssuerKeys, 'find'>, options: Options): Promise<JWTPayload> {
	try {
		return (await jwtVerify(token, keys.find, options)).payload;
	} catch (error) {
		if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
		// The token does not say which of them; one that fits is enough.
		for await (const key of error) {
			try {
				return (await jwtVerify(token, key, options)).payload;
			} catch (tried) {
				if (!(tried instanceof errors.JWSSignatureVerificationFailed)) throw tried;
			}
		}
		throw new errors.JWSSignatureVerificationFailed();
	}
}

/** In words that tell its holder what to do, and nothing of any other token. */
function refusalOf(error: unknown): TokenRefusal {
	if (error instanceof KeysUnavailable) {
		return {
			status: 503,
			code: 'ERR_OIDC_UNAVAILABLE',
			message: 'the token cannot be checked: its issuer does not answer. Try again soon',
		};
	}
	if (error instanceof errors.JWTExpired) {
		return { status: 401, code: 'ERR_TOKEN_EXPIRED', message: 'the token has expired' };
	}
	if (error instanceof errors.JWTClaimValidationFailed) {
		if (error.claim === 'aud' && error.reason === 'check_failed') {
			return {
				status: 401,
				code: 'ERR_TOKEN_AUDIENCE',
				message: 'the token is for somebody else: its `aud` is not this',
			};
		}
		if (error.reason === 'missing') return refused(`it has no \`${error.claim}\``);
		return refused(error.claim === 'nbf' ? 'it is not valid yet' : `its \`${error.claim}\` is not as it must be`);
	}
	if (error instanceof ClaimsRefused) return refused(error.message);
	if (error instanceof errors.JOSEAlgNotAllowed) return refused('its algorithm is not allowed here');
	if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed) {
		return refused('its signature is of no key of its issuer');
	}
	return refused('it is not a signed JWT that can be read');
}

function refused(why: string): TokenRefusal {
	return { status: 401, code: 'ERR_TOKEN_REFUSED', message: `the token is not taken: ${why}` };
}
