import type { Clock } from '../clock.ts';
import { UpstreamError } from '../transport/errors.ts';
import { bearerCredentials } from './bearer.ts';
import type { OAuthClient } from './oauth-client.ts';
import { TokenCache } from './token-cache.ts';
import type { AccessToken, ServerCredentials } from './types.ts';

/** RFC 8693 §2.1, §3. */
const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

/** Callers whose tokens are kept at once; the longest unused goes first. */
const CALLERS = 10_000;

/**
 * Each caller's own token is exchanged for one that is made for the server (RFC 8693): the server sees the person, and
 * the token that came to the gateway never leaves it but for the authorization server.
 */
export function tokenExchange(
	server: string,
	client: OAuthClient,
	parameters: { readonly scope?: string; readonly resource?: string; readonly audience?: string },
	clock: Clock,
): ServerCredentials {
	/** By principal and subject token: with another token there may be other rights. */
	const caches = new Map<string, TokenCache>();

	return bearerCredentials((who) => {
		const { subject } = who;
		if (subject === undefined || subject.expires <= clock.now()) throw noSubject(server);
		const key = JSON.stringify([who.issuer, who.id, subject.digest]);
		const cache =
			caches.get(key) ??
			new TokenCache(clock, async (): Promise<AccessToken> => {
				const token = await client.token(GRANT, {
					subject_token: subject.reveal(),
					subject_token_type: ACCESS_TOKEN,
					requested_token_type: ACCESS_TOKEN,
					...parameters,
				});
				// A caller who is not let in any more is not let through either.
				return token.expires < subject.expires ? token : { ...token, expires: subject.expires };
			});
		caches.delete(key);
		makeRoom(caches);
		caches.set(key, cache);
		return cache;
	});
}

/** Oldest use first: a map keeps the order in which keys were set. */
function makeRoom(caches: Map<string, TokenCache>): void {
	for (const [key, cache] of caches) {
		if (!cache.idle && caches.size < CALLERS) return;
		caches.delete(key);
	}
}

function noSubject(server: string): UpstreamError {
	return new UpstreamError(
		'ERR_UPSTREAM_SUBJECT',
		`the server \`${server}\` is called in the caller's own name, and this caller came without a token that can be exchanged; come with one of the gateway's OpenID Connect issuer`,
		{ status: 403 },
	);
}
