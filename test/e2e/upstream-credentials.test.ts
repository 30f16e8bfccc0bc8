import t from 'tap';
import { authorizationServer } from './support/authorization-server.ts';
import { Browser } from './support/browser.ts';
import { gateway } from './support/gateway.ts';
import { protectedServer } from './support/protected-server.ts';
import { RawClient } from './support/raw-client.ts';

const SECRET = 'the-secret-of-the-gateway-as-a-client-0123456789';
const machine = {
	client_id: 'sluice',
	client_secret: SECRET,
	grant_types: ['client_credentials'],
	redirect_uris: [],
	response_types: [],
	token_endpoint_auth_method: 'client_secret_basic' as const,
};

const initialize =
	'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}';
const initialized = '{"jsonrpc":"2.0","method":"notifications/initialized"}';
const whoami = (id: number) =>
	`{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"whoami","arguments":{}}}`;

async function begin(client: RawClient) {
	const answer = JSON.parse((await client.ask(initialize)).toString());
	client.protocol = '2025-11-25';
	await (await client.post(initialized)).body();
	return answer;
}

const textOf = (answer: Buffer) => JSON.parse(answer.toString()).result.content[0].text as string;

t.test('client credentials: the gateway speaks as itself, with a token for this server only', async (t) => {
	const as = await authorizationServer({ clients: [machine] });
	t.teardown(() => as.close());
	const server = await protectedServer(as.issuer);
	t.teardown(() => server.close());
	const house = await gateway(t, {
		servers: {
			safe: {
				http: {
					url: server.url,
					auth: {
						clientCredentials: {
							issuer: as.issuer,
							clientId: 'sluice',
							clientSecret: { file: 'secret' },
							scope: 'mcp:call',
							allowPrivate: ['127.0.0.0/8'],
						},
					},
				},
			},
		},
		files: { secret: `${SECRET}\n` },
	});
	const client = new RawClient(`${house.url}/mcp/safe`);
	t.match(await begin(client), { result: { serverInfo: { name: 'p' } } });
	t.equal(textOf(await client.ask(whoami(2))), 'sluice | sluice | mcp:call');
	const tokens = () => as.asked.filter((what) => what === 'POST /token').length;
	t.equal(tokens(), 1, 'one token for all of it');

	const [first] = server.shown;
	server.forget();
	t.equal(textOf(await client.ask(whoami(3))), 'sluice | sluice | mcp:call', 'revoked: another one is got, once');
	t.equal(tokens(), 2);
	t.not(server.shown.at(-1), first);

	server.refuse();
	const refused = await client.post(whoami(4));
	t.equal(refused.status, 502, 'two refusals are final');
	t.match((await refused.body()).toString(), 'ERR_UPSTREAM_STATUS');
});

t.test('a grant of each person: consent in a browser, renewed by itself, ended', async (t) => {
	const as = await authorizationServer({ clients: [], life: 3600 });
	t.teardown(() => as.close());
	const server = await protectedServer(as.issuer);
	t.teardown(() => server.close());
	const house = await gateway(t, {
		servers: {
			notes: {
				http: {
					url: server.url,
					auth: { userGrant: { scope: 'mcp:call offline_access', allowPrivate: ['127.0.0.0/8'] } },
				},
			},
		},
	});
	const token = await house.token('ana');
	const client = new RawClient(`${house.url}/mcp/notes`, token);
	const first = await begin(client);
	const url = /open (\S+) in a browser/.exec(first.error.message)?.[1];
	t.ok(url, first.error.message);

	const browser = new Browser();
	let page = await browser.open(url!);
	page = await browser.submit(page, { token });
	t.equal(page.status, 200, page.text);
	page = await browser.submit(page);
	page = await browser.submit(page, { login: 'ana-at-idp', password: 'x' });
	page = await browser.submit(page);
	t.match(page.text, /Connected/);
	t.match(await begin(client), { result: {} });
	t.match(textOf(await client.ask(whoami(2))), /^ana-at-idp .* mcp:call$/, 'in her name');

	// Rotated: each refresh token is good once, and a second use ends the grant.
	for (const id of [3, 4]) {
		server.forget();
		t.match(textOf(await client.ask(whoami(id))), /^ana-at-idp/, 'refused once: renewed');
		await house.restart('SIGTERM');
		client.at(`${house.url}/mcp/notes`);
	}
	const grants = as.asked.filter((what) => what === 'POST /token').length;
	t.equal(grants, 3);

	const other = new RawClient(`${house.url}/mcp/notes`, await house.token('bob'));
	t.match((await begin(other)).error.message, /ERR_UPSTREAM_GRANT_MISSING/, 'for nobody else');
});

