import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { type Configuration, type KoaContextWithOIDC, Provider } from 'oidc-provider';

/** A real authorization server (`oidc-provider`) on loopback. */
export interface AuthorizationServer {
	readonly issuer: string;
	readonly provider: Provider;
	/** Method and path of each request, `POST /token` among them, in order. */
	readonly asked: readonly string[];
	/** Every token and client secret that it gave out. */
	readonly issued: readonly string[];
	/** Says nothing but 503 until `up`. */
	down(): void;
	up(): void;
	close(): Promise<void>;
}

export interface AuthorizationServerOptions {
	readonly clients: Configuration['clients'];
	/** Life of access tokens, s. */
	readonly life?: number;
	readonly features?: Configuration['features'];
	/** Further members of its configuration. */
	readonly more?: Partial<Configuration>;
}

/** RFC 8693, which oidc-provider has no grant type of its own for. */
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const EXCHANGE_PARAMETERS = [
	'subject_token',
	'subject_token_type',
	'requested_token_type',
	'audience',
	'scope',
	'resource',
];

/** A token of this server, of whoever its subject is, becomes one for the resource that is asked for. */
async function exchange(provider: Provider, ctx: KoaContextWithOIDC): Promise<void> {
	const { subject_token, resource, scope } = ctx.oidc.params as Record<string, string>;
	const keys = createRemoteJWKSet(new URL(`${provider.issuer}/jwks`));
	const { payload } = await jwtVerify(subject_token!, keys, { issuer: provider.issuer });
	const token = new provider.AccessToken({
		accountId: payload.sub!,
		client: ctx.oidc.client!,
		scope: scope!,
		gty: 'token_exchange',
	} as never);
	token.resourceServer = new provider.ResourceServer(resource!, {
		scope: scope!,
		audience: resource!,
		accessTokenTTL: 3600,
		accessTokenFormat: 'jwt',
	});
	ctx.body = {
		access_token: await token.save(),
		issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
		token_type: 'Bearer',
		expires_in: 3600,
	};
}

/** Keeps what an answer gives out that nobody else may see. */
function note(res: ServerResponse, issued: string[]): void {
	const end = res.end.bind(res) as (chunk?: unknown) => ServerResponse;
	res.end = ((chunk?: unknown) => {
		const text = typeof chunk === 'string' || Buffer.isBuffer(chunk) ? String(chunk) : '';
		for (const [, secret] of text.matchAll(
			/"(?:access_token|refresh_token|client_secret|registration_access_token)":"([^"]+)"/g,
		))
			issued.push(secret!);
		return end(chunk);
	}) as typeof res.end;
}

/** Scopes that its resources have. */
const SCOPE = 'mcp:read mcp:call';

/** Listens on loopback; access tokens are JWTs (RFC 9068) for the resource that is asked for (RFC 8707). */
export async function authorizationServer({
	clients,
	life = 3600,
	features,
	more,
}: AuthorizationServerOptions): Promise<AuthorizationServer> {
	const asked: string[] = [];
	const issued: string[] = [];
	let callback: (req: IncomingMessage, res: ServerResponse) => unknown = () => {};
	let running = true;
	const server = createServer((req, res) => {
		asked.push(`${req.method} ${req.url!.split('?')[0]}`);
		note(res, issued);
		if (running) void callback(req, res);
		else res.writeHead(503).end();
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const { privateKey } = await generateKeyPair('RS256', { extractable: true });
	const provider = new Provider(issuer, {
		clients,
		jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'test' }] },
		cookies: { keys: ['of-this-test'] },
		findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
		scopes: ['openid', 'offline_access', ...SCOPE.split(' ')],
		ttl: {
			AccessToken: life,
			ClientCredentials: life,
			RefreshToken: 86_400,
			Grant: 86_400,
			Session: 86_400,
			Interaction: 600,
		},
		rotateRefreshToken: true,
		...more,
		features: {
			clientCredentials: { enabled: true },
			revocation: { enabled: true },
			registration: { enabled: true },
			devInteractions: { enabled: true },
			resourceIndicators: {
				enabled: true,
				getResourceServerInfo: (_, resource) => ({
					scope: SCOPE,
					audience: resource,
					accessTokenTTL: life,
					accessTokenFormat: 'jwt',
				}),
				useGrantedResource: () => true,
			},
			...features,
		},
	});
	provider.registerGrantType(EXCHANGE, (ctx) => exchange(provider, ctx), EXCHANGE_PARAMETERS);
	callback = provider.callback();
	return {
		issuer,
		provider,
		asked,
		issued,
		down() {
			running = false;
		},
		up() {
			running = true;
		},
		close() {
			server.closeAllConnections();
			return new Promise((resolve) => server.close(() => resolve()));
		},
	};
}
