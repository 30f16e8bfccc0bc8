import type { TokenEndpointResponse } from 'openid-client';
import { UnusableToken } from './failure.ts';
import type { AccessToken } from './types.ts';

/** Kept so long when the authorization server does not say how long it is valid (RFC 6749 §5.1 only recommends it), s. */
const UNSAID = 300;
/** Whatever it says: a token that is revoked must not be used for days, s. */
const LONGEST = 24 * 3600;

/**
 * The token of a token endpoint's answer, if it is one that can be sent as RFC 6750 has it. `now`: Unix time, ns.
 * @throws UnusableToken
 */
export function accessTokenOf(answer: TokenEndpointResponse, now: bigint): AccessToken {
	const { access_token, token_type, expires_in } = answer;
	if (token_type.toLowerCase() !== 'bearer') throw new UnusableToken('it is no bearer token');
	// RFC 6750 §2.1; anything else in a header could be more than a token.
	if (!/^[A-Za-z0-9._~+/-]{1,16384}=*$/.test(access_token)) throw new UnusableToken('it is not spelled as a token');
	const seconds = Math.min(Math.max(expires_in ?? UNSAID, 0), LONGEST);
	return { value: access_token, expires: now + BigInt(Math.floor(seconds * 1000)) * 1_000_000n };
}
