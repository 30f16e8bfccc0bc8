/** A scenario of the referee's for clients, with what the gateway in between is told. */
export interface Scenario {
	readonly name: string;
	/** `servers.*.scopes`; absent: what the referee's server asks for when nobody has a token. */
	readonly scopes?: Readonly<Record<string, readonly string[]>>;
	/** The authorization server never grants what is asked for. */
	readonly grantsNothing?: boolean;
	/** Why its meaning cannot hold with a gateway in between; absent: it passes through as direct. */
	readonly not?: string;
}

const legacyDiscovery =
	'It is about a server of 2025-03-26, which has no protected resource metadata. The gateway always has: it is the ' +
	'resource server, and a client of any revision finds the authorization server there.';

/** Every scenario for authorization that our client passes direct. */
export const scenarios: readonly Scenario[] = [
	{ name: 'auth/metadata-default' },
	{ name: 'auth/metadata-var1' },
	{ name: 'auth/metadata-var2' },
	{ name: 'auth/metadata-var3' },
	{ name: 'auth/basic-cimd' },
	{ name: 'auth/scope-from-www-authenticate' },
	{ name: 'auth/scope-from-scopes-supported' },
	{ name: 'auth/scope-omitted-when-undefined' },
	{ name: 'auth/scope-step-up', scopes: { '*': ['mcp:basic'], 'tools/call': ['mcp:write'] } },
	{ name: 'auth/scope-retry-limit', grantsNothing: true },
	{ name: 'auth/token-endpoint-auth-basic' },
	{ name: 'auth/token-endpoint-auth-post' },
	{ name: 'auth/token-endpoint-auth-none' },
	{ name: 'auth/pre-registration' },
	{ name: 'auth/offline-access-scope' },
	{ name: 'auth/offline-access-not-supported' },
	{ name: 'auth/iss-supported' },
	{ name: 'auth/iss-not-advertised' },
	{ name: 'auth/iss-supported-missing' },
	{ name: 'auth/iss-wrong-issuer' },
	{ name: 'auth/iss-unexpected' },
	{ name: 'auth/iss-normalized' },
	{ name: 'auth/metadata-issuer-mismatch' },
	{ name: 'auth/client-credentials-basic' },
	{
		name: 'auth/client-credentials-jwt',
		not:
			"The client signs an assertion for the authorization server's own name. The referee's server has tokens that " +
			'only its own resource server knows, so the tests put one with signed tokens in front of it, which has another name.',
	},
	{
		name: 'auth/resource-mismatch',
		not:
			"The server lies about which resource it is. The metadata that a client sees is the gateway's own and says the " +
			'truth; whatever the server behind it says reaches nobody.',
	},
	{
		name: 'auth/authorization-server-migration',
		not:
			'The server names another authorization server from one call to the next. Which ones the gateway trusts is its ' +
			'configuration, never what a server says.',
	},
	{ name: 'auth/2025-03-26-oauth-metadata-backcompat', not: legacyDiscovery },
	{ name: 'auth/2025-03-26-oauth-endpoint-fallback', not: legacyDiscovery },
];
