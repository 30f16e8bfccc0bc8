import { refreshTokenGrant, type TokenEndpointResponse } from 'openid-client';
import type { Clock } from '../clock.ts';
import { UpstreamError } from '../transport/errors.ts';
import { accessTokenOf } from './access-token.ts';
import { BackOff } from './back-off.ts';
import { oauthErrorOf } from './failure.ts';
import type { GrantClients, GrantSettings } from './grant-client.ts';
import type { GrantKey, Grants, GrantTokens } from './grants.ts';
import type { OAuthClient } from './oauth-client.ts';
import type { OnBehalfOf, ServerCredentials } from './types.ts';

/** A token is renewed this long before its end, or a tenth of its life if that is less. ns. */
const MARGIN = 60_000_000_000n;
/** A server that refuses also the token that was got because of a refusal has another problem. ns. */
const REFUSAL_REST = 10_000_000_000n;

export interface UserGrantOptions {
	readonly grants: Grants;
	readonly clients: GrantClients;
	readonly clock: Clock;
	/** Where somebody connects to the server; undefined: nobody can here. */
	readonly connectUrl: (server: string) => string | undefined;
}

/** Each caller uses the server under the grant that they gave the gateway in a browser; without one, they are told where. */
export function userGrant({ grants, clients, clock, connectUrl }: UserGrantOptions): ServerCredentials {
	const { settings } = clients;
	/** By the access token that is not good any more. */
	const failing = new Map<string, BackOff>();
	/** Got because the server refused the one before, and when; by access token. */
	const afterRefusal = new Map<string, bigint>();
	const missing = () => noGrant(settings.server, connectUrl(settings.server));

	async function renewed(key: GrantKey, stale: GrantTokens, oauth: OAuthClient): Promise<GrantTokens | undefined> {
		const backOff = failing.get(stale.access) ?? new BackOff(clock);
		if (failing.size > 1000) failing.clear();
		failing.set(stale.access, backOff);
		const fresh = await backOff.run(() => grants.renew(key, stale.access, (tokens) => refresh(oauth, tokens)));
		failing.delete(stale.access);
		return fresh;
	}

	/** undefined: the authorization server has ended the grant. */
	async function refresh(oauth: OAuthClient, tokens: GrantTokens): Promise<GrantTokens | undefined> {
		if (tokens.refresh === undefined) return undefined;
		try {
			return await oauth.run(async (configuration) => {
				const parameters = settings.resource === undefined ? {} : { resource: settings.resource };
				const answer = await refreshTokenGrant(configuration, tokens.refresh!, parameters);
				return grantTokensOf(answer, clock.now(), tokens.refresh);
			});
		} catch (error) {
			if (oauthErrorOf(error) === 'invalid_grant') return undefined;
			throw error;
		}
	}

	return {
		of: (who) => ({
			async headers(on) {
				const client = clients.known();
				if (client === undefined) throw missing();
				const key = grantKey(settings, client.issuer, who(on));
				const tokens = grants.tokens(key);
				if (tokens === undefined) throw missing();
				const left = tokens.expires - clock.now();
				if (left > margin(grants.info(key)?.renewed, tokens)) return bearer(tokens);
				if (tokens.refresh === undefined && left > 0n) return bearer(tokens);
				try {
					const fresh = await renewed(key, tokens, client.oauth);
					if (fresh === undefined) throw missing();
					return bearer(fresh);
				} catch (error) {
					// Not needed yet.
					if (oauthLater(error) && tokens.expires > clock.now()) return bearer(tokens);
					throw error;
				}
			},
			async rejected({ authorization }, on) {
				const client = clients.known();
				if (client === undefined) return false;
				const key = grantKey(settings, client.issuer, who(on));
				const tokens = grants.tokens(key);
				if (tokens === undefined || `Bearer ${tokens.access}` !== authorization) return true;
				const got = afterRefusal.get(tokens.access);
				if (got !== undefined && clock.now() - got < REFUSAL_REST) return false;
				// Without a refresh token the grant has ended: asked again, the caller hears where to give another one.
				const fresh = await renewed(key, tokens, client.oauth);
				if (afterRefusal.size > 1000) afterRefusal.clear();
				if (fresh !== undefined) afterRefusal.set(fresh.access, clock.now());
				return true;
			},
		}),
	};
}

/** What a grant of this server is stored under. */
export function grantKey(settings: GrantSettings, issuer: string, { issuer: by, id }: OnBehalfOf): GrantKey {
	return {
		issuer,
		resource: settings.resource ?? settings.url,
		principal: { issuer: by, id },
		scope: settings.scope ?? '',
	};
}

/** A token endpoint's answer as a grant. `before`: the refresh token that stays if no other is given (RFC 6749 §6). */
export function grantTokensOf(answer: TokenEndpointResponse, now: bigint, before?: string): GrantTokens {
	const { value, expires } = accessTokenOf(answer, now);
	const refresh = answer.refresh_token ?? before;
	return { access: value, expires, ...(refresh === undefined ? {} : { refresh }) };
}

function bearer({ access }: GrantTokens): Readonly<Record<string, string>> {
	return { authorization: `Bearer ${access}` };
}

function margin(renewed: bigint | undefined, { expires }: GrantTokens): bigint {
	const tenth = (expires - (renewed ?? expires)) / 10n;
	return tenth < MARGIN ? tenth : MARGIN;
}

function oauthLater(error: unknown): boolean {
	return error instanceof UpstreamError && error.code === 'ERR_UPSTREAM_TOKEN_UNAVAILABLE';
}

function noGrant(server: string, url: string | undefined): UpstreamError {
	const where = url === undefined ? 'start `sluice run`, and connect at its admin address' : `open ${url}`;
	return new UpstreamError(
		'ERR_UPSTREAM_GRANT_MISSING',
		`the server \`${server}\` is used under each person's own account, and there is no connection to yours: ${where} in a browser, then repeat the call`,
		{ status: 403 },
	);
}