t.test('token exchange: the server sees the caller, and never the caller’s token', async (t) => {
	const app = { ...machine, client_id: 'agent-app', client_secret: 'x'.repeat(32) };
	const exchanger = { ...machine, grant_types: ['urn:ietf:params:oauth:grant-type:token-exchange'] };
	const as = await authorizationServer({ clients: [app, exchanger] });
	t.teardown(() => as.close());
	const server = await protectedServer(as.issuer);
	t.teardown(() => server.close());
	const allowPrivate = ['127.0.0.0/8'];
	const house = await gateway(t, {
		servers: {
			crm: {
				http: {
					url: server.url,
					auth: {
						tokenExchange: {
							issuer: as.issuer,
							clientId: 'sluice',
							clientSecret: { file: 'secret' },
							scope: 'mcp:call',
							allowPrivate,
						},
					},
				},
			},
		},
		files: { secret: SECRET },
		more: {
			identity: { oidc: [{ issuer: as.issuer, audience: 'https://gateway.example.com', allowPrivate }] },
		},
	});
	const answer = await fetch(`${as.issuer}/token`, {
		method: 'POST',
		headers: { authorization: `Basic ${Buffer.from(`agent-app:${app.client_secret}`).toString('base64')}` },
		body: new URLSearchParams({
			grant_type: 'client_credentials',
			resource: 'https://gateway.example.com',
			scope: 'mcp:call',
		}),
	});
	const { access_token } = (await answer.json()) as { access_token: string };
	const client = new RawClient(`${house.url}/mcp/crm`, access_token);
	t.match(await begin(client), { result: {} });
	t.equal(textOf(await client.ask(whoami(2))), 'agent-app | sluice | mcp:call', 'subject and client');
	t.notOk(JSON.stringify(server.headers).includes(access_token), 'the token itself went no further');

	const local = new RawClient(`${house.url}/mcp/crm`, await house.token('bot'));
	t.match((await begin(local)).error.data.code, 'ERR_UPSTREAM_SUBJECT');
});

t.test('the authorization server is down: fail closed, with a code; nothing reaches the server', async (t) => {
	const as = await authorizationServer({ clients: [machine] });
	t.teardown(() => as.close());
	const server = await protectedServer(as.issuer);
	t.teardown(() => server.close());
	const auth = {
		clientCredentials: {
			issuer: as.issuer,
			clientId: 'sluice',
			clientSecret: { file: 'secret' },
			allowPrivate: ['127.0.0.0/8'],
		},
	};
	const house = await gateway(t, { servers: { safe: { http: { url: server.url, auth } } }, files: { secret: SECRET } });
	as.down();
	const client = new RawClient(`${house.url}/mcp/safe`);
	for (const _ of [1, 2]) {
		const refused = await client.post(initialize);
		t.equal(refused.status, 503);
		t.match(JSON.parse((await refused.body()).toString()), {
			error: { data: { code: 'ERR_UPSTREAM_TOKEN_UNAVAILABLE' }, message: /Nothing was sent/ },
		});
	}
	t.equal(as.asked.length, 1, 'it is not asked at each call');
	t.equal(server.headers.length, 0);
});
