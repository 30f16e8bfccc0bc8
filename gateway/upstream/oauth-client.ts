import {
	allowInsecureRequests,
	type ClientAuth,
	ClientError,
	ClientSecretBasic,
	ClientSecretPost,
	Configuration,
	type CustomFetch,
	customFetch,
	discovery,
	genericGrantRequest,
	None,
	type ServerMetadata,
} from 'openid-client';
import type { Clock } from '../clock.ts';
import { accessTokenOf } from './access-token.ts';
import { failureOf } from './failure.ts';
import type { AccessToken } from './types.ts';

export interface OAuthClientOptions {
	/** Which server's credentials these are; stands in messages. */
	readonly server: string;
	/** Its metadata is fetched when it is first needed (RFC 8414, OpenID Connect Discovery 1.0). */
	readonly issuer?: string;
	/** Without metadata: where tokens come from. */
	readonly tokenUrl?: string;
	readonly clientId: string;
	readonly clientSecret?: string;
	readonly authMethod?: 'basic' | 'post';
	readonly fetch: CustomFetch;
	readonly clock: Clock;
}

/** An answer that takes longer is none, s. */
const TIMEOUT = 10;
/** Metadata is looked at again after this; ns. */
const METADATA_LIFE = 3_600_000_000_000n;

/** The gateway as an OAuth client of one authorization server. Redirects are not followed; each answer is checked. */
export class OAuthClient {
	readonly #options: OAuthClientOptions;
	#found: { readonly configuration: Configuration; readonly until: bigint } | undefined;
	#finding: Promise<Configuration> | undefined;

	constructor(options: OAuthClientOptions) {
		this.#options = options;
	}

	/** A token for a grant that needs no more than parameters. @throws UpstreamError */
	async token(grantType: string, parameters: Readonly<Record<string, string>>): Promise<AccessToken> {
		const { clock } = this.#options;
		return await this.run(async (configuration) => {
			const answer = await genericGrantRequest(configuration, grantType, { ...parameters });
			return accessTokenOf(answer, clock.now());
		});
	}

	/** Runs an exchange with the authorization server and says in words of ours what went wrong. @throws UpstreamError */
	async run<T>(exchange: (configuration: Configuration) => Promise<T>): Promise<T> {
		try {
			return await exchange(await this.#configuration());
		} catch (error) {
			throw failureOf(error, this.#options.server);
		}
	}

	async #configuration(): Promise<Configuration> {
		const { clock } = this.#options;
		if (this.#found !== undefined && clock.now() < this.#found.until) return this.#found.configuration;
		this.#finding ??= this.#find().finally(() => {
			this.#finding = undefined;
		});
		const configuration = await this.#finding;
		this.#found = { configuration, until: clock.now() + METADATA_LIFE };
		return configuration;
	}

	async #find(): Promise<Configuration> {
		const { issuer, tokenUrl, clientId, clientSecret, fetch } = this.#options;
		const metadata: ServerMetadata =
			issuer === undefined
				? { issuer: new URL(tokenUrl!).origin, token_endpoint: tokenUrl! }
				: await metadataOf(issuer, fetch);
		const configuration = new Configuration(
			metadata,
			clientId,
			clientSecret === undefined ? {} : { client_secret: clientSecret },
			this.#authentication(metadata),
		);
		configuration[customFetch] = fetch;
		configuration.timeout = TIMEOUT;
		// Only what the configuration itself spells with http, and that is on loopback.
		if (isHttp(issuer ?? tokenUrl!)) allowInsecureRequests(configuration);
		return configuration;
	}

	/** RFC 8414 §2: without a word in the metadata it is `client_secret_basic`. */
	#authentication(metadata: ServerMetadata): ClientAuth {
		const { clientSecret, authMethod } = this.#options;
		if (clientSecret === undefined) return None();
		const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
		const method = authMethod ?? (methods.includes('client_secret_basic') ? 'basic' : 'post');
		return method === 'basic' ? ClientSecretBasic(clientSecret) : ClientSecretPost(clientSecret);
	}
}

/** The metadata of an authorization server. */
async function metadataOf(issuer: string, fetch: CustomFetch): Promise<ServerMetadata> {
	const options = {
		[customFetch]: fetch,
		timeout: TIMEOUT,
		...(isHttp(issuer) ? { execute: [allowInsecureRequests] } : {}),
	};
	const configuration = await eitherPlace((algorithm) =>
		discovery(new URL(issuer), 'sluice', {}, None(), { ...options, algorithm }),
	);
	const { supportsPKCE: _, ...metadata } = configuration.serverMetadata();
	return metadata;
}

/** Looks where RFC 8414 has the metadata, and if there is none where OpenID Connect Discovery has it. */
export async function eitherPlace<T>(look: (algorithm: 'oauth2' | 'oidc') => Promise<T>): Promise<T> {
	try {
		return await look('oauth2');
	} catch (error) {
		const answer = error instanceof ClientError ? error.cause : undefined;
		if (!(answer instanceof Response) || answer.status < 400 || answer.status >= 500) throw error;
		return await look('oidc');
	}
}

function isHttp(url: string): boolean {
	return url.startsWith('http:');
}
