import t from 'tap';
import { spellChallenge } from '../../../gateway/identity/challenge.ts';
import { NeededScopes } from '../../../gateway/identity/needed-scopes.ts';

const AT = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp/files';

t.test('challenges', async (t) => {
	t.equal(spellChallenge({}), 'Bearer realm="sluice"');
	t.equal(spellChallenge({ description: 'without an error it says nothing' }), 'Bearer realm="sluice"');
	t.equal(
		spellChallenge({ error: 'insufficient_scope', description: 'more', scopes: ['a', 'b'], resourceMetadata: AT }),
		`Bearer realm="sluice", error="insufficient_scope", error_description="more", scope="a b", resource_metadata="${AT}"`,
	);
	const quoted = spellChallenge({ error: 'invalid_token', description: 'a "b" \\ c\r\nx: y é' });
	t.equal(quoted, 'Bearer realm="sluice", error="invalid_token", error_description="a b  cx: y "');
});

t.test('scopes that are needed', async (t) => {
	const scopes = new NeededScopes(
		new Map([
			['files', { '*': ['read'], 'tools/call': ['call', 'read'] }],
			['open', {}],
		]),
		['https://idp'],
	);
	const who = (issuer: string, ...has: string[]) =>
		({ id: 'x', kind: 'agent', issuer, groups: [], scopes: has, claims: {} }) as const;
	t.equal(scopes.lacking(who('https://idp', 'read'), 'files', []), undefined);
	t.equal(scopes.lacking(who('https://idp', 'read'), 'files', ['tools/list']), undefined);
	t.strictSame(scopes.lacking(who('https://idp', 'read'), 'files', ['tools/list', 'tools/call']), ['read', 'call']);
	t.strictSame(scopes.lacking(who('https://idp', 'call'), 'files', []), ['read']);
	t.strictSame(scopes.lacking(who('https://idp', 'read'), 'files', 'all'), ['read', 'call']);
	t.equal(scopes.lacking(who('https://idp', 'read', 'call'), 'files', 'all'), undefined);
	t.equal(scopes.lacking(who('sluice'), 'files', 'all'), undefined, 'tokens of the store have none');
	t.equal(scopes.lacking(who('https://idp'), 'open', 'all'), undefined);
	t.strictSame(scopes.of('files', ['constructor', '__proto__']), ['read']);
	t.strictSame([scopes.byMethod('files'), scopes.byMethod('open'), scopes.byMethod('none')], [true, false, false]);
});
