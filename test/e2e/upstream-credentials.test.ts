import t from 'tap';
import { authorizationServer } from './support/authorization-server.ts';
import { gateway } from './support/gateway.ts';
import { protectedServer } from './support/protected-server.ts';
import { RawClient } from './support/raw-client.ts';
import { begin, initialize, textOf, whoami } from './support/whoami.ts';

const SECRET = 'the-secret-of-the-gateway-as-a-client-0123456789';
const machine = {
	client_id: 'sluice',
	client_secret: SECRET,
	grant_types: ['client_credentials'],
	redirect_uris: [],
	response_types: [],
	token_endpoint_auth_method: 'client_secret_basic' as const,
};

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

	const envelope = {
		'io.modelcontextprotocol/protocolVersion': '2026-07-28',
		'io.modelcontextprotocol/clientCapabilities': {},
	};
	const modern = await fetch(`${house.url}/mcp/safe`, {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			accept: 'application/json, text/event-stream',
			'mcp-protocol-version': '2026-07-28',
			'mcp-method': 'tools/call',
			'mcp-name': 'whoami',
		},
		body: JSON.stringify({
			jsonrpc: '2.0',
			id: 1,
			method: 'tools/call',
			params: { name: 'whoami', arguments: {}, _meta: envelope },
		}),
	});
	t.match(await modern.text(), 'sluice | sluice | mcp:call', 'in the era without sessions too');
	t.equal(tokens(), 1);

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
	const tokenOf = async (scope: string) => {
		const answer = await fetch(`${as.issuer}/token`, {
			method: 'POST',
			headers: { authorization: `Basic ${Buffer.from(`agent-app:${app.client_secret}`).toString('base64')}` },
			body: new URLSearchParams({ grant_type: 'client_credentials', resource: 'https://gateway.example.com', scope }),
		});
		return ((await answer.json()) as { access_token: string }).access_token;
	};
	const access_token = await tokenOf('mcp:call');
	const client = new RawClient(`${house.url}/mcp/crm`, access_token);
	t.match(await begin(client), { result: {} });
	t.equal(textOf(await client.ask(whoami(2))), 'agent-app | sluice | mcp:call', 'subject and client');
	t.notOk(JSON.stringify(server.headers).includes(access_token), 'the token itself went no further');

	const narrower = new RawClient(`${house.url}/mcp/crm`, await tokenOf('mcp:read'));
	Object.assign(narrower, { session: client.session, protocol: client.protocol });
	const before = as.asked.length;
	t.match(textOf(await narrower.ask(whoami(3))), 'agent-app');
	t.match(textOf(await client.ask(whoami(4))), 'agent-app');
	t.strictSame(
		as.asked.slice(before),
		['POST /token', 'GET /jwks'],
		'another token of theirs is exchanged for another',
	);
	t.not(server.shown.at(-1), server.shown.at(-2), 'and each frame goes out under its own');

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
