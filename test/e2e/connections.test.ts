import { readdirSync, readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { authorizationServer } from './support/authorization-server.ts';
import { Browser, type Page } from './support/browser.ts';
import { gateway } from './support/gateway.ts';
import { protectedServer } from './support/protected-server.ts';
import { RawClient } from './support/raw-client.ts';
import { begin, textOf, whoami } from './support/whoami.ts';

/** A gateway in front of a server that is used under each person's own account, nothing of it set up by hand. */
async function personal(t: Test) {
	const as = await authorizationServer({ clients: [] });
	t.teardown(() => as.close());
	const server = await protectedServer(as.issuer);
	t.teardown(() => server.close());
	const auth = { userGrant: { scope: 'mcp:call offline_access', allowPrivate: ['127.0.0.0/8'] } };
	const more = { log: { level: 'debug', format: 'json' } };
	const house = await gateway(t, { servers: { notes: { http: { url: server.url, auth } } }, more });
	const token = await house.token('ana');
	const client = new RawClient(`${house.url}/mcp/notes`, token);
	const refused = await begin(client);
	const page = /open (\S+) in a browser/.exec(refused.error.message)![1]!;
	return { as, server, house, token, client, page };
}

/** From the page where somebody has said who they are to the end. */
async function goThrough(browser: Browser, consent: Page, login: string): Promise<Page> {
	const there = await browser.submit(await browser.submit(consent), { login, password: 'x' });
	return await browser.submit(there);
}

t.test('a grant of each person: consent in a browser, renewed by itself, ended', async (t) => {
	const { as, server, house, token, client, page } = await personal(t);
	t.match((await begin(client)).error.message, /ERR_UPSTREAM_GRANT_MISSING/);
	const browser = new Browser();
	const consent = await browser.submit(await browser.open(page), { token });
	t.match(consent.text, /You are <strong>ana<\/strong>/);
	t.match(consent.text, as.issuer);
	t.match(consent.text, 'mcp:call offline_access');
	t.notOk(as.asked.includes('GET /auth'), 'nothing was asked of the authorization server in her name');
	t.match((await goThrough(browser, consent, 'ana-at-idp')).text, /Connected/);
	t.match(await begin(client), { result: {} });
	t.match(textOf(await client.ask(whoami(2))), /^ana-at-idp .* mcp:call$/, 'in her name');

	// Rotated: each refresh token is good once, and a second use ends the grant.
	for (const id of [3, 4]) {
		server.forget();
		t.match(textOf(await client.ask(whoami(id))), /^ana-at-idp/, 'refused once: renewed');
		await house.restart('SIGTERM');
		client.at(`${house.url}/mcp/notes`);
	}
	t.equal(as.asked.filter((what) => what === 'POST /token').length, 3);
	const other = new RawClient(`${house.url}/mcp/notes`, await house.token('bob'));
	t.match((await begin(other)).error.message, /ERR_UPSTREAM_GRANT_MISSING/, 'for nobody else');

	// While the grant is there.
	const stored = readFileSync(`${house.folder}/.sluice/store/data.mdb`, 'latin1');
	t.ok(stored.includes('"renewed"'), 'the rows of the store can be looked into');
	const { connections } = JSON.parse(await house.sluice(['connections', 'list']));
	t.match(connections, [{ server: 'notes', principal: { issuer: 'sluice', id: 'ana' }, issuer: as.issuer }]);
	t.equal(await house.sluice(['connections', 'remove', connections[0].id]), 'notes ana\n');
	t.ok(as.asked.includes('POST /token/revocation'), 'the authorization server was told');
	t.match((await client.ask(whoami(5))).toString(), /ERR_UPSTREAM_GRANT_MISSING/, 'for the running gateway at once');
	await house.sluice(['connections', 'remove', connections[0].id], 2);

	const secrets = [
		...as.issued,
		token,
		...browser.visited.flatMap((url) => new URL(url).searchParams.get('code') ?? []),
	];
	t.ok(secrets.length >= 9, 'tokens, refresh tokens, a client secret, a code');
	await house.stop();
	await house.sluice(['sessions', 'export', '--all', '-o', 'out']);
	const places: Record<string, string> = { log: house.said, config: await house.sluice(['config', 'print']) };
	for (const name of readdirSync(`${house.folder}/out`))
		places[name] = readFileSync(`${house.folder}/out/${name}`, 'latin1');
	places.store = readFileSync(`${house.folder}/.sluice/store/data.mdb`, 'latin1');
	places['store with a grant'] = stored;
	places.mcp = [...client.got, ...other.got].join();
	for (const [place, text] of Object.entries(places))
		for (const secret of secrets) t.notOk(text.includes(secret), `${place} holds a secret`);
	t.match(Object.values(places).join(), /"event":"connected"/, 'that she connected is recorded');
	t.match(Object.values(places).join(), /"event":"disconnected"/);
});

t.test('connecting: one browser, one answer, our own pages only', async (t) => {
	const { as, house, token, page } = await personal(t);
	const { origin } = new URL(page);
	const form = (path: string, fields: Record<string, string>, headers: Record<string, string>) =>
		fetch(`${origin}/connect/notes${path}`, {
			method: 'POST',
			redirect: 'manual',
			headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
			body: new URLSearchParams(fields).toString(),
		});
	for (const headers of [
		{},
		{ origin: 'null' },
		{ origin: 'https://evil.example.com' },
		{ origin: 'http://localhost:1' },
	])
		t.equal((await form('', { token }, headers as Record<string, string>)).status, 403, JSON.stringify(headers));
	t.equal((await form('', { token: 'slc_wrong' }, { origin })).status, 401);
	t.equal((await form('/allow', { handle: 'made-up' }, { origin })).status, 409);
	t.equal((await fetch(`${origin}/connect/other`)).status, 404);
	const first = await fetch(page);
	t.match(first.headers.get('content-security-policy'), /^default-src 'none'; .*frame-ancestors 'none'/);
	t.equal(first.headers.get('x-frame-options'), 'DENY');
	t.notMatch(await first.text(), /<script/);

	// An attacker begins, and has somebody else finish: the account of the other one must not become theirs.
	const attacker = new Browser();
	const consent = await attacker.submit(await attacker.open(page), { token });
	const handle = /name="handle" value="([^"]+)"/.exec(consent.text)![1]!;
	t.equal(
		(await form('/allow', { handle }, { origin: 'https://evil.example.com' })).status,
		403,
		'no page sends others on',
	);
	const allowed = await form('/allow', { handle }, { origin });
	t.equal(allowed.status, 303);
	t.match(
		allowed.headers.get('set-cookie'),
		/^sluice-connect-notes=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/,
	);
	t.equal((await form('/allow', { handle }, { origin })).status, 409, 'one answer');
	const away = new URL(allowed.headers.get('location')!);
	t.equal(away.origin, as.issuer);
	t.equal(away.searchParams.get('redirect_uri'), `${origin}/connect/notes/callback`);
	t.equal(away.searchParams.get('code_challenge_method'), 'S256');
	const victim = new Browser();
	const login = await victim.submit(await victim.open(away.href), { login: 'victim', password: 'x' });
	const end = await victim.submit(login);
	t.match(end, { status: 403, text: /ERR_CONNECT_BROWSER/ });
	t.match(await victim.open(end.url), { status: 409, text: /ERR_CONNECT_STALE/ }, 'and it is used up');
	t.strictSame(JSON.parse(await house.sluice(['connections', 'list'])).connections, []);
	t.notOk(as.asked.includes('POST /token'), 'the code went nowhere');

	const browser = new Browser();
	const again = await browser.submit(await browser.open(page), { token });
	const done = await goThrough(browser, again, 'ana-at-idp');
	t.match(done, { status: 200, text: /ana is connected to notes/ });
	t.match(await browser.open(done.url), { status: 409 }, 'a callback that is repeated');
	const admin = await house.token('root', 'admin');
	const auditor = await house.token('eve', 'auditor');
	const api = async (path: string, as: string, method = 'GET') => {
		const answer = await fetch(`${origin}/api/v1/connections${path}`, {
			method,
			headers: { authorization: `Bearer ${as}` },
		});
		return { status: answer.status, body: (await answer.json()) as { connections?: { id: string }[] } };
	};
	const { body } = await api('', admin);
	t.match(body.connections, [{ server: 'notes', principal: { id: 'ana' } }]);
	t.notMatch(JSON.stringify(body), /sealed|token/);
	t.strictSame((await api('', auditor)).body, { connections: [] }, 'others see their own');
	const id = body.connections![0]!.id;
	t.equal((await api(`/${id}`, auditor, 'DELETE')).status, 404);
	t.equal((await api('', token)).status, 403, 'agents nothing');
	const present = await browser.submit(await browser.open(page), { token });
	t.match((await browser.submit(present, {}, 1)).text, /Disconnected/);
	t.equal((await api(`/${id}`, admin, 'DELETE')).status, 404, 'it is gone');
});
