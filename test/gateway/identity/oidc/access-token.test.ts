import { generateKeyPairSync } from 'node:crypto';
import { exportJWK, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { type Test, test } from 'tap';
import { verifyAccessToken } from '../../../../gateway/identity/oidc/access-token.ts';
import { IssuerKeys } from '../../../../gateway/identity/oidc/issuer-keys.ts';
import type { OidcIssuer } from '../../../../gateway/identity/oidc/types.ts';
import { manualClock } from '../../approvals/manual-clock.ts';
import { config, fakeIssuer, ISSUER } from './issuer.ts';

async function fresh(_t: Test, more: Partial<OidcIssuer> = {}) {
	const clock = manualClock();
	const issuer = await fakeIssuer(clock);
	const keys = new IssuerKeys({ issuer: ISSUER, fetch: issuer.fetch, clock });
	const issuers = new Map([[ISSUER, { config: config(more), keys }]]);
	const verify = (token: string) => verifyAccessToken(token, issuers, ({ audiences }) => audiences, clock);
	return { clock, issuer, verify };
}

test('a token of the issuer for us is taken', async (t) => {
	const { issuer, verify, clock } = await fresh(t);
	t.strictSame(await verify(await issuer.token({ scope: 'a b', aud: ['other', 'sluice'] })), {
		principal: {
			id: 'u-1',
			kind: 'human',
			issuer: ISSUER,
			groups: [],
			scopes: ['a', 'b'],
			claims: { sub: 'u-1', scope: 'a b' },
		},
		expires: clock.now() + 310_000_000_000n,
	});
	for (const typ of ['JWT', 'application/at+jwt', undefined]) {
		t.match(await verify(await issuer.token({}, { typ })), { principal: { id: 'u-1' } }, String(typ));
	}
	for (const alg of ['RS256', 'PS256', 'EdDSA', 'ES384']) {
		await issuer.rotate(`k-${alg}`, alg);
		clock.advance(31_000);
		t.match(await verify(await issuer.token()), { principal: { id: 'u-1' } }, alg);
	}
});

test('claims that are not as they must be', async (t) => {
	const { issuer, verify, clock } = await fresh(t);
	const now = Number(clock.now() / 1_000_000_000n);
	const cases: [Record<string, unknown>, string, RegExp?][] = [
		[{ aud: 'other' }, 'ERR_TOKEN_AUDIENCE'],
		[{ aud: ['Sluice', 'sluice/'] }, 'ERR_TOKEN_AUDIENCE'],
		[{ aud: undefined }, 'ERR_TOKEN_REFUSED', /no `aud`/],
		[{ exp: undefined }, 'ERR_TOKEN_REFUSED', /no `exp`/],
		[{ exp: 'soon' }, 'ERR_TOKEN_REFUSED', /`exp`/],
		[{ exp: now - 11 }, 'ERR_TOKEN_EXPIRED'],
		[{ nbf: now + 11 }, 'ERR_TOKEN_REFUSED', /not valid yet/],
		[{ iss: 'https://idp.example.com/realms/two' }, 'ERR_TOKEN_ISSUER'],
		[{ iss: `${ISSUER}/` }, 'ERR_TOKEN_ISSUER'],
		[{ iss: undefined }, 'ERR_TOKEN_ISSUER'],
		[{ sub: undefined }, 'ERR_TOKEN_REFUSED', /idClaim/],
		[{ sub: 7 }, 'ERR_TOKEN_REFUSED', /idClaim/],
		[{ sub: 'a\nb' }, 'ERR_TOKEN_REFUSED', /idClaim/],
		[{ at_hash: 'x' }, 'ERR_TOKEN_REFUSED', /ID token/],
		[{ cnf: { jkt: 'x' } }, 'ERR_TOKEN_REFUSED', /cnf/],
	];
	for (const [claims, code, message = /./] of cases) {
		t.match(await verify(await issuer.token(claims)), { status: 401, code, message }, JSON.stringify(claims));
	}
	for (const claims of [{ exp: now - 9 }, { nbf: now + 9 }])
		t.match(await verify(await issuer.token(claims)), { principal: {} });
});

test('headers, algorithms and signatures that are not as they must be', async (t) => {
	const { issuer, verify, clock } = await fresh(t);
	const now = Number(clock.now() / 1_000_000_000n);
	const claims = { iss: ISSUER, aud: 'sluice', sub: 'u-1', exp: now + 300 };
	const refused = async (token: string, message: RegExp, name: string) =>
		t.match(await verify(token), { status: 401, code: 'ERR_TOKEN_REFUSED', message }, name);

	await refused(new UnsecuredJWT(claims).encode(), /algorithm|signed JWT/, 'none');
	// the public key as an HMAC secret, which is what a mixed-up verifier would check with
	const published = JSON.stringify(issuer.keys[0]);
	const hs = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(Buffer.from(published));
	await refused(hs, /algorithm/, 'HS256');
	for (const typ of ['logout+jwt', 'dpop+jwt', 'secevent+jwt', '']) {
		await refused(await issuer.token({}, { typ }), /type/, `typ ${typ}`);
	}
	const { privateKey } = await generateKeyPair('ES256');
	const foreign = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(privateKey);
	await refused(foreign, /no key of its issuer/, 'another key of the same id');
	const [head, , signature] = (await issuer.token()).split('.');
	const other = Buffer.from(JSON.stringify({ ...claims, sub: 'root' })).toString('base64url');
	await refused(`${head}.${other}.${signature}`, /no key of its issuer/, 'another payload');
	// keys that the token brings along are nobody's
	const jwk = await exportJWK((await generateKeyPair('ES256')).publicKey);
	const embedded = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', jwk }).sign(privateKey);
	await refused(embedded, /no key of its issuer/, 'jwk in the header');
	const critical = await new SignJWT(claims)
		.setProtectedHeader({ alg: 'ES256', kid: 'k1', crit: ['x'], x: 1 })
		.sign(privateKey, { crit: { x: true } });
	await refused(critical, /signed JWT/, 'crit');
	for (const not of ['', 'a.b.c', 'a.b.c.d.e', `${head}..${signature}`, '🙂.🙂.🙂'])
		await refused(not, /signed JWT/, not);
});

test('only the configured algorithms count', async (t) => {
	const { issuer, verify } = await fresh(t, { algorithms: ['RS256'] });
	t.match(await verify(await issuer.token()), { code: 'ERR_TOKEN_REFUSED', message: /algorithm/ });
});

test('a secret or a private key among the published ones is no key', async (t) => {
	const { issuer, verify, clock } = await fresh(t);
	const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'leaked', alg: 'ES256' };
	issuer.keys.push(jwk, {
		kty: 'oct',
		k: Buffer.from('secret-secret-secret-secret-secre').toString('base64url'),
		kid: 'shared',
	});
	const now = Number(clock.now() / 1_000_000_000n);
	const claims = { iss: ISSUER, aud: 'sluice', sub: 'u-1', exp: now + 300 };
	const leaked = await new SignJWT(claims)
		.setProtectedHeader({ alg: 'ES256', kid: 'leaked' })
		.sign(await importJWK(jwk));
	t.match(await verify(leaked), { code: 'ERR_TOKEN_REFUSED' });
	const shared = await new SignJWT(claims)
		.setProtectedHeader({ alg: 'HS256', kid: 'shared' })
		.sign(Buffer.from('secret-secret-secret-secret-secre'));
	t.match(await verify(shared), { code: 'ERR_TOKEN_REFUSED' });
});

test('a token that names no key is tried with each that fits', async (t) => {
	const { issuer, verify } = await fresh(t);
	await issuer.rotate('k2');
	t.match(await verify(await issuer.token({}, { kid: undefined })), { principal: { id: 'u-1' } });
	const { privateKey } = await generateKeyPair('ES256');
	const foreign = await new SignJWT({ iss: ISSUER, aud: 'sluice', sub: 'u-1', exp: 2e9 }).setProtectedHeader({
		alg: 'ES256',
	});
	t.match(await verify(await foreign.sign(privateKey)), { code: 'ERR_TOKEN_REFUSED' });
});

test('no configured audience: no token is for us', async (t) => {
	const { issuer, verify } = await fresh(t, { audiences: [] });
	t.match(await verify(await issuer.token()), { code: 'ERR_TOKEN_AUDIENCE' });
	t.match(await verify(await issuer.token({ aud: [] })), { status: 401 });
});
