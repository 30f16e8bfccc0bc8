import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { ALGORITHMS, type OidcIssuer } from '../../../../gateway/identity/oidc/types.ts';
import type { GuardedFetch } from '../../../../gateway/net/guarded-fetch.ts';
import type { ManualClock } from '../../approvals/manual-clock.ts';

export const ISSUER = 'https://idp.example.com/realms/one';

/** An issuer that answers in memory, and what a test wants of it. */
export interface FakeIssuer {
	/** What is published; a test may change it. */
	readonly keys: object[];
	metadata: Record<string, unknown>;
	/** What is asked for, path by path. */
	readonly asked: string[];
	/** Makes every fetch fail. */
	down: boolean;
	readonly fetch: GuardedFetch;
	/** Adds a key pair; the private one signs from here on. */
	rotate(kid?: string, alg?: string): Promise<void>;
	/** A token of this issuer; `claims` and `header` are laid over what it has by itself. */
	token(claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
}

export async function fakeIssuer(clock: ManualClock): Promise<FakeIssuer> {
	let signer: { key: CryptoKey; kid?: string; alg: string } | undefined;
	const issuer: FakeIssuer = {
		keys: [],
		metadata: { issuer: ISSUER, jwks_uri: `${ISSUER}/keys` },
		asked: [],
		down: false,
		fetch: async (url) => {
			issuer.asked.push(String(url).slice('https://idp.example.com'.length));
			if (issuer.down) throw new Error('connect ECONNREFUSED');
			if (String(url) === `${ISSUER}/.well-known/openid-configuration`) return Response.json(issuer.metadata);
			if (String(url) === `${ISSUER}/keys`) return Response.json({ keys: issuer.keys });
			return new Response('', { status: 404 });
		},
		async rotate(kid, alg = 'ES256') {
			const { privateKey, publicKey } = await generateKeyPair(alg);
			issuer.keys.push({ ...(await exportJWK(publicKey)), ...(kid === undefined ? {} : { kid }), alg, use: 'sig' });
			signer = { key: privateKey, alg, ...(kid === undefined ? {} : { kid }) };
		},
		async token(claims = {}, header = {}) {
			const now = Number(clock.now() / 1_000_000_000n);
			const { key, kid, alg } = signer!;
			const payload = { iss: ISSUER, aud: 'sluice', sub: 'u-1', iat: now, exp: now + 300, ...claims };
			const kept = Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined));
			return new SignJWT(kept)
				.setProtectedHeader({ alg, typ: 'at+jwt', ...(kid === undefined ? {} : { kid }), ...header })
				.sign(key);
		},
	};
	await issuer.rotate('k1');
	return issuer;
}

export function config(more: Partial<OidcIssuer> = {}): OidcIssuer {
	return {
		issuer: ISSUER,
		audiences: ['sluice'],
		idClaim: 'sub',
		humanClaim: 'email',
		groupsClaim: 'groups',
		algorithms: ALGORITHMS,
		allowPrivate: [],
		...more,
	};
}
