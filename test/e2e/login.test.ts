import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { type Test, test } from 'tap';
import { authorizationServer } from './support/authorization-server.ts';
import { gateway } from './support/gateway.ts';
import { type Person, person } from './support/person.ts';
import { rawServer } from './support/raw-server.ts';

const REVISION = '2025-11-25';

type Registered = Parameters<typeof authorizationServer>[0]['clients'];

/** A server behind the gateway; `seen` is everything that ever reached it. */
async function upstream(t: Test) {
	const seen: string[] = [];
	const server = await rawServer(({ method, path, headers, body, json, status }) => {
		seen.push(`${method} ${path} ${JSON.stringify(headers)} ${body}`);
		if (method !== 'POST') return status(405);
		const { id, method: called } = JSON.parse(body) as { id?: number; method: string };
		if (id === undefined) return status(202);
		const result =
			called === 'initialize'
				? { protocolVersion: REVISION, capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } }
				: called === 'tools/list'
					? { tools: [{ name: 'hello', inputSchema: { type: 'object' } }] }
					: { content: [{ type: 'text', text: 'hello' }] };
		return json(JSON.stringify({ jsonrpc: '2.0', id, result }));
	});
	t.teardown(() => server.close());
	return { url: server.url, seen };
}

/** An issuer whose key the test has too, so that it can make tokens that are too old. */
async function house(t: Test, scopes: object, clients: NonNullable<Registered> = []) {
	const { privateKey } = await generateKeyPair('RS256', { extractable: true });
	const jwks = { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'one' }] } as never;
	const as = await authorizationServer({
		clients,
		more: { jwks, issueRefreshToken: async () => clients.length === 0 },
	});
	t.teardown(() => as.close());
	const server = await upstream(t);
	const running = await gateway(t, {
		servers: { files: { http: { url: server.url }, scopes } },
		more: { identity: { oidc: [{ issuer: as.issuer }] } },
	});
	const sign = (claims: Record<string, unknown>) =>
		new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one', typ: 'at+jwt' }).sign(privateKey);
	return { as, server, running, endpoint: `${running.url}/mcp/files`, sign };
}

async function somebody(t: Test, name: string): Promise<Person> {
	const ana = await person(name);
	t.teardown(() => ana.close());
	return ana;
}

/** Scopes of the last authorization request; `offline_access` is the client's own wish. */
function asked({ asked }: Person): string[] {
	const scopes = asked.at(-1)?.split(' ') ?? [];
	return scopes.filter((scope) => scope !== 'offline_access').sort();
}

interface Sdk {
	readonly name: string;
	/** Connects, lists, calls; resolves with the text of the answer. Rejects when a login is needed first. */
	session(endpoint: string, who: Person): Promise<string>;
	/** What the browser came back with is made tokens. */
	finish(endpoint: string, who: Person): Promise<void>;
}

const SDKS: readonly Sdk[] = [
	{
		name: '1.32.2',
		async session(endpoint, who) {
			const client = new Client({ name: 'c', version: '1' });
			const authProvider = who as unknown as OAuthClientProvider;
			try {
				await client.connect(new StreamableHTTPClientTransport(new URL(endpoint), { authProvider }));
				await client.listTools();
				const { content } = await client.callTool({ name: 'hello' });
				return (content as { text: string }[])[0]!.text;
			} finally {
				await client.close();
			}
		},
		async finish(endpoint, who) {
			const authProvider = who as unknown as OAuthClientProvider;
			await new StreamableHTTPClientTransport(new URL(endpoint), { authProvider }).finishAuth(
				who.callback!.get('code')!,
			);
		},
	},
	{
		name: '2.4.0',
		async session(endpoint, who) {
			const client = new ModernClient({ name: 'c', version: '1' });
			try {
				await client.connect(new ModernTransport(new URL(endpoint), { authProvider: who }));
				await client.listTools();
				const { content } = await client.callTool({ name: 'hello', arguments: {} });
				return (content as { text: string }[])[0]!.text;
			} finally {
				await client.close();
			}
		},
		finish: (endpoint, who) => new ModernTransport(new URL(endpoint), { authProvider: who }).finishAuth(who.callback!),
	},
];

