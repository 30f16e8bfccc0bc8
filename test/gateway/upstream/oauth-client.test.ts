import t, { type Test } from 'tap';
import { systemClock } from '../../../gateway/clock.ts';
import { SubjectToken } from '../../../gateway/identity/subject-token.ts';
import { guardedFetch } from '../../../gateway/net/guarded-fetch.ts';
import { subscribe } from '../../../gateway/telemetry/channels.ts';
import type { UpstreamError } from '../../../gateway/transport/errors.ts';
import { OAuthClient, type OAuthClientOptions } from '../../../gateway/upstream/oauth-client.ts';
import { tokenExchange } from '../../../gateway/upstream/token-exchange.ts';
import { listen } from '../transport/fixtures/http-server.ts';

const SECRET = 'planted-client-secret';
const SUBJECT = 'planted.subject.token';
const fetch = guardedFetch({
	allowPrivate: ['127.0.0.1/32'],
	clock: systemClock,
}) as unknown as OAuthClientOptions['fetch'];

interface Asked {
	readonly path: string;
	readonly authorization: string | undefined;
	readonly body: URLSearchParams;
}

/** An authorization server that answers as the test says, and what it was asked. */
async function standIn(
	t: Test,
	answer: (asked: Asked) => { status?: number; body: unknown; headers?: Record<string, string> },
) {
	const asked: Asked[] = [];
	const server = await listen(async (req, res) => {
		let body = '';
		for await (const chunk of req) body += String(chunk);
		asked.push({ path: req.url!, authorization: req.headers.authorization, body: new URLSearchParams(body) });
		const { status = 200, body: said, headers = {} } = answer(asked.at(-1)!);
		const text = typeof said === 'string' ? said : JSON.stringify(said);
		res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
	});
	t.teardown(() => server.close());
	return { asked, origin: new URL(server.url).origin };
}

function clientAt(origin: string, more: Partial<OAuthClientOptions> = {}): OAuthClient {
	const options = { server: 'safe', clientId: 'sluice', clientSecret: SECRET, fetch, clock: systemClock };
	return new OAuthClient({ ...options, tokenUrl: `${origin}/token`, ...more });
}

/** What somebody is told, and what the log says of it. */
async function told(t: Test, failing: Promise<unknown>): Promise<{ error: UpstreamError; log: string }> {
	const lines: string[] = [];
	const end = subscribe('trouble', (line) => lines.push(JSON.stringify(line)));
	t.teardown(end);
	const error = (await failing.then(
		() => t.fail('it did not fail'),
		(error) => error,
	)) as UpstreamError;
	end();
	return { error, log: lines.join('\n') };
}

t.test('the secret is shown as the metadata asks, or as the configuration says', async (t) => {
	const methods: string[] = ['client_secret_post'];
	const { asked, origin } = await standIn(t, ({ path }) =>
		path === '/token'
			? { body: { access_token: 'a', token_type: 'Bearer' } }
			: { body: { issuer: origin, token_endpoint: `${origin}/token`, token_endpoint_auth_methods_supported: methods } },
	);
	// RFC 6749 §2.3.1: each part is form-encoded first.
	const basic = `Basic ${Buffer.from(`sluice:${SECRET.replaceAll('-', '%2D')}`).toString('base64')}`;
	const ask = async (more: Partial<OAuthClientOptions>) => {
		await clientAt(origin, more).token('client_credentials', { scope: 's' });
		const { authorization, body } = asked.at(-1)!;
		return { authorization, secret: body.get('client_secret'), scope: body.get('scope') };
	};
	t.match(await ask({}), { authorization: basic, secret: null, scope: 's' }, 'RFC 8414: basic if nothing is said');
	t.match(await ask({ authMethod: 'post' }), { authorization: undefined, secret: SECRET });
	const { tokenUrl: _, ...issuer } = { tokenUrl: '', issuer: origin };
	t.match(await ask(issuer), { authorization: undefined, secret: SECRET }, 'as the metadata says');
	t.match(await ask({ ...issuer, authMethod: 'basic' }), { authorization: basic });
});

t.test('metadata: RFC 8414 first, then OpenID Connect; of another issuer it is not believed', async (t) => {
	const { asked, origin } = await standIn(t, ({ path }) => {
		if (path === '/token') return { body: { access_token: 'a', token_type: 'bearer' } };
		if (path === '/.well-known/openid-configuration')
			return { body: { issuer: origin, token_endpoint: `${origin}/token` } };
		return { status: 404, body: {} };
	});
	const client = clientAt(origin, { issuer: origin });
	await client.token('client_credentials', {});
	await client.token('client_credentials', {});
	const paths = asked.map(({ path }) => path);
	t.strictSame(paths, [
		'/.well-known/oauth-authorization-server',
		'/.well-known/openid-configuration',
		'/token',
		'/token',
	]);

	const liar = await standIn(t, () => ({ body: { issuer: origin, token_endpoint: `${origin}/token` } }));
	const { error } = await told(t, clientAt(liar.origin, { issuer: liar.origin }).token('client_credentials', {}));
	t.equal(error.code, 'ERR_UPSTREAM_TOKEN_UNAVAILABLE');
	t.equal(asked.length, 4, 'nothing was shown to the other one');
});

