import type { NeededScopes } from './needed-scopes.ts';
import type { OidcIssuer } from './oidc/types.ts';
import { type Resources, serverOf } from './resources.ts';

/** RFC 9728 §2, as much as there is to say. */
export interface ResourceMetadata {
	readonly resource: string;
	readonly authorization_servers: readonly string[];
	readonly bearer_methods_supported: readonly ['header'];
	readonly scopes_supported?: readonly string[];
}

/**
 * Answers to `/.well-known/oauth-protected-resource…`: one document an endpoint, and one for the gateway as a whole.
 * Undefined: there is no such endpoint, or no issuer that a client could log in at.
 */
export function resourceMetadata(
	resources: Resources,
	issuers: readonly OidcIssuer[],
	scopes: NeededScopes,
): (url: string) => ResourceMetadata | undefined {
	return (url) => {
		const path = resources.askedFor(url);
		if (path === undefined || issuers.length === 0) return undefined;
		const server = serverOf(path);
		const resource = resources.uri(path);
		if (resource === undefined || (path !== '' && (server === undefined || !scopes.has(server)))) return undefined;
		const supported = server === undefined ? [] : scopes.all(server);
		return {
			resource,
			authorization_servers: issuers.map(({ issuer }) => issuer),
			bearer_methods_supported: ['header'],
			...(supported.length === 0 ? {} : { scopes_supported: supported }),
		};
	};
}