for (const { name, session, finish } of SDKS) {
	test(`SDK ${name} logs in by itself, calls a tool, and refreshes a token that has expired`, async (t) => {
		const { as, server, running, endpoint, sign } = await house(t, ['mcp:read']);
		const ana = await somebody(t, 'ana');
		await t.rejects(session(endpoint, ana), { message: /[Uu]nauthorized/ });
		t.strictSame(ana.resources, [endpoint], 'the token is asked for as one for this endpoint');
		t.equal(server.seen.length, 0, 'nothing reached the server');
		await finish(endpoint, ana);
		t.equal(await session(endpoint, ana), 'hello');

		const fresh = ana.held!.access_token;
		const now = Math.floor(Date.now() / 1000);
		const old = {
			iss: as.issuer,
			aud: endpoint,
			sub: 'ana',
			client_id: 'c',
			scope: 'mcp:read',
			iat: now - 700,
			exp: now - 600,
		};
		ana.held = { ...ana.held!, access_token: await sign(old) };
		t.equal(await session(endpoint, ana), 'hello');
		t.not(ana.held.access_token, fresh);
		t.equal(ana.asked.length, 1, 'without the person');

		const sessions = JSON.parse(await running.sluice(['sessions', 'list'])).sessions as { id: string }[];
		t.ok(sessions.length >= 2);
		const shown = await running.sluice(['sessions', 'export', '--all']);
		t.match(shown, /"kind":"agent"/);
		t.match(shown, new RegExp(`"issuer":"${as.issuer}"`));
		for (const { access_token: token } of [ana.held, { access_token: fresh }]) {
			const [, payload, signature] = token.split('.');
			for (const part of [token, payload!, signature!]) {
				t.notOk(
					server.seen.some((request) => request.includes(part)),
					'no token reaches a server',
				);
				t.notOk(shown.includes(part), 'nor the record');
				t.notOk(running.said.includes(part), 'nor the log');
			}
		}
	});

	test(`SDK ${name} steps up when a method needs more`, async (t) => {
		const ana = await somebody(t, 'ana');
		// Registering by itself, a client is bound to the scopes it first asked for; and with a refresh token 1.32.2
		// refreshes instead of asking the person, and gives up.
		const { client_name: _, ...client } = ana.clientMetadata;
		const registered = { ...client, client_id: 'desktop', grant_types: ['authorization_code'] };
		ana.saveClientInformation({ client_id: 'desktop' });
		const { endpoint } = await house(t, { '*': ['mcp:read'], 'tools/call': ['mcp:call'] }, [registered as never]);
		await t.rejects(session(endpoint, ana), { message: /[Uu]nauthorized/ });
		t.strictSame(asked(ana), ['mcp:read'], 'what the challenge asks for, no more');
		await finish(endpoint, ana);
		await t.rejects(session(endpoint, ana), { message: /[Uu]nauthorized/ });
		t.strictSame(asked(ana), ['mcp:call', 'mcp:read']);
		await finish(endpoint, ana);
		t.equal(await session(endpoint, ana), 'hello');
	});
}

test('what a client finds out without a token', async (t) => {
	const { as, running, endpoint } = await house(t, ['mcp:read']);
	const metadata = `${running.url}/.well-known/oauth-protected-resource/mcp/files`;
	const refused = await fetch(endpoint, {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			accept: 'application/json, text/event-stream',
			'x-forwarded-host': 'evil',
		},
		body: '{}',
	});
	t.equal(refused.status, 401);
	t.equal(
		refused.headers.get('www-authenticate'),
		`Bearer realm="sluice", scope="mcp:read", resource_metadata="${metadata}"`,
	);
	t.match(await refused.json(), { error: { data: { code: 'ERR_TOKEN_MISSING' } } });

	const document = await fetch(metadata, { headers: { origin: 'https://inspector.example' } });
	t.equal(document.headers.get('access-control-allow-origin'), '*');
	t.equal(document.headers.get('content-type'), 'application/json');
	const said = { authorization_servers: [as.issuer], bearer_methods_supported: ['header'] };
	t.strictSame(await document.json(), { resource: endpoint, ...said, scopes_supported: ['mcp:read'] });
	const root = await fetch(`${running.url}/.well-known/oauth-protected-resource`);
	t.strictSame(await root.json(), { resource: running.url, ...said });
	for (const path of ['/sse/files', '/ws/files']) {
		const other = await fetch(`${running.url}/.well-known/oauth-protected-resource${path}`);
		t.match(await other.json(), { resource: `${running.url}${path}` });
	}
	const asked = await fetch(metadata, { method: 'OPTIONS', headers: { origin: 'https://inspector.example' } });
	t.equal(asked.status, 200);
	t.match(asked.headers.get('access-control-allow-headers'), /mcp-protocol-version/);
	t.equal((await fetch(`${running.url}/.well-known/oauth-protected-resource/mcp/nope`)).status, 404);

	const wrong = await fetch(endpoint, {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			accept: 'application/json, text/event-stream',
			authorization: 'Bearer a.b.c',
		},
		body: '{}',
	});
	t.match(
		wrong.headers.get('www-authenticate'),
		/^Bearer realm="sluice", error="invalid_token", error_description="[^"]+", /,
	);
	const query = await fetch(`${endpoint}?access_token=a.b.c`, {
		method: 'POST',
		body: '{}',
		headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
	});
	t.match(await query.json(), { error: { data: { code: 'ERR_TOKEN_MISSING' } } }, 'a token in the query is none');
});