t.test('what goes wrong has a code, and never the secrets that were sent or said', async (t) => {
	const echo = (asked: Asked) => `${asked.authorization} ${asked.body} ${SECRET}`;
	for (const [what, answer, code] of [
		['refused', { status: 400, error: 'invalid_scope' }, 'ERR_UPSTREAM_TOKEN_REFUSED'],
		['an error that is none', { status: 400, error: SECRET.toUpperCase() }, 'ERR_UPSTREAM_TOKEN_REFUSED'],
		['wrong client', { status: 401, error: 'invalid_client' }, 'ERR_UPSTREAM_TOKEN_REFUSED'],
		['later', { status: 400, error: 'temporarily_unavailable' }, 'ERR_UPSTREAM_TOKEN_UNAVAILABLE'],
		['too often', { status: 429, error: 'slow_down' }, 'ERR_UPSTREAM_TOKEN_UNAVAILABLE'],
		['broken', { status: 500, error: 'server_error' }, 'ERR_UPSTREAM_TOKEN_UNAVAILABLE'],
		['redirected', { status: 307, location: '/token2' }, 'ERR_UPSTREAM_TOKEN_UNAVAILABLE'],
		['no JSON', { status: 200, text: SECRET }, 'ERR_UPSTREAM_TOKEN_UNAVAILABLE'],
		['another kind', { status: 200, access_token: 'a', token_type: 'DPoP' }, 'ERR_UPSTREAM_TOKEN_UNUSABLE'],
		[
			'two headers',
			{ status: 200, access_token: `${SECRET}\r\nx: y`, token_type: 'Bearer' },
			'ERR_UPSTREAM_TOKEN_UNUSABLE',
		],
	] as const) {
		const { asked, origin } = await standIn(t, (asked) => {
			const { status, ...body } = answer;
			const headers = 'location' in body ? { location: body.location } : {};
			return { status, headers, body: 'text' in body ? body.text : { ...body, error_description: echo(asked) } };
		});
		const { error, log } = await told(t, clientAt(origin).token('client_credentials', {}));
		t.equal(error.code, code, what);
		t.match(log, code, `${what}: the operator hears of it`);
		const said = `${error.message} ${error.help} ${log} ${JSON.stringify(error)}`;
		t.notMatch(said.toLowerCase(), SECRET, what);
		t.strictSame(
			asked.map(({ path }) => path),
			['/token'],
			'no redirect is followed',
		);
	}
});

t.test('a private address is asked only if the configuration says so', async (t) => {
	const { asked, origin } = await standIn(t, () => ({ body: { access_token: 'a', token_type: 'Bearer' } }));
	const shut = guardedFetch({ allowPrivate: [], clock: systemClock }) as unknown as OAuthClientOptions['fetch'];
	const { error } = await told(t, clientAt(origin, { fetch: shut }).token('client_credentials', {}));
	t.match(error, { code: 'ERR_UPSTREAM_TOKEN_UNAVAILABLE', message: /ERR_FETCH_ADDRESS/, help: /allowPrivate/ });
	const named = await standIn(t, () => ({
		body: { issuer: named.origin, token_endpoint: 'http://169.254.169.254/latest/token' },
	}));
	const cloud = await told(t, clientAt(named.origin, { issuer: named.origin }).token('client_credentials', {}));
	t.match(cloud.error, { message: /ERR_FETCH_ADDRESS/ }, 'also when metadata names it');
	t.equal(asked.length, 0);
});

t.test('token exchange: the caller’s token for one of the server’s', async (t) => {
	let n = 0;
	const { asked, origin } = await standIn(t, () => ({
		body: {
			access_token: `exchanged-${++n}`,
			token_type: 'Bearer',
			issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
			expires_in: 3600,
		},
	}));
	const credentials = tokenExchange('safe', clientAt(origin), { audience: 'crm', scope: 'read' }, systemClock);
	const soon = systemClock.now() + 3_600_000_000_000n;
	const ana = { issuer: 'https://idp', id: 'ana', subject: new SubjectToken(SUBJECT, soon) };
	const of = (who: Parameters<typeof credentials.of>[0]) => credentials.of(who).headers();
	t.strictSame(await of(() => ana), { authorization: 'Bearer exchanged-1' });
	t.strictSame(await of(() => ana), { authorization: 'Bearer exchanged-1' }, 'kept');
	t.match(Object.fromEntries(asked[0]!.body), {
		grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
		subject_token: SUBJECT,
		subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
		audience: 'crm',
		scope: 'read',
	});
	const again = { ...ana, subject: new SubjectToken(`${SUBJECT}2`, soon) };
	t.strictSame(await of(() => again), { authorization: 'Bearer exchanged-2' }, 'another token may mean other rights');
	t.strictSame(await of(() => ({ ...ana, id: 'bob' })), { authorization: 'Bearer exchanged-3' });
	const refused = { code: 'ERR_UPSTREAM_SUBJECT', status: 403 };
	await t.rejects(
		of(() => ({ issuer: 'sluice', id: 'ana' })),
		refused,
		'a token of ours is none',
	);
	const over = { ...ana, subject: new SubjectToken(SUBJECT, systemClock.now()) };
	await t.rejects(
		of(() => over),
		refused,
		'nor is one that has ended',
	);
	const session = credentials.of(() => ana);
	t.ok(await session.rejected({ authorization: 'Bearer exchanged-1' }));
	t.strictSame(await session.headers(), { authorization: 'Bearer exchanged-4' });
	t.equal(asked.length, 4);
});

t.test('a caller’s token shows itself to nobody who does not ask for it', async (t) => {
	const { inspect, format } = await import('node:util');
	const subject = new SubjectToken(SUBJECT, 1n);
	const shown = [inspect({ subject }, { depth: 9, showHidden: true }), format('%o %s', subject, subject), `${subject}`];
	t.notMatch(
		[...shown, JSON.stringify({ subject: { ...subject } }, (_, v) => (typeof v === 'bigint' ? 0 : v))].join(),
		SUBJECT,
	);
	t.equal(JSON.stringify({ subject }), '{"subject":"[sealed]"}');
	t.equal(subject.reveal(), SUBJECT);
});
