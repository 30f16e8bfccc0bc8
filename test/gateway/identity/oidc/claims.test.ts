import type { JWTPayload } from 'jose';
import t from 'tap';
import { principalOf } from '../../../../gateway/identity/oidc/claims.ts';
import { config, ISSUER } from './issuer.ts';

const of = (claims: JWTPayload, more = {}) => principalOf({ iss: ISSUER, sub: 'u-1', ...claims }, config(more));

t.test('the human is named by a verified claim only', async (t) => {
	t.equal(of({ email: 'ana@example.com', email_verified: true }).human, 'ana@example.com');
	for (const email_verified of [false, undefined, 'true', 1]) {
		t.notOk('human' in of({ email: 'ana@example.com', email_verified }), String(email_verified));
	}
	const phone = { phone_number: '+1', phone_number_verified: true };
	t.equal(of(phone, { humanClaim: 'phone_number' }).human, '+1');
	t.notOk('human' in of({ phone_number: '+1', email_verified: true }, { humanClaim: 'phone_number' }));
	t.equal(of({ preferred_username: 'ana' }, { humanClaim: 'preferred_username' }).human, 'ana');
	for (const bad of ['', ' ana', 7, ['ana'], 'a\u0000b', 'x'.repeat(256)]) {
		t.notOk('human' in of({ upn: bad }, { humanClaim: 'upn' }), JSON.stringify(bad));
	}
});

t.test('an id that is an e-mail address must be verified too', async (t) => {
	t.equal(of({ email: 'a@b', email_verified: true }, { idClaim: 'email' }).id, 'a@b');
	t.throws(() => of({ email: 'a@b' }, { idClaim: 'email' }), { message: /idClaim/ });
});

t.test('who acts, and for whom', async (t) => {
	const human = { email: 'ana@example.com', email_verified: true };
	t.match(of(human), { kind: 'human', human: 'ana@example.com', on_behalf_of: undefined });
	for (const client of [{ azp: 'claude' }, { client_id: 'claude' }, { act: { sub: 'bot' } }]) {
		const known = { kind: 'agent', id: 'u-1', human: 'ana@example.com', on_behalf_of: 'ana@example.com' };
		t.match(of({ ...human, ...client }), known, JSON.stringify(client));
		t.match(of(client), { kind: 'agent', on_behalf_of: 'u-1', human: undefined });
	}
	// what two people do through one agent stays apart
	const act = { sub: 'bot', act: { sub: 'earlier' } };
	t.match(of({ act }), { id: 'u-1', claims: { act } });
	t.match(of({ sub: 'u-2', act }), { id: 'u-2' });
});

t.test('a client that is its own subject is a service, and no human', async (t) => {
	const human = { email: 'ana@example.com', email_verified: true };
	for (const claims of [
		{ sub: 'ci', client_id: 'ci' },
		{ sub: 'ci', azp: 'ci' },
		{ sub: 'ci@clients', azp: 'ci' },
		{ sub: 'x', azp: 'ci', idtyp: 'app' },
	]) {
		t.match(of({ ...claims, ...human }), { kind: 'service', human: undefined, on_behalf_of: undefined });
	}
	t.match(of({ sub: 'ci', client_id: 'ci', act: { sub: 'bot' } }), { kind: 'agent' }, 'somebody acts for it');
});

t.test('act is an object that names somebody, to a bounded depth', async (t) => {
	for (const act of ['bot', [], {}, { sub: 7 }, { sub: 'a', act: 'b' }, { sub: 'a', act: null }, null]) {
		t.throws(() => of({ act }), { message: /`act`/ }, JSON.stringify(act));
	}
	let deep: object = { sub: 'x' };
	for (let i = 0; i < 8; i++) deep = { sub: 'x', act: deep };
	t.throws(() => of({ act: deep }), { message: /more than 8/ });
});

t.test('groups: a list of texts or nothing', async (t) => {
	t.strictSame(of({ groups: ['a', 'b', 'a'] }).groups, ['a', 'b']);
	t.strictSame(of({ groups: 'a' }).groups, ['a']);
	t.strictSame(of({}).groups, []);
	t.strictSame(of({ realm_access: { roles: ['x'] } }, { groupsClaim: 'realm_access.roles' }).groups, ['x']);
	t.strictSame(of({ 'https://x.example/groups': ['x'] }, { groupsClaim: 'https://x.example/groups' }).groups, ['x']);
	t.strictSame(of({}, { groupsClaim: '__proto__.constructor' }).groups, []);
	for (const groups of [['a', 7], { a: 1 }, 7, null]) t.throws(() => of({ groups }), { message: /groupsClaim/ });
	t.throws(() => of({ _claim_names: { groups: 'src1' } }), { message: /elsewhere/ });
});

t.test('scopes by either name; what belongs to the token alone is no claim of its holder', async (t) => {
	t.strictSame(of({ scope: 'a  b a' }).scopes, ['a', 'b']);
	t.strictSame(of({ scp: ['a', 'b', 7] }).scopes, ['a', 'b']);
	t.strictSame(of({ scp: 'a' }).scopes, ['a']);
	const { claims } = of({ aud: 'x', exp: 1, nbf: 1, iat: 1, jti: 'x', nonce: 'n', sid: 's', tenant: 't', acr: '1' });
	t.strictSame(claims, { sub: 'u-1', tenant: 't', acr: '1' });
});
