import type { JWTPayload } from 'jose';
import type { Principal } from '../../../engine/session/types.ts';
import type { OidcIssuer } from './types.ts';

/** Claims of one token that say nothing of its holder. */
const OF_THE_TOKEN = new Set(['iss', 'aud', 'exp', 'nbf', 'iat', 'jti', 'nonce', 'cnf', 'sid']);
/** `act` in `act` (RFC 8693 §4.1); deeper chains are refused. */
const MAX_ACTORS = 8;
const MAX_GROUPS = 2_000;

/** The claims of a token cannot be made a principal; the message says why. */
export class ClaimsRefused extends Error {}

/**
 * Who a verified token speaks of (contract §2 `principal`). The id is always that of the subject, so that what two
 * people do through one agent stays apart.
 *
 * - `agent`: the token was given to a client that is somebody else than its subject (`act`, else `azp` or
 *   `client_id`): a program acts, `on_behalf_of` is for whom.
 * - `service`: the client is the subject; no human is behind it.
 * - `human`: the token names no client.
 * @throws ClaimsRefused
 */
export function principalOf(claims: JWTPayload, config: OidcIssuer): Principal {
	const id = name(claims, config.idClaim);
	if (id === undefined) {
		throw new ClaimsRefused(`it has no usable \`${config.idClaim}\` (\`idClaim\`): 1 to 255 characters, verified`);
	}
	const client = actor(claims) ?? text(claims.azp) ?? text(claims.client_id);
	const service =
		claims.idtyp === 'app' || (client !== undefined && claims.act === undefined && isSame(client, claims));
	const human = service ? undefined : name(claims, config.humanClaim);
	const agent = client !== undefined && !service;
	return {
		id,
		kind: service ? 'service' : agent ? 'agent' : 'human',
		issuer: claims.iss!,
		groups: groupsOf(claims, config.groupsClaim),
		scopes: scopesOf(claims),
		...(human === undefined ? {} : { human }),
		...(agent ? { on_behalf_of: human ?? id } : {}),
		claims: Object.fromEntries(Object.entries(claims).filter(([key]) => !OF_THE_TOKEN.has(key))),
	};
}

/** RFC 9068 §2.2: of a client's own token the subject is the client. Some providers append to its name. */
function isSame(client: string, { sub }: JWTPayload): boolean {
	return sub === undefined || sub === client || sub === `${client}@clients`;
}

/** The one that acts now: the outermost `act` (RFC 8693 §4.1). */
function actor({ act }: JWTPayload): string | undefined {
	if (act === undefined) return undefined;
	let actors = 0;
	for (let link: unknown = act; link !== undefined; link = (link as { act?: unknown }).act) {
		if (typeof link !== 'object' || link === null || Array.isArray(link))
			throw new ClaimsRefused('its `act` is no object');
		if (++actors > MAX_ACTORS) throw new ClaimsRefused(`its \`act\` names more than ${MAX_ACTORS} actors`);
	}
	const { sub, client_id: client } = act as { sub?: unknown; client_id?: unknown };
	const named = text(sub) ?? text(client);
	if (named === undefined) throw new ClaimsRefused('its `act` names nobody');
	return named;
}

/** A claim that names somebody; undefined unless it is verified, where the issuer says whether it is. */
function name(claims: JWTPayload, claim: string): string | undefined {
	const named = text(at(claims, claim));
	if (named === undefined || named !== named.trim() || named.length > 255) return undefined;
	if (/[\u0000-\u001f\u007f-\u009f]/.test(named)) return undefined;
	const verified =
		claim === 'email' ? 'email_verified' : claim === 'phone_number' ? 'phone_number_verified' : undefined;
	return verified === undefined || claims[verified] === true ? named : undefined;
}

/** A list of texts, or one. @throws ClaimsRefused: half a list of groups would be another person's rights */
function groupsOf(claims: JWTPayload, claim: string): string[] {
	const value = at(claims, claim);
	if (value === undefined) {
		const elsewhere = claims._claim_names as Record<string, unknown> | undefined;
		// OpenID Connect Core §5.6.2: the provider found them too many for a token
		if (elsewhere !== null && typeof elsewhere === 'object' && claim in elsewhere) {
			throw new ClaimsRefused(`its \`${claim}\` are not in it, but elsewhere (\`_claim_names\`)`);
		}
		return [];
	}
	const groups = typeof value === 'string' ? [value] : value;
	if (!Array.isArray(groups) || groups.some((group) => typeof group !== 'string') || groups.length > MAX_GROUPS) {
		throw new ClaimsRefused(`its \`${claim}\` (\`groupsClaim\`) are no list of up to ${MAX_GROUPS} texts`);
	}
	return [...new Set(groups as string[])];
}

/** `scope` (RFC 8693 §4.2, RFC 9068 §2.2.3), or `scp` as some providers have it. */
function scopesOf(claims: JWTPayload): string[] {
	const value = claims.scope ?? claims.scp;
	const scopes = typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [];
	return [...new Set(scopes.filter((scope): scope is string => typeof scope === 'string' && scope !== ''))];
}

/** A claim by its name, or, if there is none of that name, by the path that its dots make. */
function at(claims: JWTPayload, claim: string): unknown {
	if (Object.hasOwn(claims, claim)) return claims[claim];
	let value: unknown = claims;
	for (const step of claim.split('.')) {
		if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
		value = (value as Record<string, unknown>)[step];
	}
	return value;
}

function text(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}
