import { allowInsecureRequests, type CustomFetch, customFetch, dynamicClientRegistration, None } from 'openid-client';
import type { Clock } from '../clock.ts';
import type { Table } from '../store/table.ts';
import { failureOf } from './failure.ts';
import type { TextBox } from './grants.ts';
import { eitherPlace, OAuthClient } from './oauth-client.ts';
import { issuerNamedBy } from './protected-resource.ts';

/** What the configuration says of a server that people connect themselves to. */
export interface GrantSettings {
	readonly server: string;
	/** Of the MCP server. */
	readonly url: string;
	/** Absent: the server names it. */
	readonly issuer?: string;
	/** Absent: registered by itself. */
	readonly clientId?: string;
	readonly clientSecret?: string;
	readonly authMethod?: 'basic' | 'post';
	readonly scope?: string;
	readonly resource?: string;
	readonly fetch: CustomFetch;
}

/** A client that the gateway registered itself as (RFC 7591). */
export interface Registration {
	readonly issuer: string;
	readonly redirectUri: string;
	/** Client id, and secret if there is one. */
	readonly sealed: string;
}

/** The gateway as the client of an authorization server at which people consent. */
export interface GrantClient {
	readonly issuer: string;
	readonly oauth: OAuthClient;
}

export interface GrantClientOptions {
	readonly clock: Clock;
	readonly registrations: Table<Registration>;
	readonly box: TextBox;
}

/** Which authorization server a server's grants come from, and as which client; found once, or registered once. */
export class GrantClients {
	readonly #options: GrantClientOptions;
	readonly settings: GrantSettings;
	readonly #clients = new Map<string, OAuthClient>();
	#registering: Promise<GrantClient> | undefined;

	constructor(settings: GrantSettings, options: GrantClientOptions) {
		this.settings = settings;
		this.#options = options;
	}

	/** Without asking anybody; undefined: nobody can have connected to this server yet. */
	known(): GrantClient | undefined {
		const { issuer, clientId, clientSecret } = this.settings;
		if (clientId !== undefined) return this.#client(issuer!, clientId, clientSecret);
		const registered = this.#options.registrations.get(this.settings.server)?.value;
		// With another issuer in the configuration it is nobody there.
		if (registered === undefined || (issuer !== undefined && issuer !== registered.issuer)) return undefined;
		return this.#registered(registered);
	}

	/** For somebody who connects: registers a client if there is none for this address. @throws UpstreamError */
	async ready(redirectUri: string): Promise<GrantClient> {
		const { server, clientId, clientSecret } = this.settings;
		if (clientId !== undefined) return this.#client(this.settings.issuer!, clientId, clientSecret);
		this.#registering ??= this.#ready(server, redirectUri).finally(() => {
			this.#registering = undefined;
		});
		return await this.#registering;
	}

	async #ready(server: string, redirectUri: string): Promise<GrantClient> {
		const { url, fetch } = this.settings;
		const issuer = this.settings.issuer ?? (await issuerNamedBy(server, url, fetch));
		const { registrations, box } = this.#options;
		const row = registrations.get(server);
		if (row !== undefined && row.value.issuer === issuer && row.value.redirectUri === redirectUri) {
			return this.#registered(row.value);
		}
		const client = await this.#register(issuer, redirectUri);
		const registration = { issuer, redirectUri, sealed: box.seal(JSON.stringify({ ...client, server })) };
		if (row === undefined) await registrations.create(server, registration);
		else await registrations.swap(server, row.version, registration);
		// Another process may have been faster: one client for all of them.
		return this.#registered(registrations.get(server)?.value ?? registration);
	}

	async #register(issuer: string, redirectUri: string): Promise<{ clientId: string; clientSecret?: string }> {
		const { server, fetch, scope } = this.settings;
		const metadata = {
			client_name: 'Sluice',
			redirect_uris: [redirectUri],
			grant_types: ['authorization_code', 'refresh_token'],
			response_types: ['code'],
			token_endpoint_auth_method: 'client_secret_basic',
			...(scope === undefined ? {} : { scope }),
		};
		const options = {
			[customFetch]: fetch,
			timeout: 10,
			...(issuer.startsWith('http:') ? { execute: [allowInsecureRequests] } : {}),
		};
		try {
			const configuration = await eitherPlace((algorithm) =>
				dynamicClientRegistration(new URL(issuer), metadata, None(), { ...options, algorithm }),
			);
			const { client_id, client_secret } = configuration.clientMetadata();
			return { clientId: client_id, ...(client_secret === undefined ? {} : { clientSecret: client_secret }) };
		} catch (error) {
			throw failureOf(error, server);
		}
	}

	#registered({ issuer, sealed }: Registration): GrantClient {
		const { server, clientId, clientSecret } = JSON.parse(this.#options.box.open(sealed)) as {
			server: string;
			clientId: string;
			clientSecret?: string;
		};
		if (server !== this.settings.server) throw new Error('a sealed client stands in another row than its own');
		return this.#client(issuer, clientId, clientSecret);
	}

	#client(issuer: string, clientId: string, clientSecret: string | undefined): GrantClient {
		const key = JSON.stringify([issuer, clientId]);
		let oauth = this.#clients.get(key);
		if (oauth === undefined) {
			const { server, authMethod, fetch } = this.settings;
			oauth = new OAuthClient({
				server,
				issuer,
				clientId,
				...(clientSecret === undefined ? {} : { clientSecret }),
				...(authMethod === undefined ? {} : { authMethod }),
				fetch,
				clock: this.#options.clock,
			});
			this.#clients.set(key, oauth);
		}
		return { issuer, oauth };
	}
}
