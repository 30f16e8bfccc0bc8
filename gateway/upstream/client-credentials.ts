import type { Clock } from '../clock.ts';
import { bearerCredentials } from './bearer.ts';
import type { OAuthClient } from './oauth-client.ts';
import { TokenCache } from './token-cache.ts';
import type { ServerCredentials } from './types.ts';

/** The gateway speaks to the server as itself: one token for all its callers (RFC 6749 §4.4, RFC 8707). */
export function clientCredentials(
	client: OAuthClient,
	parameters: { readonly scope?: string; readonly resource?: string },
	clock: Clock,
): ServerCredentials {
	const cache = new TokenCache(clock, () => client.token('client_credentials', { ...parameters }));
	return bearerCredentials(() => cache);
}
