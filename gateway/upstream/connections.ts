import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import {
	authorizationCodeGrant,
	buildAuthorizationUrl,
	type Configuration,
	calculatePKCECodeChallenge,
	randomPKCECodeVerifier,
	tokenRevocation,
} from 'openid-client';
import { SluiceError } from '../../engine/error.ts';
import type { Clock } from '../clock.ts';
import { failureOf } from './failure.ts';
import type { GrantClients } from './grant-client.ts';
import type { GrantInfo, Grants, GrantTokens } from './grants.ts';
import type { Pending } from './pending.ts';
import { grantKey, grantTokensOf } from './user-grant.ts';

/** Whose connection it is. */
export interface Connecting {
	readonly issuer: string;
	readonly id: string;
}

/** Somebody is shown what they would allow. */
export interface Asked extends Connecting {
	readonly server: string;
}

/** Somebody has allowed it and is at the authorization server. */
export interface Away extends Asked {
	readonly verifier: string;
	/** SHA-256 of what their browser keeps. */
	readonly browser: string;
	/** Of the authorization server: with another one in force the answer is not theirs. */
	readonly at: string;
}

/** What a person is shown before they allow it. */
export interface Consent {
	readonly server: string;
	readonly resource: string;
	/** The authorization server. */
	readonly issuer: string;
	readonly scope: string;
	/** The connection that is there. */
	readonly present?: GrantInfo;
	/** Names this question; good for one answer. */
	readonly handle: string;
}

export interface ConnectionsOptions {
	readonly clients: ReadonlyMap<string, GrantClients>;
	readonly grants: Grants;
	readonly asked: Pending<Asked>;
	readonly away: Pending<Away>;
	readonly clock: Clock;
	/** Where the authorization server sends people back to, from the configuration: never from a request. */
	readonly redirectUri: (server: string) => string;
	/** Durable when it resolves; what cannot be recorded does not happen. */
	readonly record: (
		by: Connecting,
		what: {
			readonly what: 'connected' | 'disconnected';
			readonly server: string;
			readonly issuer: string;
			readonly scope: string;
			/** Whose connection it is. */
			readonly of: Connecting;
		},
	) => Promise<void>;
}

/**
 * People's connections to servers: asking them, sending them to the authorization server (RFC 6749 §4.1, PKCE
 * RFC 7636, RFC 9207), taking what they come back with, and ending it. Nothing is asked of an authorization server in
 * a person's name before that person has agreed here (MCP security best practices, "Confused Deputy Problem").
 */
export class Connections {
	readonly #options: ConnectionsOptions;

	constructor(options: ConnectionsOptions) {
		this.#options = options;
	}

