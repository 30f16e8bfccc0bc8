import type { Principal } from '../../engine/session/types.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { Store } from '../store/store.ts';
import { type ClientCertificate, certificatePrincipal } from './certificates.ts';
import { type Challenge, spellChallenge } from './challenge.ts';
import { Credentials } from './credentials.ts';
import { NeededScopes } from './needed-scopes.ts';
import { anonymousPrincipal, osPrincipal } from './principals.ts';
import { type ResourceMetadata, resourceMetadata } from './resource-metadata.ts';
import { Resources } from './resources.ts';
import { Tokens } from './tokens.ts';
import { trustedIssuers } from './trusted-issuers.ts';
import type { Identified, TokenRefusal } from './types.ts';

export interface IdentityOptions {
	readonly config: Pick<Config, 'identity' | 'publicUrl' | 'servers'>;
	readonly store: Store;
	readonly clock: Clock;
	/** Told what keeps issuers' keys from being fetched. */
	readonly onTrouble: (message: string) => void;
}

/** Everything about who may come in, by the configuration. */
export interface IdentityRoom {
	readonly credentials: Credentials;
	readonly resources: Resources;
	/** Who holds this bearer token, for calls to `server`. */
	verify(token: string, server: string): Promise<Identified | TokenRefusal>;
	/** Who comes without one; undefined: nobody may. */
	readonly anonymous: Principal | undefined;
	os(user: string): Principal;
	/** Whom a verified client certificate names; undefined: nobody, or certificates name nobody here. */
	certificate(certificate: ClientCertificate): Principal | undefined;
	/** Scopes that principals of issuers need. */
	readonly scopes: NeededScopes;
	/** `WWW-Authenticate` of a refusal on `/<transport>/<server>`. */
	challenge(transport: string, server: string, challenge: Challenge): string;
	/** What the well-known document at a request's URL says; undefined: there is none (RFC 9728). */
	metadata(url: string): ResourceMetadata | undefined;
}

export function identityRoom({ config, store, clock, onTrouble }: IdentityOptions): IdentityRoom {
	const { identity, publicUrl, servers } = config;
	const resources = new Resources(publicUrl);
	const credentials = new Credentials({
		tokens: new Tokens(store, clock),
		tokensForServers: identity.tokens,
		issuers: trustedIssuers(identity.oidc, clock, onTrouble),
		resources,
		roles: identity.roles,
		clock,
	});
	const needed = Object.values(servers).map(({ name, scopes }) => [name, scopes ?? {}] as const);
	const scopes = new NeededScopes(
		new Map(needed),
		identity.oidc.map(({ issuer }) => issuer),
	);
	return {
		scopes,
		certificate: (shown) => identity.mtls && certificatePrincipal(shown, identity.mtls.idFrom),
		challenge(transport, server, challenge) {
			const path = `/${transport === 'http' ? 'mcp' : transport}/${server}`;
			const login = identity.oidc.length > 0 && scopes.has(server) ? resources.metadataUrl(path) : undefined;
			const asked = challenge.scopes ?? (login === undefined ? [] : scopes.of(server));
			return spellChallenge({ ...challenge, resourceMetadata: login, scopes: asked });
		},
		metadata: resourceMetadata(resources, identity.oidc, scopes),
		credentials,
		resources,
		verify: (token, server) => credentials.forServer(token, server),
		anonymous: identity.anonymous ? anonymousPrincipal() : undefined,
		os: osPrincipal,
	};
}
