/** An OpenID provider or OAuth authorization server whose tokens are taken (`identity.oidc`). */
export interface OidcIssuer {
	/** As it spells itself in `iss` and in its metadata; no trailing slash is added or taken away. */
	readonly issuer: string;
	/** `aud` of tokens for this gateway, besides the URIs of its endpoints. */
	readonly audiences: readonly string[];
	/** `aud` of tokens for the admin API; absent: `audiences`. Set: MCP endpoints do not take it. */
	readonly adminAudience?: string;
	/** Claim that is the id of the principal. */
	readonly idClaim: string;
	/** Claim that names the human, counted only where the issuer says that it is verified. */
	readonly humanClaim: string;
	readonly groupsClaim: string;
	/** JWS algorithms, asymmetric ones only. */
	readonly algorithms: readonly string[];
	/** CIDR ranges besides the public network in which metadata and keys may be. */
	readonly allowPrivate: readonly string[];
}

/** Asymmetric signatures (RFC 7518, RFC 8037, RFC 9864). HS* would make every holder of the secret an issuer. */
export const ALGORITHMS: readonly string[] = [
	'RS256',
	'RS384',
	'RS512',
	'PS256',
	'PS384',
	'PS512',
	'ES256',
	'ES384',
	'ES512',
	'EdDSA',
	'Ed25519',
];

/** Seconds by which clocks may differ. */
export const LEEWAY_S = 10;
