import { SluiceError } from '../../../engine/error.ts';
import type { GuardedFetch } from '../../net/guarded-fetch.ts';

/** What is needed of an authorization server's metadata. */
export interface IssuerMetadata {
	readonly jwksUri: string;
}

/**
 * The metadata of an issuer: OpenID Connect Discovery 1.0 §4, else RFC 8414 §3. It must name the same issuer, letter
 * by letter (RFC 8414 §3.3): a document that somebody else wrote must not choose the keys.
 * @throws SluiceError `ERR_OIDC_METADATA`, and what the fetch throws
 */
export async function issuerMetadata(issuer: string, fetch: GuardedFetch): Promise<IssuerMetadata> {
	let found: Record<string, unknown> | undefined;
	let at = '';
	for (at of metadataUrls(issuer)) {
		found = await json(at, fetch, true);
		if (found !== undefined) break;
	}
	if (found === undefined) throw wrong(issuer, 'has no metadata at any of the well-known places');
	if (found.issuer !== issuer) {
		throw wrong(issuer, `is not the issuer that \`${at}\` names: ${JSON.stringify(found.issuer)?.slice(0, 200)}`);
	}
	const { jwks_uri: jwksUri } = found;
	if (typeof jwksUri !== 'string' || URL.parse(jwksUri) === null)
		throw wrong(issuer, 'has metadata without `jwks_uri`');
	return { jwksUri };
}

/** The keys that an issuer signs with (RFC 7517 §5). @throws SluiceError `ERR_OIDC_METADATA`, and what the fetch throws */
export async function issuerKeySet(issuer: string, jwksUri: string, fetch: GuardedFetch): Promise<{ keys: object[] }> {
	const set = await json(jwksUri, fetch, false);
	const keys = set?.keys;
	if (!Array.isArray(keys) || keys.some((key) => typeof key !== 'object' || key === null)) {
		throw wrong(issuer, `has no key set at \`${jwksUri}\``);
	}
	if (keys.length > MAX_KEYS) throw wrong(issuer, `has more than ${MAX_KEYS} keys at \`${jwksUri}\``);
	return { keys };
}

const MAX_KEYS = 100;

/** OpenID Connect puts its path behind the issuer's, RFC 8414 in front of it. */
function metadataUrls(issuer: string): string[] {
	const url = new URL(issuer);
	const path = url.pathname.replace(/\/$/, '');
	return [
		`${url.origin}${path}/.well-known/openid-configuration`,
		`${url.origin}/.well-known/oauth-authorization-server${path}`,
	];
}

async function json(url: string, fetch: GuardedFetch, mayLack: boolean): Promise<Record<string, unknown> | undefined> {
	const answer = await fetch(url, { headers: { accept: 'application/json' } });
	if (mayLack && answer.status >= 400 && answer.status < 500) return undefined;
	if (answer.status !== 200) throw new SluiceError('ERR_OIDC_METADATA', `\`${url}\` answered ${answer.status}`);
	try {
		const value: unknown = JSON.parse(await answer.text());
		if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
	} catch {
		// said below
	}
	throw new SluiceError('ERR_OIDC_METADATA', `\`${url}\` is not a JSON object`);
}

function wrong(issuer: string, why: string): SluiceError {
	return new SluiceError('ERR_OIDC_METADATA', `the issuer \`${issuer}\` ${why}`, {
		help: 'compare `identity.oidc` with what the provider publishes; the spelling counts, a trailing slash too',
	});
}