	/** Names of the servers that people connect themselves to. */
	get servers(): readonly string[] {
		return [...this.#options.clients.keys()];
	}

	/** First: what would be allowed. The person has shown who they are. */
	async ask(server: string, who: Connecting): Promise<Consent> {
		const clients = this.#of(server);
		const { settings } = clients;
		const { issuer } = await clients.ready(this.#options.redirectUri(server));
		const handle = await this.#options.asked.put({ server, issuer: who.issuer, id: who.id });
		if (handle === undefined) throw busy();
		const present = this.#options.grants.info(grantKey(settings, issuer, who));
		return {
			server,
			resource: settings.resource ?? settings.url,
			issuer,
			scope: settings.scope ?? '',
			handle,
			...(present === undefined ? {} : { present }),
		};
	}

	/** Then: they allow it. Gives where to send their browser, and what it must bring back. */
	async allow(server: string, handle: string): Promise<{ readonly url: string; readonly browser: string }> {
		const asked = await this.#options.asked.take(handle);
		if (asked === undefined || asked.server !== server) throw stale(server);
		const clients = this.#of(server);
		const redirectUri = this.#options.redirectUri(server);
		const { issuer: at, oauth } = await clients.ready(redirectUri);
		const verifier = randomPKCECodeVerifier();
		const browser = randomBytes(32).toString('base64url');
		const state = await this.#options.away.put({ ...asked, verifier, browser: digest(browser), at });
		if (state === undefined) throw busy();
		const { scope, resource } = clients.settings;
		const challenge = await calculatePKCECodeChallenge(verifier);
		const url = await oauth.run(async (configuration) => {
			this.#fit(server, configuration);
			return buildAuthorizationUrl(configuration, {
				redirect_uri: redirectUri,
				state,
				code_challenge: challenge,
				code_challenge_method: 'S256',
				...(scope === undefined ? {} : { scope }),
				...(resource === undefined ? {} : { resource }),
				// OpenID Connect Core §11: without it there is no refresh token.
				...(scope?.split(' ').includes('offline_access') ? { prompt: 'consent' } : {}),
			});
		});
		return { url: url.href, browser };
	}

	/** Or they end what is there. */
	async disconnect(server: string, handle: string): Promise<void> {
		const asked = await this.#options.asked.take(handle);
		if (asked === undefined || asked.server !== server) throw stale(server);
		for (const { id, ...info } of this.list(asked)) if (info.server === server) await this.remove(id);
	}

	/** They come back. `query` is as it came; `browser` what their browser kept. */
	async finish(server: string, query: URLSearchParams, browser: string | undefined): Promise<GrantInfo> {
		const { grants, clock, away: flights } = this.#options;
		const state = query.get('state');
		const away = state === null ? undefined : await flights.take(state);
		if (away === undefined || away.server !== server) throw stale(server);
		if (browser === undefined || !sameDigest(digest(browser), away.browser)) throw otherBrowser();
		const clients = this.#of(server);
		const redirectUri = this.#options.redirectUri(server);
		const { issuer: at, oauth } = await clients.ready(redirectUri);
		if (at !== away.at) throw stale(server);
		const url = new URL(redirectUri);
		url.search = query.toString();
		const { resource, scope = '' } = clients.settings;
		const tokens = await oauth.run(async (configuration) => {
			const checks = { pkceCodeVerifier: away.verifier, expectedState: state! };
			const answer = await authorizationCodeGrant(
				configuration,
				url,
				checks,
				resource === undefined ? {} : { resource },
			);
			return grantTokensOf(answer, clock.now());
		});
		const who = { issuer: away.issuer, id: away.id };
		await this.#options.record(who, { what: 'connected', server, issuer: at, scope, of: who });
		return await grants.put(server, grantKey(clients.settings, at, who), tokens);
	}

	/** All of them; `of`: one person's. */
	list(of?: Connecting): GrantInfo[] {
		const all = this.#options.grants.list();
		return of === undefined ? all : all.filter(({ principal }) => samePrincipal(principal, of));
	}

	/** Ends it here at once (`by`: somebody else than its owner), and tells the authorization server (RFC 7009), which may not listen. */
	async remove(id: string, by?: Connecting): Promise<GrantInfo> {
		const { grants } = this.#options;
		const found = grants.list().find((info) => info.id === id);
		if (found === undefined) throw unknown(id);
		const { server, issuer, scope, principal } = found;
		await this.#options.record(by ?? principal, { what: 'disconnected', server, issuer, scope, of: principal });
		const removed = await grants.remove(id);
		if (removed === undefined) throw unknown(id);
		await this.#revoke(removed.info, removed.tokens).catch(() => {});
		return removed.info;
	}

	async #revoke({ server, issuer }: GrantInfo, tokens: GrantTokens): Promise<void> {
		const client = this.#options.clients.get(server)?.known();
		if (client === undefined || client.issuer !== issuer) return;
		await client.oauth.run(async (configuration) => {
			if (configuration.serverMetadata().revocation_endpoint === undefined) return;
			await tokenRevocation(configuration, tokens.refresh ?? tokens.access);
		});
	}

	/** MCP 2025-11-25, "Authorization Code Protection": without PKCE a client must not go on. */
	#fit(server: string, configuration: Configuration): void {
		const { authorization_endpoint } = configuration.serverMetadata();
		if (authorization_endpoint !== undefined && configuration.serverMetadata().supportsPKCE('S256')) return;
		throw failureOf(
			new SluiceError('ERR_UPSTREAM_METADATA', 'the metadata names no authorization endpoint with PKCE (S256)'),
			server,
		);
	}

	#of(server: string): GrantClients {
		const clients = this.#options.clients.get(server);
		if (clients !== undefined) return clients;
		throw new SluiceError('ERR_CONNECT_UNKNOWN', `\`${server}\` is no server that people connect themselves to`, {
			help: 'only servers with `auth.userGrant` in the configuration are',
		});
	}
}

function samePrincipal(a: Connecting, b: Connecting): boolean {
	return a.issuer === b.issuer && a.id === b.id;
}

function digest(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}

function sameDigest(a: string, b: string): boolean {
	return timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function stale(server: string): SluiceError {
	return new SluiceError('ERR_CONNECT_STALE', 'this question was answered already, or too long ago', {
		help: `begin again at /connect/${server}`,
	});
}

function otherBrowser(): SluiceError {
	return new SluiceError('ERR_CONNECT_BROWSER', 'this answer belongs to a connection that another browser began', {
		help: 'begin again, and finish in the same browser; if you did not begin anything, somebody sent you a link of theirs',
	});
}

function busy(): SluiceError {
	return new SluiceError('ERR_CONNECT_BUSY', 'too many people are connecting at once', {
		help: 'try again in some minutes',
	});
}

function unknown(id: string): SluiceError {
	return new SluiceError('ERR_CONNECTION_UNKNOWN', `there is no connection \`${id}\``, {
		help: '`sluice connections list` names those that there are',
	});
}
