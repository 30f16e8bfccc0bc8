import type { Clock } from '../clock.ts';
import { rangesNamedBy } from '../net/address-guard.ts';
import { guardedFetch } from '../net/guarded-fetch.ts';
import type { TrustedIssuer } from './oidc/access-token.ts';
import { IssuerKeys } from './oidc/issuer-keys.ts';
import type { OidcIssuer } from './oidc/types.ts';

/** The configured issuers with their keys, by `iss`. Nothing is fetched before a token needs it. */
export function trustedIssuers(
	configs: readonly OidcIssuer[],
	clock: Clock,
	onTrouble: (message: string) => void,
): Map<string, TrustedIssuer> {
	return new Map(
		configs.map((config) => {
			const { issuer, allowPrivate } = config;
			const reach = [...allowPrivate, ...rangesNamedBy(issuer)];
			const fetch = guardedFetch({ allowPrivate: reach, clock, timeoutMs: FETCH_MS, maxBytes: FETCH_BYTES });
			return [issuer, { config, keys: new IssuerKeys({ issuer, fetch, clock, onTrouble }) }];
		}),
	);
}

/** A client waits for the first of these, ms. */
const FETCH_MS = 5_000;
/** Largest metadata or key set. */
const FETCH_BYTES = 256 * 1024;
