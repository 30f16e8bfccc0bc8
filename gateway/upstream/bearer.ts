import type { Credentials } from '../transport/credentials.ts';
import type { TokenCache } from './token-cache.ts';
import type { OnBehalfOf, ServerCredentials } from './types.ts';

/** Credentials that are one bearer token (RFC 6750 §2.1). `cacheOf`: where the token for somebody is. */
export function bearerCredentials(cacheOf: (who: OnBehalfOf) => TokenCache): ServerCredentials {
	return {
		of: (who): Credentials => ({
			async headers(on) {
				const cache = cacheOf(who(on));
				return { authorization: `Bearer ${(await cache.get()).value}` };
			},
			async rejected(headers, on) {
				const cache = cacheOf(who(on));
				return cache.drop(headers.authorization?.slice('Bearer '.length) ?? '');
			},
		}),
	};
}
