import { test } from 'tap';
import { verifyAccessToken } from '../../../../gateway/identity/oidc/access-token.ts';
import { IssuerKeys } from '../../../../gateway/identity/oidc/issuer-keys.ts';
import { manualClock } from '../../approvals/manual-clock.ts';
import { config, fakeIssuer, ISSUER } from './issuer.ts';

const MINUTE = 60_000;
const ROUND = ['/realms/one/.well-known/openid-configuration', '/realms/one/keys'];

async function fresh() {
	const clock = manualClock();
	const issuer = await fakeIssuer(clock);
	const troubles: string[] = [];
	const keys = new IssuerKeys({ issuer: ISSUER, fetch: issuer.fetch, clock, onTrouble: (said) => troubles.push(said) });
	const issuers = new Map([[ISSUER, { config: config(), keys }]]);
	const verify = async (token: string) => {
		const outcome = await verifyAccessToken(token, issuers, ({ audiences }) => audiences, clock);
		return 'status' in outcome ? outcome.code : 'taken';
	};
	return { clock, issuer, verify, troubles };
}

test('keys are fetched once for all that come at once, and kept', async (t) => {
	const { issuer, verify, clock } = await fresh();
	const tokens = await Promise.all(Array.from({ length: 20 }, () => issuer.token()));
	t.strictSame(new Set(await Promise.all(tokens.map(verify))), new Set(['taken']));
	t.strictSame(issuer.asked, ROUND);
	clock.advance(9 * MINUTE);
	t.equal(await verify(await issuer.token()), 'taken');
	t.equal(issuer.asked.length, 2);
});

test('a key id that is not known is looked for once in a while', async (t) => {
	const { issuer, verify, clock } = await fresh();
	const stranger = await issuer.token({}, { kid: 'stranger' });
	t.equal(await verify(await issuer.token()), 'taken');
	t.equal(await verify(stranger), 'ERR_TOKEN_REFUSED');
	t.equal(issuer.asked.length, 2, 'just fetched: not again');
	clock.advance(30_000);
	for (let i = 0; i < 5; i++) t.equal(await verify(stranger), 'ERR_TOKEN_REFUSED');
	t.equal(issuer.asked.length, 4, 'once, however many come');
	clock.advance(30_000);
	await issuer.rotate('k2');
	t.equal(await verify(await issuer.token()), 'taken', 'rotated');
	t.equal(issuer.asked.length, 6);
});

test('a key that the issuer no longer publishes ends within minutes', async (t) => {
	const { issuer, verify, clock } = await fresh();
	const old = await issuer.token({ exp: 2e9 });
	t.equal(await verify(old), 'taken');
	issuer.keys.length = 0;
	await issuer.rotate('k2');
	clock.advance(10 * MINUTE);
	// beside this one
	t.equal(await verify(old), 'taken');
	await new Promise((resolve) => setImmediate(resolve));
	t.equal(await verify(old), 'ERR_TOKEN_REFUSED');
});

test('while the issuer is away, known keys go on for an hour; then nobody is let in', async (t) => {
	const { issuer, verify, clock, troubles } = await fresh();
	const token = await issuer.token({ exp: 2e9 });
	t.equal(await verify(token), 'taken');
	issuer.down = true;
	clock.advance(59 * MINUTE);
	t.equal(await verify(token), 'taken');
	await new Promise((resolve) => setImmediate(resolve));
	t.match(troubles, [/ECONNREFUSED/]);
	const stranger = await issuer.token({}, { kid: 'stranger' });
	t.equal(await verify(stranger), 'ERR_OIDC_UNAVAILABLE', 'not known, and nobody to ask');
	clock.advance(MINUTE);
	t.equal(await verify(token), 'ERR_OIDC_UNAVAILABLE');
	issuer.down = false;
	clock.advance(5_000);
	t.equal(await verify(token), 'taken');
	t.match(troubles, [/ECONNREFUSED/, /again/], 'said once each');
});

test('before any key was fetched, an issuer that is away lets nobody in', async (t) => {
	const { issuer, verify, clock } = await fresh();
	issuer.down = true;
	t.equal(await verify(await issuer.token()), 'ERR_OIDC_UNAVAILABLE');
	const asked = issuer.asked.length;
	t.equal(await verify(await issuer.token()), 'ERR_OIDC_UNAVAILABLE');
	t.equal(issuer.asked.length, asked, 'not asked again at once');
	issuer.down = false;
	clock.advance(5_000);
	t.equal(await verify(await issuer.token()), 'taken');
});

test('metadata that is not of this issuer gives no keys', async (t) => {
	for (const metadata of [
		{ issuer: 'https://idp.example.com/realms/two', jwks_uri: `${ISSUER}/keys` },
		{ issuer: `${ISSUER}/`, jwks_uri: `${ISSUER}/keys` },
		{ jwks_uri: `${ISSUER}/keys` },
		{ issuer: ISSUER },
		{ issuer: ISSUER, jwks_uri: 'keys' },
		{ issuer: ISSUER, jwks_uri: `${ISSUER}/elsewhere` },
	]) {
		const { issuer, verify, troubles } = await fresh();
		issuer.metadata = metadata;
		t.equal(await verify(await issuer.token()), 'ERR_OIDC_UNAVAILABLE', JSON.stringify(metadata));
		t.equal(troubles.length, 1);
	}
});

test('an issuer without OpenID Connect is found by RFC 8414', async (t) => {
	const clock = manualClock();
	const issuer = await fakeIssuer(clock);
	const asked: string[] = [];
	const keys = new IssuerKeys({
		issuer: ISSUER,
		clock,
		fetch: async (url) => {
			asked.push(new URL(url).pathname);
			if (asked.length === 1) return new Response('', { status: 404 });
			return asked.length === 2 ? Response.json(issuer.metadata) : issuer.fetch(url);
		},
	});
	t.ok(await keys.find({ alg: 'ES256', kid: 'k1' }, { payload: '', signature: '' }));
	t.strictSame(asked, [ROUND[0], '/.well-known/oauth-authorization-server/realms/one', ROUND[1]]);
});
