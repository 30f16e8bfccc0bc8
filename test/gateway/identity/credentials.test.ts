import { inspect } from 'node:util';
import { type Test, test } from 'tap';
import { Credentials } from '../../../gateway/identity/credentials.ts';
import { IssuerKeys } from '../../../gateway/identity/oidc/issuer-keys.ts';
import type { OidcIssuer } from '../../../gateway/identity/oidc/types.ts';
import { Resources } from '../../../gateway/identity/resources.ts';
import type { RoleMap } from '../../../gateway/identity/roles.ts';
import { Tokens } from '../../../gateway/identity/tokens.ts';
import { openStore } from '../../../gateway/store/store.ts';
import { manualClock } from '../approvals/manual-clock.ts';
import { config, fakeIssuer, ISSUER } from './oidc/issuer.ts';

const ROLES: RoleMap = {
	approver: ['group:oncall'],
	auditor: ['user:ana@example.com', 'group:oncall'],
	admin: ['user:u-9'],
};
const ANA = { email: 'ana@example.com', email_verified: true };

async function fresh(t: Test, more: Partial<OidcIssuer> = {}, tokensForServers = true) {
	const clock = manualClock();
	const store = await openStore(t.testdir());
	t.teardown(() => store.close());
	const issuer = await fakeIssuer(clock);
	const keys = new IssuerKeys({ issuer: ISSUER, fetch: issuer.fetch, clock });
	const resources = new Resources('https://MCP.example.com/');
	const tokens = new Tokens(store, clock);
	const issuers = new Map([[ISSUER, { config: config(more), keys }]]);
	const credentials = new Credentials({ tokens, tokensForServers, issuers, resources, roles: ROLES, clock });
	return { credentials, issuer, tokens };
}

test('a token of ours and one of an issuer each go where they are known', async (t) => {
	const { credentials, issuer, tokens } = await fresh(t);
	const { token } = await tokens.create({ id: 'bot', role: 'agent' });
	t.match(await credentials.forServer(token, 'files'), { role: 'agent', principal: { id: 'bot', issuer: 'sluice' } });
	t.match(await credentials.forServer(await issuer.token(), 'files'), { role: 'agent', principal: { issuer: ISSUER } });
	for (const unknown of [`slc_${'x'.repeat(43)}`, 'opaque', `slc_${token}.x.y`]) {
		t.match(await credentials.forServer(unknown, 'files'), { status: 401, code: 'ERR_TOKEN_UNKNOWN' }, unknown);
	}
});

test('identity.tokens: false closes the servers to tokens of ours, not to those of issuers', async (t) => {
	const { credentials, issuer, tokens } = await fresh(t, {}, false);
	const { token } = await tokens.create({ id: 'bot', role: 'agent' });
	t.match(await credentials.forServer(token, 'files'), { status: 401 });
	t.match(await credentials.forServer(await issuer.token(), 'files'), { role: 'agent' });
});

test('a token made for one endpoint is good for its server only, and not for the admin API', async (t) => {
	const { credentials, issuer } = await fresh(t);
	const token = await issuer.token({ ...ANA, aud: 'https://mcp.example.com/mcp/files' });
	t.match(await credentials.forServer(token, 'files'), { role: 'agent' });
	t.match(await credentials.forServer(token, 'mail'), { code: 'ERR_TOKEN_AUDIENCE' });
	t.equal(await credentials.forAdmin(token), undefined);
	for (const aud of [
		'https://mcp.example.com',
		'https://mcp.example.com/mcp/files/',
		'http://mcp.example.com/mcp/files',
	]) {
		t.match(await credentials.forServer(await issuer.token({ aud }), 'files'), { code: 'ERR_TOKEN_AUDIENCE' }, aud);
	}
});

test('roles at the admin API come from the configuration', async (t) => {
	const { credentials, issuer } = await fresh(t);
	const roles = async (claims: object) => (await credentials.forAdmin(await issuer.token({ ...claims })))?.roles;
	t.strictSame(await roles(ANA), ['auditor']);
	t.strictSame(await roles({ groups: ['oncall'] }), ['approver', 'auditor']);
	t.strictSame(await roles({ sub: 'u-9' }), ['admin']);
	t.strictSame(await roles({ email: 'ana@example.com' }), [], 'not verified');
	t.strictSame(await roles({ sub: 'group:oncall', groups: ['user:u-9'] }), []);
	t.strictSame(await roles({ groups: ['oncall'], act: { sub: 'bot' } }), [], 'who acts for somebody has none of it');
	t.equal(await roles({ aud: 'other' }), undefined);
});

test('an audience of its own parts the admin API from the servers', async (t) => {
	const { credentials, issuer } = await fresh(t, { adminAudience: 'sluice-admin' });
	const agent = await issuer.token({ ...ANA });
	const staff = await issuer.token({ ...ANA, aud: 'sluice-admin' });
	t.equal(await credentials.forAdmin(agent), undefined);
	t.match(await credentials.forAdmin(staff), { role: 'auditor' });
	t.match(await credentials.forServer(staff, 'files'), { code: 'ERR_TOKEN_AUDIENCE' });
	t.match(await credentials.forServer(agent, 'files'), { role: 'agent' });
});

test('an issuer that is away is no reason to say that a token is wrong', async (t) => {
	const { credentials, issuer } = await fresh(t);
	issuer.down = true;
	t.match(await credentials.forServer(await issuer.token(), 'files'), { status: 503, code: 'ERR_OIDC_UNAVAILABLE' });
	await t.rejects(credentials.forAdmin(await issuer.token()), { code: 'ERR_OIDC_UNAVAILABLE' });
});

test('what is known of a holder shows nothing of the token', async (t) => {
	const { credentials, issuer } = await fresh(t);
	const token = await issuer.token();
	const known = await credentials.forServer(token, 'files');
	const [, payload, signature] = token.split('.');
	const shown =
		inspect(known, { depth: 9, showHidden: true }) + JSON.stringify(known, (_, v) => (typeof v === 'bigint' ? 0 : v));
	t.notOk(shown.includes(signature!) || shown.includes(payload!));
});
