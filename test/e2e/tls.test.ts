import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { gateway } from './support/gateway.ts';
import { rawServer } from './support/raw-server.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/tls');
const pem = (name: string) => readFileSync(join(FIXTURES, name), 'utf8');
const source = (name: string) => ({ file: join(FIXTURES, name) });
const INITIALIZE = JSON.stringify({
	jsonrpc: '2.0',
	id: 1,
	method: 'initialize',
	params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } },
});

interface Answer {
	readonly status: number;
	readonly body: string;
}

/** POSTs `initialize` with a client certificate, or GETs; rejects when TLS says no. */
function call(url: string, certificate?: string, token?: string, method = 'POST'): Promise<Answer> {
	const shown = certificate === undefined ? {} : { cert: pem(`${certificate}.pem`), key: pem(`${certificate}.key`) };
	const headers = {
		'content-type': 'application/json',
		accept: 'application/json, text/event-stream',
		...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
	};
	return new Promise((resolve, reject) => {
		const sent = request(url, { method, ca: pem('ca.pem'), agent: false, headers, ...shown }, (res) => {
			let body = '';
			res.setEncoding('utf8').on('data', (chunk: string) => {
				body += chunk;
			});
			res.once('end', () => resolve({ status: res.statusCode!, body }));
		});
		sent.once('error', reject);
		sent.end(method === 'POST' ? INITIALIZE : '');
	});
}

async function house(t: Test, identity: object, tls: object = { clientCa: source('ca.pem') }) {
	const server = await rawServer(({ method, body, json, status }) => {
		const { id } = JSON.parse(body || '{}') as { id?: number };
		if (method !== 'POST' || id === undefined) return status(method === 'POST' ? 202 : 405);
		const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 's', version: '1' } };
		return json(JSON.stringify({ jsonrpc: '2.0', id, result }));
	});
	t.teardown(() => server.close());
	const own = { cert: source('server.pem'), key: source('server.key') };
	return gateway(t, {
		servers: { files: { http: { url: server.url } } },
		more: { identity, tls: { ...own, ...tls }, adminTls: own },
	});
}

t.test('a client certificate says who it is, and a token beside it says it better', async (t) => {
	const running = await house(t, { mtls: { idFrom: 'san' } });
	t.match(running.url, /^https:/);
	const at = `${running.url}/mcp/files`;
	t.match(await call(at, 'bot'), { status: 200, body: /serverInfo/ });
	const token = await running.token('desk');
	t.match(await call(at, 'bot', token), { status: 200 });
	t.match(
		await call(at, 'bot', 'slc_wrong'),
		{ status: 401, body: /ERR_TOKEN_UNKNOWN/ },
		'a wrong token is not passed over',
	);
	await t.rejects(call(at, undefined, token), 'a token alone does not get as far as HTTP');
	await t.rejects(call(at, 'stranger'));
	const principals = (await running.sluice(['sessions', 'export', '--all']))
		.split('\n')
		.filter((line) => line.includes('"sluice":"session"'))
		.map((line) => (JSON.parse(line) as { principal: { issuer: string; id: string; kind: string } }).principal);
	t.match(
		principals
			.filter(({ issuer }) => issuer === 'mtls' || issuer === 'sluice')
			.sort((a, b) => (a.issuer < b.issuer ? -1 : 1)),
		[
			{ issuer: 'mtls', id: 'spiffe://acme.example/bot', kind: 'service' },
			{ issuer: 'sluice', id: 'desk', kind: 'agent' },
		],
	);
});

t.test('without identity.mtls a certificate lets in, and says nothing', async (t) => {
	const running = await house(t, { tokens: true });
	const at = `${running.url}/mcp/files`;
	t.match(await call(at, 'bot'), { status: 401, body: /ERR_TOKEN_MISSING/ });
	t.match(await call(at, 'bot', await running.token('desk')), { status: 200 });
});

t.test('the admin address has TLS of its own', async (t) => {
	const running = await house(t, { tokens: true }, {});
	t.match(await call(`${running.admin}/healthz`, undefined, undefined, 'GET'), { status: 200 });
	t.match(running.admin, /^https:/);
	const ask = ['policy', 'status', '--gateway', running.admin];
	const env = { SLUICE_TOKEN: await running.token('ann', 'auditor') };
	t.match(await running.sluice(ask, 0, { ...env, NODE_EXTRA_CA_CERTS: join(FIXTURES, 'ca.pem') }), /revision/);
	t.match(await running.sluice(ask, 3, env), '', 'an authority that nobody named');
});
